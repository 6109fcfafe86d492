import { Button, Checkbox, Code, CopyButton, Group, Stack } from '@mantine/core';
import { IconDownload, IconPrinter } from '@tabler/icons-react';
import { useState } from 'react';
import { createPortal } from 'react-dom';
import type { IssuedInvitation } from '../../../contract';
import { useTenant } from '../../app/tenant';
import { format, saveFile } from '../../ui';
import classes from './people.module.css';

interface InvitationSheetProps {
  issued: IssuedInvitation;
  onDone: () => void;
}

/** A code, this once: to be copied, printed or saved, and handed to the person. */
export function InvitationSheet({ issued, onDone }: InvitationSheetProps) {
  const tenant = useTenant().name;
  const [handed, setHanded] = useState(false);
  const { code, person } = issued;
  const save = () =>
    saveFile(`invitation-${person.email.replace(/[^a-z0-9.-]+/g, '-')}.txt`, 'text/plain', [
      textOf(tenant, issued),
    ]);
  return (
    <Stack gap="md">
      <div>
        The code is shown this once; the console keeps a keyed hash of it. Hand it to {person.name} in a way
        that reaches nobody else: whoever has it can set the password. It is good once, until{' '}
        {format.exactTime(issued.expiresAt)}.
      </div>
      <Code block aria-label="Invitation code" className={classes.code}>
        {code}
      </Code>
      <Facts issued={issued} />
      <Group gap="xs">
        <CopyButton value={code}>
          {({ copied, copy }) => (
            <Button variant="default" onClick={copy}>
              {copied ? 'Copied' : 'Copy code'}
            </Button>
          )}
        </CopyButton>
        <Button variant="default" leftSection={<IconPrinter size={16} />} onClick={() => window.print()}>
          Print sheet
        </Button>
        <Button variant="default" leftSection={<IconDownload size={16} />} onClick={save}>
          Save sheet
        </Button>
      </Group>
      <Checkbox
        label="I have the code; it will not be shown again"
        checked={handed}
        onChange={(event) => setHanded(event.currentTarget.checked)}
      />
      <Group justify="flex-end">
        <Button disabled={!handed} onClick={onDone}>
          Done
        </Button>
      </Group>
      {createPortal(<Paper tenant={tenant} issued={issued} />, document.body)}
    </Stack>
  );
}

function Facts({ issued: { domain, person } }: { issued: IssuedInvitation }) {
  return (
    <dl className={classes.facts}>
      <dt>Domain</dt>
      <dd className="mono">{domain}</dd>
      <dt>E-mail</dt>
      <dd className="mono">{person.email}</dd>
    </dl>
  );
}

const STEPS = [
  'Open RISCURA Console and choose “Member of a tenant”, then “I have an invitation”.',
  'Enter the domain, your e-mail address and the code below.',
  'Choose a password that only you know. Then destroy this sheet.',
];

function textOf(tenant: string, { person, domain, code, expiresAt }: IssuedInvitation): string {
  return [
    `${person.name}, this is your way into ${tenant} in RISCURA Console.`,
    '',
    ...STEPS.map((step, at) => `${at + 1}. ${step}`),
    '',
    `Domain:  ${domain}`,
    `E-mail:  ${person.email}`,
    `Code:    ${code}`,
    `Good until ${format.exactTime(expiresAt)}, once.`,
    '',
  ].join('\n');
}

/** What the printer gets. */
function Paper({ tenant, issued }: { tenant: string; issued: IssuedInvitation }) {
  return (
    <section className={classes.paper} aria-hidden>
      <h1>Your way into {tenant}</h1>
      <p>{issued.person.name}, with this sheet you set a password of your own in RISCURA Console.</p>
      <ol>
        {STEPS.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
      <Facts issued={issued} />
      <p className={classes.printed}>{issued.code}</p>
      <p>Good once, until {format.exactTime(issued.expiresAt)}.</p>
    </section>
  );
}
