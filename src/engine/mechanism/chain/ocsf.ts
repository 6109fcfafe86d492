import type { AuditRecord } from './event';

const VERSION = '1.3.0';
const API_ACTIVITY = {
  class_uid: 6003,
  class_name: 'API Activity',
  category_uid: 6,
  category_name: 'Application Activity',
};
const AUTHENTICATION = {
  class_uid: 3002,
  class_name: 'Authentication',
  category_uid: 3,
  category_name: 'Identity & Access Management',
};

/** Of the last word of an event's name: what the API Activity class calls its activity. */
const ACTIVITIES: readonly (readonly [RegExp, number, string])[] = [
  [/(created|added|declared|provisioned|begun|started|imported|pulled|invited|issued)$/, 1, 'Create'],
  [/(viewed|listed|read|searched|exported|verified|watched|previewed|checked)$/, 2, 'Read'],
  [/(deleted|removed|destroyed|revoked|pruned)$/, 4, 'Delete'],
];

const STATUS = {
  intent: { status_id: 99, status: 'Intent', severity_id: 1, severity: 'Informational' },
  done: { status_id: 1, status: 'Success', severity_id: 1, severity: 'Informational' },
  failed: { status_id: 2, status: 'Failure', severity_id: 2, severity: 'Low' },
  refused: { status_id: 2, status: 'Failure', severity_id: 3, severity: 'Medium' },
} as const;

/**
 * An audit event in the Open Cybersecurity Schema Framework 1.3: signing in and out as Authentication (3002), all else
 * as API Activity (6003). What has no place there is under `unmapped`.
 * @param origin whose chain it is
 */
export function ocsfEvent(origin: string, { sequence, hash, previousHash, body }: AuditRecord): object {
  const { at, event, actor, target, outcome, detail } = body;
  const common = {
    time: at,
    ...STATUS[outcome],
    metadata: {
      version: VERSION,
      product: { name: 'RISCURA Console', vendor_name: 'RISCURA' },
      uid: hash,
      sequence,
      log_name: origin,
      event_code: event,
    },
    unmapped: { ...(JSON.parse(detail) as object), outcome, previous_hash: previousHash },
  };
  const user = userOf(actor);
  if (/\.signed-(in|out)$/.test(event)) {
    const isLogon = event.endsWith('in');
    return {
      ...AUTHENTICATION,
      ...activity(AUTHENTICATION.class_uid, isLogon ? 1 : 2, isLogon ? 'Logon' : 'Logoff'),
      ...common,
      user,
      service: { name: origin },
      ...(target === null ? {} : { session: { uid: target } }),
    };
  }
  const [, id, name] = ACTIVITIES.find(([words]) => words.test(event)) ?? [null, 3, 'Update'];
  return {
    ...API_ACTIVITY,
    ...activity(API_ACTIVITY.class_uid, id, name),
    ...common,
    actor: { user },
    api: { operation: event, service: { name: origin } },
    src_endpoint: { name: actor.startsWith('unknown:') ? actor.slice('unknown:'.length) : 'console' },
    ...(target === null ? {} : { resources: [{ uid: target }] }),
  };
}

function activity(classId: number, id: number, name: string): object {
  return { activity_id: id, activity_name: name, type_uid: classId * 100 + id };
}

/** Who acted, by pseudonym: the chain holds no names. */
function userOf(actor: string): object {
  const [kind = '', ...id] = actor.split(':');
  const type = kind === 'system' ? { type_id: 3, type: 'System' } : { type_id: 99, type: kind };
  return { uid: id.join(':') || kind, ...type };
}
