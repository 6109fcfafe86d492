import { ActionIcon, Combobox, useCombobox } from '@mantine/core';
import { IconSelector } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { Status, TENANT_STATES } from '../../ui';
import { installation } from '../api';
import { tenantPath } from '../tenant';
import classes from './TenantSwitcher.module.css';

const SHOWN = 50;

/** Goes from one tenant to another by name. */
export function TenantSwitcher({ current }: { current: string }) {
  const navigate = useNavigate();
  const [search, setSearch] = useState('');
  const [opened, setOpened] = useState(false);
  const combobox = useCombobox({
    opened,
    onOpenedChange: setOpened,
    onDropdownOpen: () => combobox.focusSearchInput(),
    onDropdownClose: () => {
      combobox.resetSelectedOption();
      setSearch('');
    },
  });
  const tenants = useQuery({
    ...installation.query.tenants.list.queryOptions({ input: { search: search.trim(), limit: SHOWN } }),
    enabled: opened,
    placeholderData: keepPreviousData,
  });
  return (
    <Combobox
      store={combobox}
      width={320}
      position="bottom-start"
      withinPortal
      transitionProps={{ duration: 100 }}
      onOptionSubmit={(id) => {
        combobox.closeDropdown();
        void navigate(tenantPath(id));
      }}
    >
      <Combobox.Target targetType="button" withAriaAttributes={false}>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label="Switch tenant"
          aria-haspopup="listbox"
          aria-expanded={opened}
          onClick={() => combobox.toggleDropdown()}
        >
          <IconSelector size={18} />
        </ActionIcon>
      </Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Search
          aria-label="Find a tenant"
          placeholder="Find a tenant"
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
        <Combobox.Options mah={320} className={classes.options} aria-label="Tenants" tabIndex={0}>
          {tenants.data?.tenants.map((tenant) => (
            <Combobox.Option key={tenant.id} value={tenant.id} active={tenant.id === current}>
              <span className={classes.option}>
                <span className="truncate">{tenant.name}</span>
                <Status {...TENANT_STATES[tenant.state]} />
              </span>
            </Combobox.Option>
          ))}
          {tenants.data?.tenants.length === 0 && <Combobox.Empty>No tenant is called that.</Combobox.Empty>}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}
