import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { DirectoryError } from '../../../src/engine/ports';
import { converseWith } from '../../support/sso/directory';

/** A peer that answers each request with the next of these answers (BER, in hexadecimal), and keeps what it got. */
async function scriptedPeer(answers: string[]): Promise<{ port: number; received: Buffer[] }> {
  const received: Buffer[] = [];
  const server: Server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.on('data', (data: Buffer) => {
      received.push(data);
      const answer = answers.shift();
      if (answer === undefined) socket.destroy();
      else socket.write(Buffer.from(answer, 'hex'));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as { port: number };
  return { port, received };
}

/** Success to the request with this message id. */
const bound = (id: number): string => `300c0201${hex(id)}61070a010004000400`;
const searched = (id: number): string => `300c0201${hex(id)}65070a010004000400`;

/** One element in BER, shorter than 128 bytes. */
function element(tag: string, content: string): string {
  return `${tag}${hex(content.length / 2)}${content}`;
}

function hex(value: number): string {
  return value.toString(16).padStart(2, '0');
}

describe('the client of directories', () => {
  it('asks Active Directory’s rule for chains of groups', async () => {
    const peer = await scriptedPeer([searched(2)]);
    const session = await converseWith(peer.port);
    const search = {
      base: 'dc=acme',
      scope: 'sub',
      where: [{ attribute: 'member', rule: '1.2.840.113556.1.4.1941', value: 'cn=Lea (HR),dc=acme' }],
      attributes: ['1.1'],
      limit: 10,
    } as const;
    expect(await session.search(search)).toEqual([]);
    // extensibleMatch [9] { matchingRule [1], type [2], matchValue [3] } (RFC 4511 4.5.1)
    expect(peer.received[0]?.toString('latin1')).toContain(
      '\u0081\u00171.2.840.113556.1.4.1941\u0082\u0006member\u0083\u0013cn=Lea (HR),dc=acme',
    );
    session.close();
  });

  it('reads and asks for the bytes of an objectGUID as hexadecimal digits', async () => {
    const guid = '00112233445566778899aabbccddeeff';
    const name = Buffer.from('objectGUID').toString('hex');
    const attribute = element('30', element('04', name) + element('31', element('04', guid)));
    // A message with the id 2: SearchResultEntry for "cn" with one attribute, then SearchResultDone.
    const message = element('30', `020102${element('64', `0402636e${element('30', attribute)}`)}`);
    const peer = await scriptedPeer([message + searched(2)]);
    const session = await converseWith(peer.port);
    const found = await session.search({
      base: 'dc=acme',
      scope: 'sub',
      where: [{ attribute: 'objectGUID', hex: guid }],
      attributes: ['objectGUID'],
      binary: ['objectGUID'],
      limit: 10,
    });
    expect(found).toEqual([{ dn: 'cn', attributes: { objectguid: [guid] } }]);
    expect(peer.received[0]?.toString('hex')).toContain(`0410${guid}`);
    session.close();
  });

  it('says what it does not understand, and what ends in the middle', async () => {
    const peer = await scriptedPeer([bound(2), '0a']);
    const session = await converseWith(peer.port);
    await session.bind('cn=reader', 'password');
    const search = session.search({
      base: '',
      scope: 'base',
      where: [{ filter: '(objectClass=*)' }],
      attributes: [],
      limit: 1,
    });
    session.close();
    await expect(search).rejects.toBeInstanceOf(DirectoryError);
  });
});
