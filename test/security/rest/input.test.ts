import { request as httpRequest } from 'node:http';
import { describe, expect, it } from 'vitest';
import { TestClock } from '../../support/engine/testClock';
import { ADMINISTRATOR, newTenant } from '../../support/engine/world';
import { startRest } from '../../support/rest';

/* Somebody sends the REST API tokens and bodies that were made up, are over, or are of somebody else. */

type Rest = Awaited<ReturnType<typeof startRest>>;

const ACCOUNT = { email: ADMINISTRATOR.email, password: ADMINISTRATOR.password };

async function signIn({ send }: Rest, tenant = 'acme.example') {
  const answer = await send('POST', '/sessions', { credential: null, body: { tenant, ...ACCOUNT } });
  return (await answer.json()) as { accessToken: string; refreshToken: string };
}

/** Sends a path as it stands: `fetch` would make it plain first. */
function sendRaw({ origin, secret }: Rest, path: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const asked = httpRequest(
      `${origin}`,
      { path, headers: { authorization: `Bearer ${secret}` } },
      (answer) => {
        let body = '';
        answer.on('data', (part) => {
          body += part;
        });
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body }));
      },
    );
    asked.once('error', reject);
    asked.end();
  });
}

describe('a token over REST', () => {
  it('opens nothing when it says that it needs no signature, or another has signed it', async () => {
    const rest = await startRest();
    const { accessToken } = await signIn(rest);
    const [header = '', claims = '', signature = ''] = accessToken.split('.');
    const none = Buffer.from(JSON.stringify({ alg: 'none', typ: 'JWT' })).toString('base64url');
    const operator = JSON.parse(Buffer.from(claims, 'base64url').toString()) as object;
    const raised = Buffer.from(JSON.stringify({ ...operator, role: 'operator' })).toString('base64url');
    const forged = [
      `${none}.${claims}.`,
      `${none}.${claims}.${signature}`,
      `${header}.${raised}.${signature}`,
      `${header}.${claims}.`,
      `${header}.${claims}`,
      'rsk_madeup',
      'x'.repeat(8_000),
    ];
    for (const credential of forged) {
      for (const path of [`/tenants/${rest.tenant}/users/list`, '/tenants', '/sessions/current']) {
        const answer = await rest.send('GET', path, { credential });
        expect([path, answer.status]).toEqual([path, 401]);
        expect(await answer.json()).toMatchObject({ code: 'NOT_SIGNED_IN' });
      }
    }
    expect((await rest.send('GET', '/sessions/current', { credential: accessToken })).status).toBe(200);
  });

  it('opens nothing in another tenant, nor when it is over', async () => {
    const clock = new TestClock();
    const rest = await startRest(undefined, 'professional', { clock });
    const other = newTenant({ name: 'Globex', domain: 'globex.example' });
    await rest.operator.installation.tenants.create(other);
    const { accessToken: credential } = await signIn(rest);
    for (const tenant of ['globex.example', 'nobody.example']) {
      const answer = await rest.send('GET', `/tenants/${tenant}/users/list`, { credential });
      expect(answer.status).toBe(401);
    }
    clock.pass(11 * 60_000);
    const late = await rest.send('GET', `/tenants/${rest.tenant}/users/list`, { credential });
    expect(late.status).toBe(401);
    expect(await late.json()).toMatchObject({ code: 'NOT_SIGNED_IN' });
  });

  it('is taken from the header alone', async () => {
    const rest = await startRest();
    const path = `/tenants/${rest.tenant}/analytics?period=24h&access_token=${rest.secret}`;
    expect((await rest.send('GET', path, { credential: null })).status).toBe(400);
  });
});

describe('a path that climbs', () => {
  it.each([
    '/api/v1/tenants/../../etc/passwd',
    '/api/v1/tenants/..%2f..%2fetc%2fpasswd/configuration',
    '/api/v1/tenants/%2e%2e/installation/plans/list',
    '/api/v1/tenants/..\\..\\configuration',
    '/api/v1/tenants/%00/configuration',
    '/api/v1/tenants/%ff%fe/configuration',
    '//evil.example/api/v1/tenants',
  ])('leads nowhere: %s', async (path) => {
    const rest = await startRest();
    const { status, body } = await sendRaw(rest, path);
    expect([400, 401, 404]).toContain(status);
    expect(JSON.parse(body)).toMatchObject({ status });
  });
});

describe('a body over REST', () => {
  const DEEP = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  const cases: [string, string][] = [
    ['a name twice', '{"content":"Why?","content":"Who?"}'],
    ['a name twice, once in escapes', '{"content":"Why?","\\u0063ontent":"Who?"}'],
    ['a name twice further in', '{"content":"Why?","options":{"useKnowledge":true,"useKnowledge":false}}'],
    ['a name of prototypes', '{"content":"Why?","constructor":{"prototype":{}}}'],
    ['lists in lists in lists', `{"content":${DEEP}}`],
    ['what is cut off', '{"content":"Why?"'],
    ['a number for a text', '{"content":7}'],
    ['a list for an object', '[]'],
    ['a text', '"content"'],
    ['half of a surrogate pair', '{"content":"\\ud800"}'],
  ];

  it.each(cases)('with %s is a typed error, at once', async (_name, body) => {
    const { send, tenant, log } = await startRest();
    const begun = performance.now();
    const answer = await send('POST', `/tenants/${tenant}/ai/query`, { body });
    expect(performance.now() - begun).toBeLessThan(1_000);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ code: 'BAD_INPUT' });
    expect(log.lines.filter((line) => line.includes('"cause"'))).toEqual([]);
  });

  it('takes the same name in different objects, and what looks like a name within a text', async () => {
    const { send, tenant } = await startRest();
    const content = 'Is {"a":1,"a":2} allowed, or "\\"a\\":"?';
    const history = ['question', 'answer'].map((role) => ({ role, text: content }));
    const body = { content, options: { history } };
    expect((await send('POST', `/tenants/${tenant}/ai/query`, { body })).status).toBe(200);
  });
});
