import { ActionIcon, Button, Select, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import type { Fields } from './draft';
import classes from './sso.module.css';
import { ROLES } from './words';

/** Which group gives which role, and what everybody else gets. */
export function RoleFields({ form }: { form: UseFormReturnType<Fields> }) {
  return (
    <fieldset className={classes.group}>
      <legend>Roles</legend>
      <p className={classes.hint}>
        Whoever is in several of the groups gets the role that may most. Whoever may change these groups over
        there decides who administers this tenant.
      </p>
      {form.values.mappings.map((mapping, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows have no other name, and fields are controlled
        <div key={index} className={classes.mapping}>
          <TextInput
            aria-label={`Group ${index + 1}`}
            placeholder="cn=staff,ou=groups,dc=acme,dc=example"
            spellCheck={false}
            {...form.getInputProps(`mappings.${index}.group`)}
          />
          <Select
            aria-label={`Role of group ${index + 1}`}
            allowDeselect={false}
            data={ROLES}
            {...form.getInputProps(`mappings.${index}.role`)}
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            size={36}
            aria-label={`Take out ${mapping.group || `group ${index + 1}`}`}
            onClick={() => form.removeListItem('mappings', index)}
          >
            <IconTrash size={16} />
          </ActionIcon>
        </div>
      ))}
      <div>
        <Button
          variant="default"
          size="compact-sm"
          leftSection={<IconPlus size={14} />}
          onClick={() => form.insertListItem('mappings', { group: '', role: 'user' })}
        >
          Add group
        </Button>
      </div>
      <Select
        label="Everybody else"
        allowDeselect={false}
        maw={320}
        data={[{ value: '', label: 'May not sign in' }, ...ROLES]}
        {...form.getInputProps('defaultRole')}
      />
    </fieldset>
  );
}
