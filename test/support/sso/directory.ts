import { createLdapClient } from '../../../src/adapters/ldap';
import { createNetwork } from '../../../src/adapters/network';
import type { DirectorySession } from '../../../src/engine/ports';

/** A conversation of our client with a directory of this machine, without an engine in between. */
export async function converseWith(
  port: number,
  protection: 'none' | 'tls' | 'start-tls' = 'none',
  authorities: readonly string[] = [],
): Promise<DirectorySession> {
  const connection = await createNetwork().connect({
    host: 'localhost',
    port,
    addresses: ['127.0.0.1'],
    authorities,
    beforeConnect: async () => {},
  });
  return createLdapClient().open(connection, protection);
}
