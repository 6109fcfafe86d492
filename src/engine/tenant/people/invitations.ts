import {
  ConsoleError,
  type IssuedInvitation,
  type Permission,
  type TenantRole,
  type tenantContract,
} from '../../../contract';
import { type Actor, actorOf, type Call, type Handlers } from '../../door';
import type { AuditDraft } from '../../mechanism/chain';
import { newInvitationCode } from '../../mechanism/invitations';
import { bulkInsert, type Rows, type Write } from '../../mechanism/store';
import { type RandomSource, type Statement, StoreError } from '../../ports';
import { type AccessPeople, requireHeld } from '../access';
import type { RuntimeContext } from '../context';
import { invitedRow, peopleAtMost } from '../identity';
import { hashOfCode } from './codes';
import type { PeopleRecords } from './records';

const HOUR_MS = 3_600_000;
const INSERT = bulkInsert('invitations', ['person_id', 'hash', 'created_at', 'created_by', 'expires_at']);
const INSERT_MEMBER = bulkInsert('custom_role_members', ['user_id', 'role_id']);

/** A person as they are to be added. */
export interface Invitee {
  readonly name: string;
  readonly email: string;
  readonly role: TenantRole;
  /** Their ids. */
  readonly customRoles: readonly string[];
}

/** A person who is about to be added, with the code that is theirs. */
export interface DraftedInvitation {
  readonly id: string;
  readonly code: string;
  readonly expiresAt: number;
  readonly rows: readonly Rows[];
  readonly event: AuditDraft;
}

/** What is written together with a code. */
export type CodeWrite = Pick<Write, 'statements' | 'events'>;

/** The codes that an administrator gives out. */
export interface Invitations {
  /**
   * What adds a person and their code, to be written together with others or alone; see {@link Invitations.add}.
   * @throws ConsoleError NOT_ALLOWED when the actor does not hold what the person is to get
   */
  draft(invitee: Invitee, call: Call): Promise<DraftedInvitation>;
  /**
   * Adds people, all or none.
   * @throws ConsoleError QUOTA_EXCEEDED when the plan has no room for them, CONFLICT when an address is taken
   */
  add(drafted: readonly DraftedInvitation[], more?: CodeWrite): Promise<void>;
  /** A new code for somebody who is there: the statement that puts it in the place of an earlier one. */
  renew(personId: string, actor: Actor): Promise<{ code: string; expiresAt: number; statement: Statement }>;
  /** Gives out a new code in the place of an earlier one, with what is written together with it. */
  giveAnew(personId: string, actor: Actor, more: CodeWrite): Promise<IssuedInvitation>;
  /** What somebody is shown who gave out a code. */
  issued(id: string, code: string, expiresAt: number): Promise<IssuedInvitation>;
  readonly handlers: Pick<Handlers<(typeof tenantContract)['people']>, 'invite' | 'reissue' | 'withdraw'>;
}

interface InvitationsOptions {
  readonly context: RuntimeContext;
  readonly records: PeopleRecords;
  readonly access: AccessPeople;
  readonly random: RandomSource;
  /** For how many hours a code is good. */
  readonly hours: () => Promise<number>;
}

