import { Button, Checkbox, Group, Stack } from '@mantine/core';
import { IconPrinter } from '@tabler/icons-react';
import { useState } from 'react';
import type { RecoveryKit } from '../../../contract';
import { format, Leaf, Paper } from '../../ui';
import classes from './keys.module.css';
import { QrCode } from './QrCode';

export interface MadeKit {
  readonly kit: RecoveryKit;
  readonly keyMark: string;
  readonly sheets: readonly string[];
}

interface KitSheetsProps {
  /** Whose key it is: the tenant's name, or the installation. */
  subject: string;
  made: MadeKit;
  onDone: () => void;
}

/** The sheets of a kit, this once: on the screen, and one a page for the printer. */
export function KitSheets({ subject, made, onDone }: KitSheetsProps) {
  const [kept, setKept] = useState(false);
  const { kit, sheets } = made;
  return (
    <Stack gap="md">
      <div>
        The sheets are shown this once and kept nowhere. Print them, give each to another person, and rehearse
        them: any {kit.threshold} of the {kit.shares} restore the key, fewer say nothing about it.
      </div>
      <Group>
        <Button leftSection={<IconPrinter size={16} />} onClick={() => window.print()}>
          Print {kit.shares} sheets
        </Button>
      </Group>
      <div>
        {sheets.map((text, at) => (
          <div key={text} className={classes.sheet}>
            <QrCode className={classes.code} text={text} label={`QR code of sheet ${at + 1}`} />
            <div>
              <strong>
                Sheet {at + 1} of {kit.shares}
              </strong>
              <p className={`mono ${classes.letters}`}>{text}</p>
            </div>
          </div>
        ))}
      </div>
      <Checkbox
        label="The sheets are printed and in different hands"
        checked={kept}
        onChange={(event) => setKept(event.currentTarget.checked)}
      />
      <Group justify="flex-end">
        <Button disabled={!kept} onClick={onDone}>
          Done
        </Button>
      </Group>
      <Pages subject={subject} made={made} />
    </Stack>
  );
}

/** What the printer gets: a page a sheet. */
function Pages({ subject, made: { kit, keyMark, sheets } }: Omit<KitSheetsProps, 'onDone'>) {
  return (
    <Paper>
      {sheets.map((text, at) => (
        <Leaf key={text} title={`RISCURA Console: recovery sheet ${at + 1}`}>
          <p>
            Keep this sheet where nobody else reads it. Together with {kit.threshold - 1} other sheets of the
            same kit it restores the key named below; by itself it says nothing.
          </p>
          <dl>
            <dt>For</dt>
            <dd>{subject}</dd>
            <dt>Kit</dt>
            <dd className="mono">{kit.id}</dd>
            <dt>Key</dt>
            <dd className="mono">{keyMark}</dd>
            <dt>Sheets</dt>
            <dd>
              any {kit.threshold} of {kit.shares}
            </dd>
            <dt>Made</dt>
            <dd>{format.exactTime(kit.madeAt)}</dd>
          </dl>
          <QrCode text={text} label={`QR code of sheet ${at + 1}`} />
          <p className="mono">{text}</p>
        </Leaf>
      ))}
    </Paper>
  );
}
