import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import type { ListenerCertificate } from '../../../contract';
import { format, Identifier, KeyValueList, Status, type StatusTone, saveFile } from '../../ui';

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
  address: string;
  certificate: ListenerCertificate | null;
}

/** How a listener of the console stands. */
export function ListenerFacts({ state, problem, baseUrl, address, certificate }: ListenerFactsProps) {
  return (
    <KeyValueList
      items={[
        {
          label: 'State',
          value: (
            <>
              <Status {...STATES[state]} />
              {problem && <div className="muted">{problem}</div>}
            </>
          ),
        },
        { label: 'Address', value: <Identifier value={baseUrl} label="address" /> },
        { label: 'Listens at', value: <span className="mono">{address}</span> },
        ...(certificate ? certificateFacts(certificate) : []),
      ]}
    />
  );
}

function certificateFacts({ kind, fingerprint, pem, validTo }: ListenerCertificate) {
  return [
    {
      label: 'Certificate',
      value: kind === 'internal' ? 'Made by this console' : 'Of your own authority',
    },
    { label: 'SHA-256', value: <Identifier value={fingerprint} label="fingerprint" shorten={23} /> },
    { label: 'Valid until', value: format.day(validTo) },
    {
      label: 'To be trusted',
      value: (
        <Button
          size="compact-xs"
          variant="default"
          leftSection={<IconDownload size={13} />}
          onClick={() => saveFile('riscura-console.pem', 'application/x-pem-file', [pem])}
        >
          Save certificate
        </Button>
      ),
    },
  ];
}
