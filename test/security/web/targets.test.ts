import { request } from 'node:https';
import { describe, expect, it } from 'vitest';
import { startWeb } from '../../support/web';

const SIGN_IN = '/rpc/tenant/identity/signIn';

/** Calls over HTTP/1.1 with a target that is sent as it is written. */
function callAsIs(port: number, pem: string, path: string): Promise<{ status?: number; body: string }> {
  const body = JSON.stringify({ json: {} });
  const headers = {
    host: `localhost:${port}`,
    origin: `https://localhost:${port}`,
    'x-riscura-tab': '0123456789abcdef',
    'content-type': 'application/json',
    'content-length': body.length,
  };
  return new Promise((resolve, reject) => {
    const wishes = {
      host: '127.0.0.1',
      port,
      path,
      method: 'POST',
      headers,
      ca: pem,
      servername: 'localhost',
    };
    const sent = request(wishes, async (answer) => {
      const pieces: Buffer[] = [];
      for await (const piece of answer) pieces.push(piece);
      resolve({ status: answer.statusCode, body: Buffer.concat(pieces).toString() });
    });
    sent.once('error', reject);
    sent.end(body);
  });
}

describe('the target of a request to the web console', () => {
  it('is answered as unknown when it names another place, and never left open', async () => {
    const { pem, settings } = await startWeb();
    const { port } = settings;
    for (const target of [
      `//x${SIGN_IN}`,
      `//localhost${SIGN_IN}`,
      `//x@localhost:${port}${SIGN_IN}`,
      `https://evil.example${SIGN_IN}`,
      `http://localhost:${port}${SIGN_IN}`,
      '//x/',
      `https://evil.example/`,
    ]) {
      const { status, body } = await callAsIs(port, pem, target);
      expect(status, target).toBe(404);
      expect(body, target).toContain('UNKNOWN_PROCEDURE');
    }
  });
});
