import { once } from 'node:events';
import { connect } from 'node:tls';
import { expect, it, onTestFinished } from 'vitest';
import { openSecureServer } from '../../../src/server/secureServer';
import { freePort } from '../../support/freePort';
import { CERTIFICATE, PRIVATE_KEY } from '../../support/recordingListenerCertificate';

it('a host name whose key cannot be opened ends its own handshakes, and nothing else', async () => {
  const port = await freePort();
  const server = await openSecureServer({
    address: '127.0.0.1',
    port,
    certificate: CERTIFICATE,
    key: PRIVATE_KEY,
    contextOf: (name) => {
      if (name === 'broken.example') throw new Error('the key is not what was sealed');
      return null;
    },
    onRequest: (_request, response) => response.end('here'),
  });
  onTestFinished(() => server.close());
  const shake = (servername: string) => {
    const socket = connect({ host: '127.0.0.1', port, servername, rejectUnauthorized: false });
    onTestFinished(() => void socket.destroy());
    return Promise.race([
      once(socket, 'secureConnect').then(() => 'open'),
      once(socket, 'close').then(() => 'closed'),
    ]).catch(() => 'closed');
  };
  expect(await shake('broken.example')).toBe('closed');
  expect(await shake('console.example')).toBe('open');
});
