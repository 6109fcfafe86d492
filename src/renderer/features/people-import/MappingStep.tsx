import { Button, Group, MultiSelect, Select, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import {
  type ImportDelimiter,
  type ImportEncoding,
  ImportField,
  type ImportMapping,
  type ImportSheet,
  type ImportWord,
  TenantRole,
} from '../../../contract';
import { ROLE_WORDS } from '../../app/frame/roles';
import { useGranted } from '../../app/session';
import { useTenantApi } from '../../app/tenant';
import { DataTable, format, Section } from '../../ui';
import classes from './import.module.css';
import { DELIMITER_WORDS, ENCODING_WORDS, FIELD_WORDS } from './words';

const NOT_READ = 'not-read';
const ROLE_OPTIONS = TenantRole.options.map((value) => ({ value, label: ROLE_WORDS[value] }));

type Choice = { value: string; label: string };

interface MappingProps {
  sheet: ImportSheet;
  mapping: ImportMapping;
  busy: boolean;
  /** Reads the file anew, because it is written otherwise than was proposed. */
  onRead: (chosen: Partial<Pick<ImportMapping, 'encoding' | 'delimiter' | 'columns'>>) => void;
  onMapping: (mapping: ImportMapping) => void;
  onPreview: () => void;
  onAnother: () => void;
}

/** How the file is read: its writing, its columns, its words of roles. */
export function MappingStep(props: MappingProps) {
  const { sheet, mapping, busy, onMapping, onPreview, onAnother } = props;
  const { query } = useTenantApi();
  const mayLook = useGranted('access.view');
  const roles = useQuery(query.access.roles.queryOptions({ input: {}, enabled: mayLook }));
  const known = (roles.data ?? []).map(({ id, name }) => ({ value: id, label: name }));
  const hasAddress = mapping.columns.some(({ field }) => field === 'email');
  return (
    <Stack gap="md">
      <Writing {...props} />
      <Columns {...props} />
      {sheet.roleWords.length > 0 && <RoleWords {...props} known={known} />}
      {sheet.customRoleWords.length > 0 && <CustomRoleWords {...props} known={known} />}
      <Select
        label="Role of new people whose line names none"
        description="Whoever is there already keeps theirs."
        w={320}
        clearable
        placeholder="None: such a line is an error"
        data={ROLE_OPTIONS}
        value={mapping.defaultRole}
        onChange={(value) => onMapping({ ...mapping, defaultRole: TenantRole.safeParse(value).data ?? null })}
      />
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onAnother}>
          Choose another file
        </Button>
        <Button
          loading={busy}
          disabled={!hasAddress}
          title={hasAddress ? undefined : 'Choose the column of the e-mail address first'}
          onClick={onPreview}
        >
          Preview {format.plural(sheet.lines, 'line')}
        </Button>
      </Group>
    </Stack>
  );
}

function Writing({ mapping, busy, onRead }: MappingProps) {
  const choices = <Value extends string>(words: Readonly<Record<Value, string>>): Choice[] =>
    Object.entries<string>(words).map(([value, label]) => ({ value, label }));
  return (
    <div className={classes.grid}>
      <Select
        label="Encoding"
        allowDeselect={false}
        disabled={busy}
        data={choices(ENCODING_WORDS)}
        value={mapping.encoding}
        onChange={(value) => onRead({ encoding: value as ImportEncoding })}
      />
      <Select
        label="Delimiter"
        allowDeselect={false}
        disabled={busy}
        data={choices(DELIMITER_WORDS)}
        value={mapping.delimiter}
        onChange={(value) => onRead({ delimiter: value as ImportDelimiter, columns: undefined })}
      />
    </div>
  );
}

