import { createSqlcipherDriver } from '../../../src/adapters/sqlcipher';
import { createIds } from '../../../src/engine/mechanism/ids';
import type { TestEngine } from './index';
import { tenantFile } from './soundness';

/** Makes an account that of a directory, over a connection of its own. @param disabled whether the directory disabled it */
export async function giveToDirectory(
  { ports, keystore }: TestEngine,
  tenant: string,
  person: { id: string; disabled?: boolean },
): Promise<void> {
  const key = keystore.keys.get(`tenant:${tenant}`) ?? null;
  const database = await createSqlcipherDriver().open(tenantFile(ports.files.absolute(''), tenant), key);
  const provider = createIds(ports.clock, ports.random)();
  const now = ports.clock.now();
  const settings = JSON.stringify({
    kind: 'ldap',
    url: 'ldap://127.0.0.1:1',
    startTls: false,
    authorities: '',
    bindDn: '',
    peopleBase: 'dc=acme,dc=example',
    peopleFilter: '(objectClass=person)',
    emailAttribute: 'mail',
    nameAttribute: 'cn',
    idAttribute: 'entryUUID',
    groupLookup: 'member-of',
    groupsBase: '',
    memberAttribute: 'member',
  });
  try {
    await database.commit([
      {
        sql: `INSERT INTO sso_providers (id, name, state, settings, sealed_secret, mappings, default_role,
                adopt_existing, grace_minutes, changed_at, revision)
              VALUES (?, 'Acme Directory', 'disabled', ?, NULL, '[]', NULL, 0, 0, ?, 1)`,
        params: [provider, settings, now],
      },
      {
        sql: `INSERT INTO sso_people (person_id, provider_id, subject, checked_at, disabled_at)
              VALUES (?, ?, ?, ?, ?)`,
        params: [person.id, provider, person.id, now, person.disabled ? now : null],
      },
      ...(person.disabled
        ? [{ sql: "UPDATE users SET state = 'disabled' WHERE id = ?", params: [person.id] }]
        : []),
    ]);
  } finally {
    await database.close();
  }
}