export function createInvitations(options: InvitationsOptions): Invitations {
  const { context, records, access, random, hours } = options;
  const { store, clock, cipher, newId, entitlements } = context;

  async function newCode(personId: string) {
    const code = newInvitationCode(random);
    const expiresAt = clock.now() + (await hours()) * HOUR_MS;
    return { code, expiresAt, hash: hashOfCode(cipher, personId, code) };
  }

  async function requireHeldRoles(actor: Actor, { role, customRoles }: Invitee): Promise<void> {
    const permissions: readonly Permission[] = await access.permissionsWith(role, customRoles);
    requireHeld(actor, permissions);
    if (customRoles.length > 0 && !actor.permissions.has('access.manage')) {
      throw new ConsoleError('NOT_ALLOWED', {
        reason: 'To give custom roles takes the permission to manage access.',
      });
    }
  }

  async function draft(invitee: Invitee, call: Call): Promise<DraftedInvitation> {
    const actor = actorOf(call);
    await requireHeldRoles(actor, invitee);
    const id = newId();
    const now = clock.now();
    const { code, expiresAt, hash } = await newCode(id);
    const customRoles = [...new Set(invitee.customRoles)];
    return {
      id,
      code,
      expiresAt,
      rows: [
        invitedRow({ ...invitee, id }, now),
        { into: INSERT, rows: [[id, hash, now, actor.id, expiresAt]] },
        { into: INSERT_MEMBER, rows: customRoles.map((role) => [id, role]) },
      ],
      event: call.event({
        event: 'person.invited',
        target: id,
        detail: { role: invitee.role, customRoles: customRoles.join(' ') },
        change: { before: null, after: { ...invitee, customRoles } },
      }),
    };
  }

  async function add(drafted: readonly DraftedInvitation[], more: CodeWrite = { events: [] }): Promise<void> {
    const { users } = entitlements().plan;
    const limit = drafted.length === 0 ? null : users;
    try {
      await store.write({
        rows: drafted.flatMap(({ rows }) => rows),
        statements: [...(limit === null ? [] : [peopleAtMost(limit)]), ...(more.statements ?? [])],
        events: [...drafted.map(({ event }) => event), ...more.events],
      });
    } catch (problem) {
      throw notAdded(problem, limit);
    }
  }

  async function renew(personId: string, actor: Actor) {
    const { code, expiresAt, hash } = await newCode(personId);
    const sql = `INSERT INTO invitations (person_id, hash, created_at, created_by, expires_at)
      SELECT id, ?, ?, ?, ? FROM users WHERE id = ? AND kind = 'person' AND state IN ('active', 'invited')
      ON CONFLICT (person_id) DO UPDATE SET hash = excluded.hash, created_at = excluded.created_at,
        created_by = excluded.created_by, expires_at = excluded.expires_at`;
    const params = [hash, clock.now(), actor.id, expiresAt, personId];
    return { code, expiresAt, statement: { sql, params, expect: 1 } };
  }

  async function issued(id: string, code: string, expiresAt: number): Promise<IssuedInvitation> {
    return { person: await records.require(id), code, expiresAt, domain: entitlements().domain };
  }

  async function giveAnew(personId: string, actor: Actor, more: CodeWrite): Promise<IssuedInvitation> {
    const { code, expiresAt, statement } = await renew(personId, actor);
    await store.write({ statements: [statement, ...(more.statements ?? [])], events: more.events });
    return issued(personId, code, expiresAt);
  }

  return {
    draft,
    add,
    renew,
    giveAnew,
    issued,
    handlers: {
      async invite(wishes, call) {
        const drafted = await draft(wishes, call);
        await add([drafted]);
        return issued(drafted.id, drafted.code, drafted.expiresAt);
      },

      async reissue({ id }, call) {
        const actor = actorOf(call);
        const person = await records.require(id);
        requireHeld(actor, (await access.require(id)).permissions);
        if (person.state !== 'invited' && person.invitation === null) {
          throw new ConsoleError('CONFLICT', {
            reason: 'No invitation of this person is open. Reset their password instead.',
          });
        }
        return giveAnew(id, actor, { events: [call.event({ target: id })] });
      },

      async withdraw({ id }, call) {
        await records.require(id);
        requireHeld(actorOf(call), (await access.require(id)).permissions);
        const sql = 'DELETE FROM invitations WHERE person_id = ?';
        await store.write({
          statements: [{ sql, params: [id], expect: 1 }],
          events: [call.event({ target: id })],
        });
        return records.require(id);
      },
    },
  };
}

function notAdded(problem: unknown, limit: number | null): unknown {
  if (!(problem instanceof StoreError)) return problem;
  // The first statement is the plan's; another is of whoever adds people together with something else.
  if (problem.problem === 'guard' && limit !== null && problem.statement === 0) {
    return new ConsoleError('QUOTA_EXCEEDED', { reason: `The plan has room for ${limit} people.` }, problem);
  }
  if (problem.problem !== 'constraint') return problem;
  return new ConsoleError(
    'CONFLICT',
    {
      reason: 'Somebody in this tenant has this address already.',
      fields: [{ path: 'email', problem: 'is taken' }],
    },
    problem,
  );
}