function Columns({ sheet, mapping, busy, onRead }: MappingProps) {
  const choose = (column: number, field: ImportField | null) => {
    const others = mapping.columns.filter((each) => each.column !== column && each.field !== field);
    onRead({ columns: field ? [...others, { column, field }] : others });
  };
  const rows = sheet.headers.map((header, column) => ({ header, column }));
  return (
    <Section title="Columns" unit={format.count(rows.length)} padding="flush">
      <DataTable
        label="Columns of the file"
        rows={rows}
        rowKey={({ column }) => String(column)}
        maxHeight={300}
        columns={[
          { key: 'header', header: 'Column', render: ({ header }) => header },
          {
            key: 'sample',
            header: 'First line',
            hideBelow: 'sm',
            render: ({ column }) => (
              <span className={classes.sample}>{sheet.sample[0]?.[column] || '–'}</span>
            ),
          },
          {
            key: 'field',
            header: 'Is',
            render: ({ header, column }) => (
              <Select
                aria-label={`What the column ${header} is`}
                w={180}
                size="xs"
                allowDeselect={false}
                disabled={busy}
                data={[
                  { value: NOT_READ, label: 'Not read' },
                  ...ImportField.options.map((value) => ({ value, label: FIELD_WORDS[value] })),
                ]}
                value={mapping.columns.find((each) => each.column === column)?.field ?? NOT_READ}
                onChange={(value) => choose(column, ImportField.safeParse(value).data ?? null)}
              />
            ),
          },
        ]}
      />
    </Section>
  );
}

/** A word and how often it stands, for the tables of words. */
const WORD_COLUMNS = [
  { key: 'word', header: 'Word', render: ({ word }: ImportWord) => word },
  {
    key: 'lines',
    header: 'Lines',
    align: 'right' as const,
    render: ({ lines }: ImportWord) => format.count(lines),
  },
];

function RoleWords({ sheet, mapping, onMapping, known }: MappingProps & { known: Choice[] }) {
  const set = (word: string, role: TenantRole | null, customRoles: string[]) => {
    const others = mapping.roles.filter((each) => each.word !== word);
    onMapping({ ...mapping, roles: role ? [...others, { word, role, customRoles }] : others });
  };
  const of = (word: string) => mapping.roles.find((each) => each.word === word);
  return (
    <Section title="Words of the role column" padding="flush">
      <DataTable
        label="Words of the role column"
        rows={sheet.roleWords}
        rowKey={({ word }) => word}
        maxHeight={260}
        columns={[
          ...WORD_COLUMNS,
          {
            key: 'role',
            header: 'Role',
            render: ({ word }) => (
              <Select
                aria-label={`The role of the word ${word}`}
                w={150}
                size="xs"
                clearable
                placeholder="Choose"
                data={ROLE_OPTIONS}
                value={of(word)?.role ?? null}
                onChange={(value) =>
                  set(word, TenantRole.safeParse(value).data ?? null, of(word)?.customRoles ?? [])
                }
              />
            ),
          },
          {
            key: 'custom',
            header: 'With custom roles',
            render: ({ word }) => (
              <MultiSelect
                aria-label={`The custom roles of the word ${word}`}
                w={220}
                size="xs"
                disabled={!of(word) || known.length === 0}
                placeholder={of(word)?.customRoles.length ? undefined : 'None'}
                data={known}
                value={of(word)?.customRoles ?? []}
                onChange={(value) => set(word, of(word)?.role ?? null, value)}
              />
            ),
          },
        ]}
      />
    </Section>
  );
}

function CustomRoleWords({ sheet, mapping, onMapping, known }: MappingProps & { known: Choice[] }) {
  const set = (word: string, id: string | null) => {
    const others = mapping.customRoles.filter((each) => each.word !== word);
    onMapping({ ...mapping, customRoles: id ? [...others, { word, id }] : others });
  };
  return (
    <Section title="Words of the column of custom roles" padding="flush">
      <DataTable
        label="Words of the column of custom roles"
        rows={sheet.customRoleWords}
        rowKey={({ word }) => word}
        maxHeight={260}
        columns={[
          ...WORD_COLUMNS,
          {
            key: 'role',
            header: 'Custom role',
            render: ({ word }) => (
              <Select
                aria-label={`The custom role of the word ${word}`}
                w={220}
                size="xs"
                clearable
                placeholder="Choose"
                data={known}
                value={mapping.customRoles.find((each) => each.word === word)?.id ?? null}
                onChange={(value) => set(word, value)}
              />
            ),
          },
        ]}
      />
    </Section>
  );
}
