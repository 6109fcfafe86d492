import { type AuditRecord, readDetail } from './event';

type Origin = ReturnType<typeof readDetail>['origin'];

const KNOWN_DOORS = ['window', 'command-line', 'job', 'address'];

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
 * @param log whose chain it is
 */
export function ocsfEvent(log: string, { sequence, hash, previousHash, body }: AuditRecord): object {
  const { at, event, actor, target, outcome } = body;
  const { detail, origin } = readDetail(body.detail);
  const common = {
    time: at,
    ...STATUS[outcome],
    metadata: {
      version: VERSION,
      product: { name: 'RISCURA Console', vendor_name: 'RISCURA' },
      uid: hash,
      sequence,
      log_name: log,
      event_code: event,
    },
    unmapped: { ...detail, ...unplaced(origin), outcome, previous_hash: previousHash },
  };
  const user = userOf(actor);
  if (/\.signed-(in|out)$/.test(event)) {
    const isLogon = event.endsWith('in');
    return {
      ...AUTHENTICATION,
      ...activity(AUTHENTICATION.class_uid, isLogon ? 1 : 2, isLogon ? 'Logon' : 'Logoff'),
      ...common,
      user,
      service: { name: log },
      src_endpoint: endpointOf(origin.from ?? actor),
      ...(target === null ? {} : { session: { uid: target } }),
    };
  }
  const [, id, name] = ACTIVITIES.find(([words]) => words.test(event)) ?? [null, 3, 'Update'];
  return {
    ...API_ACTIVITY,
    ...activity(API_ACTIVITY.class_uid, id, name),
    ...common,
    actor: { user, ...sessionOf(origin) },
    api: { operation: event, service: { name: log } },
    src_endpoint: endpointOf(origin.from ?? actor),
    ...(target === null ? {} : { resources: [{ uid: target }] }),
  };
}

function activity(classId: number, id: number, name: string): object {
  return { activity_id: id, activity_name: name, type_uid: classId * 100 + id };
}

/** Through which door it came. An event that does not say is older than that: one without an actor names its source. */
function endpointOf(from: string): object {
  const name = from.startsWith('unknown:') ? from.slice('unknown:'.length) : from;
  const [kind = '', ...id] = name.split(':');
  return KNOWN_DOORS.includes(kind)
    ? { name, type_id: 99, type: kind, ...(id.length > 0 ? { uid: id.join(':') } : {}) }
    : { name: 'console' };
}

/** What of the origin the schema has no place for. */
function unplaced({ grant, approval, request, before, after }: Origin): object {
  const all = Object.entries({ grant, approval, request, hash_before: before, hash_after: after });
  return Object.fromEntries(all.filter(([, value]) => value !== null));
}

/** The session of who acted, or the API key that stands for one. */
function sessionOf({ session, key, as }: Origin): object {
  const known = {
    ...(session === null ? {} : { uid: session }),
    ...(key === null ? {} : { credential_uid: key }),
  };
  return {
    ...(Object.keys(known).length === 0 ? {} : { session: known }),
    ...(as === null ? {} : { authorizations: [{ policy: { name: as } }] }),
  };
}

/** Who acted, by pseudonym: the chain holds no names. */
function userOf(actor: string): object {
  const [kind = '', ...id] = actor.split(':');
  const type = kind === 'system' ? { type_id: 3, type: 'System' } : { type_id: 99, type: kind };
  return { uid: id.join(':') || kind, ...type };
}
