import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { Client } from 'ldapts';
import { describe, expect, it } from 'vitest';
import { problemOf } from '../../support/engine/calls';
import { converseWith } from '../../support/sso/directory';
import { addPerson, noSlapd, personDn, startSlapd } from '../../support/sso/slapd';

/**
 * Success to the bind that will come over TLS, but for its last byte: whoever keeps these bytes over the change to
 * TLS reads the first byte that really comes over TLS as the end of this message (as in CVE-2011-0411).
 */
const FORGED = Buffer.from('300d02010361080a01000400040100'.slice(0, -2), 'hex');

/** Somebody on the line: passes everything on, and adds to the one answer that comes in the clear. */
async function stranger(upstream: number): Promise<{ port: number; close: () => Promise<void> }> {
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const directory = connect(upstream, '127.0.0.1');
    let isFirst = true;
    for (const socket of [client, directory]) {
      open.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        client.destroy();
        directory.destroy();
      });
    }
    client.on('data', (data) => directory.write(data));
    directory.on('data', (data: Buffer) => {
      client.write(isFirst ? Buffer.concat([data, FORGED]) : data);
      isFirst = false;
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  return {
    port,
    close: async () => {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

describe.skipIf(noSlapd !== null)(
  `an answer that is slipped in before StartTLS${noSlapd ? ` (skipped: ${noSlapd})` : ''}`,
  () => {
    it('lets nobody in whose password is wrong', async () => {
      const cleanUp: (() => Promise<void>)[] = [];
      try {
        const slapd = await startSlapd((end) => cleanUp.push(end));
        await addPerson(slapd.admin, 'lea');
        const line = await stranger(slapd.port);
        cleanUp.push(line.close);
        // The library alone takes the stranger's word: any password is right.
        const naive = new Client({ url: `ldap://localhost:${line.port}`, timeout: 5_000 });
        cleanUp.push(() => naive.unbind());
        await naive.startTLS({ ca: [slapd.authority.certificate], host: 'localhost' });
        await naive.bind(personDn('lea'), 'not her password');
        expect(naive.isBound).toBe(true);
        const conversation = converseWith(line.port, 'start-tls', [slapd.authority.certificate]);
        expect(await problemOf(conversation)).toMatchObject({ problem: 'protocol' });
        // Without the stranger the same conversation is right.
        const session = await converseWith(slapd.port, 'start-tls', [slapd.authority.certificate]);
        cleanUp.push(async () => session.close());
        await session.bind(personDn('lea'), 'password of lea');
        expect(await problemOf(session.bind(personDn('lea'), 'not her password'))).toMatchObject({
          problem: 'credentials',
        });
      } finally {
        for (const clean of cleanUp.reverse()) await clean();
      }
    });
  },
);
