import { expect, test } from 'vitest';
import {
  type AuditDraft,
  eventLine,
  GENESIS,
  link,
  ocsfEvent,
  readLine,
  syslogFrame,
} from '../../../src/engine/mechanism/chain';

const recordOf = (more: Partial<AuditDraft>) =>
  link(GENESIS.hash, 1, {
    at: 0,
    event: 'access.role-updated',
    actor: 'tenant-admin:1',
    target: 'role-1',
    outcome: 'done',
    detail: { members: 2 },
    ...more,
  });

const context = {
  from: 'window:w',
  as: 'tenant-admin',
  session: 's',
  key: null,
  grant: null,
  approval: 'a',
  request: null,
};

test('OCSF has the session and the role at the actor, and the door as the source endpoint', () => {
  const record = recordOf({ context, change: { before: 'aa', after: 'bb' } });
  expect(ocsfEvent('tenant:1', record)).toMatchObject({
    actor: { session: { uid: 's' }, authorizations: [{ policy: { name: 'tenant-admin' } }] },
    src_endpoint: { name: 'window:w', type: 'window', uid: 'w' },
    unmapped: { members: 2, approval: 'a', hash_before: 'aa', hash_after: 'bb' },
  });
});

test('OCSF has an API key as the credential of a session', () => {
  const record = recordOf({
    context: { ...context, session: null, key: 'rsk_abc', from: 'address:10.0.0.7' },
  });
  expect(ocsfEvent('tenant:1', record)).toMatchObject({
    actor: { session: { credential_uid: 'rsk_abc' } },
    src_endpoint: { name: 'address:10.0.0.7', type: 'address', uid: '10.0.0.7' },
  });
});

test('an event that is older than that still has its source endpoint', () => {
  expect(ocsfEvent('tenant:1', recordOf({}))).toMatchObject({ src_endpoint: { name: 'console' } });
  expect(ocsfEvent('tenant:1', recordOf({ actor: 'unknown:window:9' }))).toMatchObject({
    src_endpoint: { name: 'window:9' },
  });
});

test('a syslog message has it among its structured data', () => {
  expect(syslogFrame('tenant:1', recordOf({ context }))).toContain(
    'from="window:w" as="tenant-admin" session="s"]',
  );
});

test('an exported line holds the text that was hashed', () => {
  const record = recordOf({ context });
  expect(readLine(eventLine(record).trimEnd())).toEqual({ type: 'event', record });
});
