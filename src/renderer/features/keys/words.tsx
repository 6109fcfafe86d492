import type { RecoveryKit, TenantKeyState } from '../../../contract';
import { RelativeTime, Status } from '../../ui';

/** Whether something is to be done about a key. */
export function KeyStatus({ state }: { state: TenantKeyState }) {
  if (state.rotating) return <Status tone="busy" label="Being rotated" />;
  if (state.createdAt === null) return <Status tone="idle" label="No key yet" />;
  if (state.due) return <Status tone="warn" label="Due" />;
  return <Status tone="ok" label="In time" />;
}

/** Whether there is a kit, and whether it would help. */
export function KitStatus({ kit }: { kit: RecoveryKit | null }) {
  if (!kit) return <Status tone="warn" label="None: lost with the keychain" />;
  if (!kit.current) return <Status tone="warn" label="Out of date: of an earlier key" />;
  if (kit.rehearsedAt === null)
    return <Status tone="idle" label={`${kit.threshold} of ${kit.shares}, not rehearsed`} />;
  return (
    <span>
      <Status tone="ok" label={`${kit.threshold} of ${kit.shares}`} />{' '}
      <span className="muted">
        rehearsed <RelativeTime at={kit.rehearsedAt} />
      </span>
    </span>
  );
}
