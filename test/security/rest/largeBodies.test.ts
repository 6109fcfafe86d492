import { request as httpRequest } from 'node:http';
import { describe, expect, it } from 'vitest';
import { ADMINISTRATOR, OPERATOR } from '../../support/engine/world';
import { startRest } from '../../support/rest';

/* Somebody without a credential, or with one that was made up, sends bodies that are large. */

type Rest = Awaited<ReturnType<typeof startRest>>;

const LARGE = 300 * 1024;
const MADE_UP = `rsk_${'A'.repeat(96)}`;
const QUESTION = JSON.stringify({ content: 'x'.repeat(LARGE) });

interface Sent {
  readonly path: string;
  readonly credential: string | null;
  /** What is sent of it; the rest never comes. */
  readonly part: string;
  /** What it says to be long; `null` says nothing. */
  readonly length: number | null;
}

/** The answer to a request whose body does not end. */
function answerTo({ origin }: Rest, { path, credential, part, length }: Sent): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = {
      'content-type': 'application/json',
      ...(credential && { authorization: `Bearer ${credential}` }),
      ...(length !== null && { 'content-length': length }),
    };
    const sent = httpRequest(`${origin}${path}`, { method: 'POST', headers }, (answer) => {
      answer.resume();
      sent.destroy();
      resolve(answer.statusCode ?? 0);
    });
    sent.once('error', reject);
    sent.write(part);
  });
}

describe('a large body', () => {
  it.each([null, MADE_UP])('is not read for a stranger (credential %s)', async (credential) => {
    const rest = await startRest();
    for (const path of [`/api/v1/tenants/${rest.tenant}/ai/query`, '/v1/chat/completions']) {
      expect(await answerTo(rest, { path, credential, part: '{', length: LARGE })).toBe(401);
      expect(await answerTo(rest, { path, credential, part: QUESTION, length: null })).toBe(401);
    }
  });

  it('is read for an API key, and for a session of a member or an operator', async () => {
    const rest = await startRest();
    const { send, tenant, secret } = rest;
    const tokenOf = async (body: object) => {
      const answer = await send('POST', '/sessions', { credential: null, body });
      return ((await answer.json()) as { accessToken: string }).accessToken;
    };
    const member = { email: ADMINISTRATOR.email, password: ADMINISTRATOR.password };
    const operator = { email: OPERATOR.email, password: OPERATOR.password };
    const credentials = [
      secret,
      await tokenOf({ tenant: 'acme.example', ...member }),
      await tokenOf(operator),
    ];
    for (const credential of credentials) {
      const answer = await send('POST', `/tenants/${tenant}/ai/query`, { credential, body: QUESTION });
      expect(await answer.json()).toMatchObject({ code: 'BAD_INPUT' });
    }
  });
});
