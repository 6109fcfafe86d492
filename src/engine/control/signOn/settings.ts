import { z } from 'zod';
import { ListenerSettings } from '../../../contract';
import type { AuditDraft } from '../../mechanism/chain';
import type { SecretKeeper } from '../../mechanism/credentials';
import type { ControlContext } from '../context';
import type { CertificatePair } from './certificate';

/** The name of its row among the settings. */
export const LISTENER_SETTING = 'sso-listener';
const NAME = LISTENER_SETTING;
const DEFAULTS: ListenerSettings = { name: 'localhost', address: '127.0.0.1', port: 7_443 };

const Kept = z.object({
  settings: ListenerSettings,
  certificate: z
    .object({ kind: z.enum(['internal', 'own']), certificate: z.string(), sealedKey: z.string() })
    .nullable(),
});
type Kept = z.infer<typeof Kept>;

/**
 * The value of its row with the key sealed anew, for the rotation of the key of the installation.
 * @throws SealError when it was not sealed under the first
 */
export function listenerSealedAnew(value: string, before: SecretKeeper, after: SecretKeeper): string {
  const kept = Kept.parse(JSON.parse(value));
  if (kept.certificate === null) return value;
  const sealedKey = after.seal(NAME, before.open(NAME, kept.certificate.sealedKey));
  return JSON.stringify({ ...kept, certificate: { ...kept.certificate, sealedKey } });
}

/** What is kept of the listener. */
export interface ListenerKeep {
  settings(): ListenerSettings;
  /** Its certificate, with the key opened. */
  pair(): CertificatePair | null;
  write(settings: ListenerSettings, pair: CertificatePair | null, event: AuditDraft): Promise<void>;
}

/** @throws ConsoleError INSTALLATION_TAMPERED when it was edited outside the console */
export async function openListenerKeep(context: ControlContext): Promise<ListenerKeep> {
  const { store, seals, census, secrets } = context;
  const [row] = await store.read('SELECT * FROM settings WHERE name = ?', [NAME]);
  let revision = row ? Number(seals.settings.require(row).revision) : 0;
  let kept: Kept = row
    ? Kept.parse(JSON.parse(String(row.value)))
    : { settings: DEFAULTS, certificate: null };

  return {
    settings: () => kept.settings,
    pair() {
      if (kept.certificate === null) return null;
      const { kind, certificate, sealedKey } = kept.certificate;
      return { kind, certificate, key: secrets.open(NAME, sealedKey) };
    },
    async write(settings, pair, event) {
      const next: Kept = {
        settings,
        certificate: pair && {
          kind: pair.kind,
          certificate: pair.certificate,
          sealedKey: secrets.seal(NAME, pair.key),
        },
      };
      const changed = { name: NAME, value: JSON.stringify(next), revision: revision + 1 };
      const sql = 'INSERT OR REPLACE INTO settings (name, value, revision, mac) VALUES (?, ?, ?, ?)';
      const params = [changed.name, changed.value, changed.revision, seals.settings.of(changed)];
      await census.write(
        { settings: revision === 0 ? 1 : 0 },
        { statements: [{ sql, params }], events: [event] },
      );
      revision += 1;
      kept = next;
    },
  };
}
