import { Button, Stack } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import type { ListenerCertificate, ListenerSettings } from '../../../contract';
import {
  format,
  Identifier,
  type KeyValue,
  KeyValueList,
  Status,
  type StatusTone,
  saveFile,
  useNow,
} from '../../ui';
import { THIS_MACHINE } from './fields';

type State = 'closed' | 'open' | 'failed';

const STATES: Record<State, { tone: StatusTone; label: string }> = {
  closed: { tone: 'idle', label: 'Closed' },
  open: { tone: 'ok', label: 'Open' },
  failed: { tone: 'bad', label: 'Cannot be opened' },
};

interface ListenerFactsProps {
  state: State;
  problem: string | null;
  baseUrl: string;
  settings: ListenerSettings;
  certificate: ListenerCertificate | null;
  /** Why it is closed, where that is not plain. */
  closedWords?: string;
  /** The name of the certificate's file, when it is saved. */
  fileName: string;
}

/** How a listener of the console stands. */
export function ListenerFacts(props: ListenerFactsProps) {
  const { state, problem, baseUrl, settings, certificate, closedWords, fileName } = props;
  const why = state === 'closed' ? closedWords : problem;
  return (
    <Stack gap="md">
      <KeyValueList
        items={[
          {
            label: 'State',
            value: (
              <>
                <Status {...STATES[state]} />
                {why && <div className="muted">{why}</div>}
              </>
            ),
          },
          { label: 'Addresses begin with', value: <Identifier value={baseUrl} label="address" /> },
          { label: 'Listens at', value: placeOf(settings) },
          ...certificateFacts(certificate),
        ]}
      />
      {certificate?.kind === 'internal' && (
        <Stack gap="xs" align="flex-start">
          <div className="muted">
            No authority vouches for this certificate, so who comes has to be told to trust it: compare the
            fingerprint, or give them the file. It vouches for this name alone.
          </div>
          <Button
            variant="default"
            size="compact-sm"
            leftSection={<IconDownload size={14} />}
            onClick={() => saveFile(fileName, 'application/x-pem-file', [certificate.pem])}
          >
            Save the certificate
          </Button>
        </Stack>
      )}
    </Stack>
  );
}

function placeOf({ address, port }: ListenerSettings): string {
  const alone = address === THIS_MACHINE ? ' (this machine alone)' : '';
  return `${address}, port ${port}${alone}`;
}

function certificateFacts(certificate: ListenerCertificate | null): KeyValue[] {
  if (!certificate) return [{ label: 'Certificate', value: 'Made when it is opened first' }];
  const { kind, fingerprint, validTo } = certificate;
  return [
    { label: 'Certificate', value: kind === 'own' ? 'Your own' : 'Made by this console' },
    { label: 'Fingerprint (SHA-256)', value: <Identifier value={fingerprint} label="fingerprint" /> },
    { label: 'Valid until', value: <ValidUntil at={validTo} /> },
  ];
}

/** How long before its end a certificate asks to be replaced. */
const SOON_MS = 30 * 86_400_000;

/** The end of a certificate, with a warning when it is near. @param at milliseconds since 1970 */
export function ValidUntil({ at }: { at: number }) {
  const now = useNow();
  const day = format.day(at);
  if (at <= now) return <Status tone="bad" label={`Expired on ${day}`} />;
  if (at - now < SOON_MS) return <Status tone="warn" label={`${day}: replace it soon`} />;
  return <>{day}</>;
}
