import { Button, Group, Modal, Stack } from '@mantine/core';
import { IconDownload, IconPrinter } from '@tabler/icons-react';
import type { AuditCheckpoint } from '../../../contract';
import { format, KeyValueList, Leaf, Paper, saveFile } from '../../ui';
import { QrCode } from '../keys';
import classes from './audit.module.css';

interface CheckpointSheetProps {
  checkpoint: AuditCheckpoint;
  /** The beginning of the names of files. */
  name: string;
  /** SPKI in DER, base64, of the key that signed it. */
  publicKey: string;
  onClose: () => void;
}

/** The newest checkpoint, to be kept elsewhere: as a QR code, on paper, or as a file. */
export function CheckpointSheet({ checkpoint, name, publicKey, onClose }: CheckpointSheetProps) {
  const text = JSON.stringify(checkpoint);
  const file = `${name}-checkpoint-${checkpoint.size}.json`;
  return (
    <Modal opened onClose={onClose} title="A checkpoint, to keep elsewhere" size={640}>
      <Stack gap="md">
        <div>
          It says what the first {format.count(checkpoint.size)} events were. Kept where nobody can change it,
          it tells later whether one of them was changed or cut off. It holds no word of anybody.
        </div>
        <div className={classes.checkpoint}>
          <QrCode className={classes.code} text={text} label="QR code of the checkpoint" />
          <KeyValueList
            items={[
              { label: 'Chain', value: <span className="mono">{checkpoint.origin}</span> },
              { label: 'Events', value: format.count(checkpoint.size) },
              { label: 'Signed', value: format.exactTime(checkpoint.at) },
              { label: 'Key', value: <span className="mono">{checkpoint.keyId}</span> },
            ]}
          />
        </div>
        <Group>
          <Button leftSection={<IconPrinter size={16} />} onClick={() => window.print()}>
            Print the sheet
          </Button>
          <Button
            variant="default"
            leftSection={<IconDownload size={16} />}
            onClick={() => saveFile(file, 'application/json', [text])}
          >
            Save as a file
          </Button>
        </Group>
      </Stack>
      <Paper>
        <Leaf title="RISCURA Console: audit checkpoint">
          <p>
            Keep this sheet where nobody who runs the console can change it. To check the chain against it:
            scan the code into a file, or type the lines below into one, and run
          </p>
          <p className="mono">riscura verify-audit EXPORTED.jsonl --checkpoint FILE --public-key KEY</p>
          <p>
            with an export of the same chain, made then or later. It names the first event that was changed or
            cut off.
          </p>
          <dl>
            <dt>Signed</dt>
            <dd>{format.exactTime(checkpoint.at)}</dd>
            <dt>Public key in use</dt>
            <dd className="mono">{publicKey}</dd>
          </dl>
          <QrCode text={text} label="QR code of the checkpoint" />
          <pre>{linesOf(checkpoint)}</pre>
        </Leaf>
      </Paper>
    </Modal>
  );
}

/** What can be typed: `riscura verify-audit --checkpoint` reads it. */
function linesOf({ origin, size, head, root, at, keyId, signature }: AuditCheckpoint): string {
  const grouped = (value: string) => value.match(/.{1,8}/g)?.join(' ') ?? value;
  return [
    `chain: ${origin}`,
    `events: ${size}`,
    `head: ${grouped(head)}`,
    `root: ${grouped(root)}`,
    `at: ${at}`,
    `key: ${keyId}`,
    `signature: ${grouped(signature)}`,
  ].join('\n');
}
