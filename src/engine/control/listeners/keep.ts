import { z } from 'zod';
import type { ListenerSettings } from '../../../contract';
import type { AuditDraft } from '../../mechanism/chain';
import type { SecretKeeper } from '../../mechanism/credentials';
import type { ControlContext } from '../context';
import type { CertificatePair } from './certificate';

const Certificate = z
  .object({ kind: z.enum(['internal', 'own']), certificate: z.string(), sealedKey: z.string() })
  .nullable();

interface Kept<Settings> {
  readonly settings: Settings;
  readonly certificate: z.infer<typeof Certificate>;
}

/** The names of the rows among the settings that hold a listener, and in it a sealed key. */
export const LISTENER_SETTINGS = ['sso-listener', 'api'] as const;
export type ListenerSetting = (typeof LISTENER_SETTINGS)[number];

/**
 * The value of such a row with the key sealed anew, for the rotation of the key of the installation.
 * @throws SealError when it was not sealed under the first
 */
export function listenerSealedAnew(
  name: ListenerSetting,
  value: string,
  before: SecretKeeper,
  after: SecretKeeper,
): string {
  const kept = z.looseObject({ certificate: Certificate }).parse(JSON.parse(value));
  if (kept.certificate === null) return value;
  const sealedKey = after.seal(name, before.open(name, kept.certificate.sealedKey));
  return JSON.stringify({ ...kept, certificate: { ...kept.certificate, sealedKey } });
}

/** What is kept of a listener. */
export interface ListenerKeep<Settings extends ListenerSettings> {
  settings(): Settings;
  /** Its certificate, with the key opened. */
  pair(): CertificatePair | null;
  write(settings: Settings, pair: CertificatePair | null, event: AuditDraft): Promise<void>;
}

interface Kind<Settings> {
  readonly name: ListenerSetting;
  readonly schema: z.ZodType<Settings>;
  readonly defaults: Settings;
}

/** @throws ConsoleError INSTALLATION_TAMPERED when it was edited outside the console */
export async function openListenerKeep<Settings extends ListenerSettings>(
  context: ControlContext,
  { name, schema, defaults }: Kind<Settings>,
): Promise<ListenerKeep<Settings>> {
  const { store, seals, census, secrets } = context;
  const Stored = z.object({ settings: schema, certificate: Certificate });
  const [row] = await store.read('SELECT * FROM settings WHERE name = ?', [name]);
  let revision = row ? Number(seals.settings.require(row).revision) : 0;
  let kept: Kept<Settings> = row
    ? Stored.parse(JSON.parse(String(row.value)))
    : { settings: defaults, certificate: null };

  return {
    settings: () => kept.settings,
    pair() {
      if (kept.certificate === null) return null;
      const { kind, certificate, sealedKey } = kept.certificate;
      return { kind, certificate, key: secrets.open(name, sealedKey) };
    },
    async write(settings, pair, event) {
      const next: Kept<Settings> = {
        settings,
        certificate: pair && {
          kind: pair.kind,
          certificate: pair.certificate,
          sealedKey: secrets.seal(name, pair.key),
        },
      };
      const changed = { name, value: JSON.stringify(next), revision: revision + 1 };
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
