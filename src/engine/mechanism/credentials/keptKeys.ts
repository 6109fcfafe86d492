import { z } from 'zod';
import { ConsoleError, type PasskeyFacts, PasskeyKind } from '../../../contract';
import type { SqlRow, Statement } from '../../ports';
import type { Rows } from '../store';
import type { PublicKey } from '../webauthn';
import { factorRow, factorRowsOf } from './factorWrites';
import type { CredentialParts } from './parts';

/** So many passkeys and security keys a person can have. */
const MOST_KEYS = 10;

/** What is sealed of a key: nothing of it is a secret, but who has which key is nobody’s business. */
const Secret = z.object({
  credential: z.string(),
  publicKey: z.string(),
  aaguid: z.string(),
  transports: z.array(z.string()),
  canBeCopied: z.boolean(),
  backedUp: z.boolean(),
  name: z.string(),
  host: z.string(),
});
type Secret = z.infer<typeof Secret>;

/** A passkey or security key as it is kept. */
export interface KeptKey extends PublicKey {
  readonly id: string;
  readonly kind: PasskeyKind;
  readonly name: string;
  readonly host: string;
  readonly counter: number;
  readonly row: SqlRow;
}

/** The passkeys and security keys of the accounts of one store. */
export interface KeptKeys {
  of(personId: string): Promise<KeptKey[]>;
  /** The write that takes a key into use: not one too many, nor one that is somebody’s already. */
  adding(
    personId: string,
    kind: PasskeyKind,
    key: PublicKey & { readonly counter: number; readonly name: string; readonly host: string },
  ): { rows: Rows; statements: readonly Statement[] };
  renaming(key: KeptKey, name: string): Statement;
  /** The write that uses the counter of an answer up. */
  using(key: KeptKey, answer: { readonly counter: number; readonly backedUp: boolean }): Statement;
  /** @throws ConsoleError CONFLICT when there is no room for another */
  requireRoom(keys: readonly KeptKey[]): void;
}

export function createKeptKeys(parts: CredentialParts): KeptKeys {
  const { secrets, clock, newId, factorRows } = parts;

  function resealed(row: SqlRow, secret: Secret): { sealed: string; mac: string } {
    const sealed = secrets.seal(String(row.id), JSON.stringify(secret));
    return { sealed, mac: factorRows.macOf({ ...row, sealed_secret: sealed }) };
  }

  function secretOf(key: KeptKey): Secret {
    return Secret.parse({ ...key, transports: [...key.transports] });
  }

  return {
    async of(personId) {
      return (await factorRowsOf(parts, personId)).flatMap((row) => {
        const kind = PasskeyKind.safeParse(row.kind);
        if (!kind.success) return [];
        const id = String(row.id);
        const secret = Secret.parse(JSON.parse(secrets.open(id, String(row.sealed_secret))));
        return [{ ...secret, id, kind: kind.data, counter: Number(row.last_step), row }];
      });
    },

    adding(personId, kind, { counter, ...secret }) {
      const id = newId();
      const rows = factorRow(parts, {
        id,
        personId,
        kind,
        secret: JSON.stringify(Secret.parse(secret)),
        step: counter,
        credential: secrets.hash(JSON.stringify(['credential', secret.credential])),
      });
      const sql = `UPDATE second_factors SET last_used_at = NULL WHERE id = ? AND
        (SELECT count(*) FROM second_factors WHERE person_id = ? AND credential IS NOT NULL) <= ?`;
      return { rows, statements: [{ sql, params: [id, personId, MOST_KEYS], expect: 1 }] };
    },

    renaming(key, name) {
      const { sealed, mac } = resealed(key.row, { ...secretOf(key), name });
      const sql = 'UPDATE second_factors SET sealed_secret = ?, mac = ? WHERE id = ? AND sealed_secret = ?';
      return { sql, params: [sealed, mac, key.id, String(key.row.sealed_secret)], expect: 1 };
    },

    using(key, { counter, backedUp }) {
      const before = String(key.row.sealed_secret);
      const { sealed, mac } =
        backedUp === key.backedUp
          ? { sealed: before, mac: String(key.row.mac) }
          : resealed(key.row, { ...secretOf(key), backedUp });
      const sql = `UPDATE second_factors SET last_step = ?, last_used_at = ?, sealed_secret = ?, mac = ?
        WHERE id = ? AND sealed_secret = ? AND (last_step < ? OR (last_step = 0 AND ? = 0))`;
      return {
        sql,
        params: [counter, clock.now(), sealed, mac, key.id, before, counter, counter],
        expect: 1,
      };
    },

    requireRoom(keys) {
      if (keys.length < MOST_KEYS) return;
      throw new ConsoleError('CONFLICT', {
        reason: `You have ${MOST_KEYS} passkeys and security keys. Remove one that you do not use any more.`,
      });
    },
  };
}

/** What is told of a key. */
export function factsOf({ name, host, canBeCopied, backedUp, aaguid, transports }: KeptKey): PasskeyFacts {
  return { name, host, canBeCopied, backedUp, aaguid, transports: [...transports] };
}
