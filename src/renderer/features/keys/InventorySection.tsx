import type { ReactNode } from 'react';
import {
  type KeyPolicy,
  type PublicSigningKey,
  type TenantKeyState,
  TOKEN_KEY_DAYS,
} from '../../../contract';
import { type Column, DataTable, RelativeTime, Section } from '../../ui';
import classes from './keys.module.css';

interface Kind {
  readonly name: string;
  readonly protects: string;
  readonly keptIn: string;
  readonly made: ReactNode;
  readonly rotates: ReactNode;
  readonly lost: string;
}

interface InventoryProps {
  keys:
    | {
        readonly policy: KeyPolicy;
        readonly tenants: readonly TenantKeyState[];
        readonly installation: { readonly createdAt: number; readonly dueAt: number };
        readonly statementKeys: readonly PublicSigningKey[];
        readonly checkpointKeys: readonly PublicSigningKey[];
      }
    | undefined;
}

const wrapped = (content: ReactNode) => <div className={classes.wrapped}>{content}</div>;

const COLUMNS: readonly Column<Kind>[] = [
  { key: 'name', header: 'Key', render: ({ name }) => wrapped(name) },
  { key: 'protects', header: 'Protects', render: ({ protects }) => wrapped(protects) },
  { key: 'kept', header: 'Kept in', hideBelow: 'md', render: ({ keptIn }) => wrapped(keptIn) },
  { key: 'made', header: 'Made', hideBelow: 'lg', render: ({ made }) => made },
  { key: 'rotates', header: 'Rotates', hideBelow: 'sm', render: ({ rotates }) => wrapped(rotates) },
  { key: 'lost', header: 'Lost with it', hideBelow: 'sm', render: ({ lost }) => wrapped(lost) },
];

/** Every kind of key there is: what it protects, where it is, its age, when it rotates next, what would be lost. */
export function InventorySection({ keys }: InventoryProps) {
  return (
    <Section
      title="Every kind of key"
      description="From the keychain down. Those of one tenant are under its Isolation."
      padding="flush"
    >
      <DataTable
        label="Every kind of key"
        rows={keys && kindsOf(keys)}
        rowKey={({ name }) => name}
        columns={COLUMNS}
      />
    </Section>
  );
}

function kindsOf(keys: NonNullable<InventoryProps['keys']>): readonly Kind[] {
  const { tenants, policy } = keys;
  const numbers = (values: readonly (number | null)[]) => values.filter((value) => value !== null);
  const oldest = Math.min(...numbers(tenants.map(({ createdAt }) => createdAt)));
  const nextDue = Math.min(...numbers(tenants.map(({ dueAt }) => dueAt)));
  const since = (list: readonly PublicSigningKey[]) => timeOf(list.at(-1)?.since);
  return [
    {
      name: 'Key of the installation',
      protects:
        'Who may do what: the seals of the catalogue, the secrets of operators, and the keys below that come from it',
      keptIn: 'Keychain, its recovery kit',
      made: timeOf(keys.installation.createdAt),
      rotates: <>By the button; due {timeOf(keys.installation.dueAt)}</>,
      lost: 'Sign-in of operators, and with it the way to every tenant',
    },
    {
      name: 'Signing keys of audit checkpoints',
      protects: 'That an audit chain was not changed',
      keptIn: 'Come from the key of the installation',
      made: since(keys.checkpointKeys),
      rotates: 'By the button, and with the key of the installation',
      lost: 'Nothing: their public halves verify what they signed',
    },
    {
      name: 'Signing keys of statements',
      protects: 'That a certificate or statement is of this console',
      keptIn: 'Come from the key of the installation',
      made: since(keys.statementKeys),
      rotates: 'By the button, and with the key of the installation',
      lost: 'Nothing: their public halves verify what they signed',
    },
    {
      name: 'Mark of API keys',
      protects: 'API keys against made-up ones, and the hashes of recovery codes',
      keptIn: 'Catalogue, sealed under the key of the installation',
      made: '–',
      rotates: 'Does not: keys that people hold would end',
      lost: 'Every API key and recovery code',
    },
    {
      name: 'Keys of the listeners',
      protects: 'TLS of the sign-on listener and of the REST API',
      keptIn: 'Catalogue, sealed under the key of the installation',
      made: '–',
      rotates: 'With a new certificate, under Network and Installation',
      lost: 'Nothing: a new certificate is made, to be trusted anew',
    },
    {
      name: 'Credentials of providers',
      protects: 'Access to models elsewhere',
      keptIn: 'Keychain',
      made: '–',
      rotates: 'At the provider; then entered under Models',
      lost: 'That access, until it is entered again',
    },
    {
      name: 'Database keys',
      protects: 'One for each tenant: its database, and every key below',
      keptIn: 'Keychain, its recovery kit',
      made: tenants.length === 0 ? '–' : <>Oldest {timeOf(oldest)}</>,
      rotates: (
        <>
          {policy.automatic ? 'By itself' : 'By the button'}
          {tenants.length > 0 && <>; next {timeOf(nextDue)}</>}
        </>
      ),
      lost: 'Everything of that tenant',
    },
    {
      name: 'Field keys',
      protects: 'The words of people inside a database',
      keptIn: 'The tenant’s database, wrapped under its database key',
      made: 'See Isolation',
      rotates: 'By the button under Isolation',
      lost: 'Those texts',
    },
    {
      name: 'Key of the files',
      protects: 'Documents and pruned audit, each under a key of its own',
      keptIn: 'The tenant’s database, sealed under a field key',
      made: 'See Isolation',
      rotates: 'By the button under Isolation',
      lost: 'Those files',
    },
    {
      name: 'Signing keys of tokens',
      protects: 'The sessions of operators, and of the members of each tenant',
      keptIn: 'Come from the key of the installation, and from the first field key of a tenant',
      made: 'See below, and under Isolation',
      rotates: `By themselves after ${TOKEN_KEY_DAYS} days, or by the button`,
      lost: 'Nothing: tokens are renewed',
    },
  ];
}

function timeOf(at: number | undefined): ReactNode {
  return at === undefined || !Number.isFinite(at) ? '–' : <RelativeTime at={at} />;
}
