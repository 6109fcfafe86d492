import {
  ERRORS,
  GRANTS,
  type InstallationStatus,
  type LifecycleProgress,
  type NetworkPolicy,
  type Operator,
  type Tenant,
  type TenantSession,
  type UsageEvent,
} from '../../../src/contract';
import { seeded, uuidv7 } from './random';
import { makeTenants } from './tenants';
import { makeUsage } from './usage';

/** Which state of the console the gallery shows. */
export interface Scenario {
  readonly door:
    | 'operator'
    | 'member'
    | 'user'
    | 'guest'
    | 'signed-out'
    | 'first-run'
    | 'sealed'
    | 'older'
    | 'preparing'
    | 'no-tenants';
  readonly delayMs: number;
  /** A procedure that fails, as a path: `tenant.overview.watch`. */
  readonly failing: string;
}

/** All that the sample installation holds. */
export interface World {
  readonly scenario: Scenario;
  readonly now: () => number;
  readonly newId: () => string;
  tenants: Tenant[];
  usage: Map<string, UsageEvent[]>;
  progress: Map<string, LifecycleProgress>;
  operator: Operator | null;
  session: TenantSession | null;
  status: InstallationStatus;
  network: NetworkPolicy;
}

/** The password of everybody in the gallery. */
export const PASSWORD = 'correct-horse-9-Battery';

/** Builds the sample installation for a scenario. */
export function makeWorld(scenario: Scenario): World {
  const now = Date.now();
  const random = seeded(42);
  const newId = () => uuidv7(Date.now(), random);
  const none = scenario.door === 'no-tenants' || scenario.door === 'first-run';
  const tenants = none ? [] : makeTenants(now);
  const operator = { id: newId(), name: 'Maren Holt', email: 'maren.holt@riscura.example', createdAt: now };
  const isOperator = scenario.door === 'operator' || scenario.door === 'no-tenants';
  return {
    scenario,
    now: Date.now,
    newId,
    tenants,
    usage: new Map(tenants.map((tenant, index) => [tenant.id, makeUsage(tenant, index, now)])),
    progress: new Map(),
    operator: isOperator ? operator : null,
    session: makeSession(scenario, tenants[0], newId, now),
    status: makeStatus(scenario),
    network: {
      airGap: true,
      hosts: [
        {
          host: 'gpu-01.internal',
          port: 11434,
          purpose: 'model',
          note: 'Ollama on the inference server in rack 4',
          declaredAt: now - 9_000_000_000,
        },
        {
          host: 'ldap.internal',
          port: 636,
          purpose: 'directory',
          note: 'Corporate directory, read-only bind',
          declaredAt: now - 4_000_000_000,
        },
      ],
    },
  };
}

function makeSession(
  scenario: Scenario,
  tenant: Tenant | undefined,
  newId: () => string,
  now: number,
): TenantSession | null {
  const roles = { member: 'tenant-admin', user: 'user', guest: 'guest' } as const;
  if (!tenant || !(scenario.door in roles)) return null;
  const role = roles[scenario.door as keyof typeof roles];
  return {
    tenant,
    role,
    permissions: [...GRANTS[role]],
    needs: null,
    byBrowser: false,
    vouchedUntil: scenario.failing === 'vouching' ? now + 130_000 : null,
    idleMinutes: 60,
    expiresAt: now + 3_600_000,
    user: {
      id: newId(),
      name: 'Ingrid Sørlie',
      email: `ingrid@${tenant.domain}`,
      role,
      state: 'active',
      createdAt: tenant.createdAt,
      lastSeenAt: now,
    },
  };
}

const PROBLEMS: Partial<Record<Scenario['door'], InstallationStatus['problems']>> = {
  sealed: [
    {
      code: 'KEYSTORE_UNAVAILABLE',
      title: ERRORS.KEYSTORE_UNAVAILABLE.title,
      next: ERRORS.KEYSTORE_UNAVAILABLE.next,
    },
  ],
  older: [
    {
      code: 'AUDIT_TRUNCATED',
      title:
        'The database ends at audit event 4181 and 4207 events were signed: it was cut off or put back to an older state.',
      next: ERRORS.AUDIT_TRUNCATED.next,
    },
  ],
};

function makeStatus({ door }: Scenario): InstallationStatus {
  const sealed = door === 'sealed' || door === 'older';
  return {
    state:
      door === 'preparing' ? 'preparing' : sealed ? 'sealed' : door === 'first-run' ? 'first-run' : 'ready',
    preparation: door === 'preparing' ? { title: 'Preparing sample data', done: 212, total: 571 } : null,
    version: '0.1.0',
    keystore: { kind: 'Secret Service (gnome-keyring)', state: door === 'sealed' ? 'unavailable' : 'ready' },
    problems: PROBLEMS[door] ?? [],
    hosts: [
      { host: 'engine', state: 'running', restarts: 0, confined: false },
      { host: 'model', state: 'running', restarts: 1, confined: true },
      { host: 'parser', state: 'idle', restarts: 0, confined: true },
    ],
    airGap: true,
  };
}
