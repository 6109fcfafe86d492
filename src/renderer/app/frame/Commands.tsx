import { createSpotlight, Spotlight, useSpotlight } from '@mantine/spotlight';
import {
  IconBuildingSkyscraper,
  IconKeyboard,
  IconLogout,
  IconMoon,
  IconPlus,
  IconSearch,
  IconSun,
  type TablerIcon,
} from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { useNavigate } from 'react-router';
import { TENANT_STATES } from '../../ui';
import { installation } from '../api';
import { permissionsOf, usePrincipal, useSessionActions } from '../session';
import { tenantPath } from '../tenant';
import classes from './Commands.module.css';
import { INSTALLATION_PLACES } from './places';
import { openShortcuts } from './shortcutsHelp';
import { visibleTabs } from './tabs';
import { useScheme } from './useScheme';

const [store, spotlight] = createSpotlight();
const TENANTS_SHOWN = 8;

/** The key that opens the commands, as this system writes it. */
export const COMMAND_KEY = /mac/i.test(navigator.userAgent) ? '⌘K' : 'Ctrl K';

/** Opens the search over tenants, pages and actions. */
export const openCommands = () => spotlight.open();

interface Command {
  id: string;
  label: string;
  description?: string;
  icon: TablerIcon;
  run: () => void;
}

/** Search over everything: any tenant, page and action. */
export function Commands() {
  const [search, setSearch] = useState('');
  const pages = usePages();
  const actions = useActions();
  const tenants = useTenants(search);
  const matches = (command: Command) => command.label.toLowerCase().includes(search.trim().toLowerCase());
  const groups = [
    { label: 'Tenants', commands: tenants.commands },
    { label: 'Pages', commands: pages.filter(matches) },
    { label: 'Actions', commands: actions.filter(matches) },
  ].filter((group) => group.commands.length > 0);
  const commands = groups.flatMap((group) => group.commands);
  const chosen = useChosen(commands);
  const enter = useEnter(commands, tenants.foundFor);

  return (
    <Spotlight.Root
      store={store}
      query={search}
      onQueryChange={setSearch}
      onSpotlightClose={enter.forget}
      shortcut="mod + K"
      size={560}
      maxHeight={440}
      scrollable
      clearQueryOnClose
      classNames={{ action: classes.action, content: classes.content }}
      attributes={{ content: { 'aria-label': 'Search and commands' } }}
      transitionProps={{ duration: 100, transition: 'fade' }}
    >
      <Spotlight.Search
        aria-label="Search tenants, pages and actions"
        placeholder="Find a tenant, page or action"
        leftSection={<IconSearch size={18} stroke={1.6} />}
        onKeyDownCapture={enter.onKeyDown}
      />
      <Spotlight.ActionsList>
        {groups.map((group) => (
          <Spotlight.ActionsGroup key={group.label} label={group.label}>
            {group.commands.map((command) => (
              <Spotlight.Action
                key={command.id}
                label={command.label}
                description={command.description}
                leftSection={<command.icon aria-hidden size={18} stroke={1.6} />}
                onClick={command.run}
                data-selected={command === chosen || undefined}
              />
            ))}
          </Spotlight.ActionsGroup>
        ))}
        {groups.length === 0 && <Spotlight.Empty>Nothing is called “{search}”.</Spotlight.Empty>}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}

/** The command that stands where the selection is: results that come in later take the selection over. */
function useChosen(commands: readonly Command[]): Command | undefined {
  const { selected } = useSpotlight(store);
  return selected < 0 ? undefined : commands[positionIn(commands, selected)];
}

function positionIn(commands: readonly Command[], selected: number): number {
  return Math.min(Math.max(selected, 0), commands.length - 1);
}

/**
 * Lets Enter act only on what was found for the words that are typed. Pressed before they were looked up, it is
 * kept until they are, unless more is typed or the search is closed. The list itself knows its selection only some
 * frames after the words, so it is not asked to act.
 */
function useEnter(commands: readonly Command[], foundFor: string | null) {
  const waiting = useRef<{ search: string; selected: number }>(null);
  const forget = () => {
    waiting.current = null;
  };
  const run = (selected: number) => {
    spotlight.close();
    commands[positionIn(commands, selected)]?.run();
  };
  useEffect(() => {
    if (waiting.current === null || waiting.current.search !== foundFor) return;
    const { selected } = waiting.current;
    waiting.current = null;
    run(selected);
  });
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    forget();
    if (event.key !== 'Enter' || event.nativeEvent.isComposing) return;
    event.preventDefault();
    event.stopPropagation();
    const search = event.currentTarget.value.trim();
    const { selected } = store.getState();
    if (search === '' && selected < 0) return;
    if (search !== foundFor) waiting.current = { search, selected };
    else if (commands.length > 0) run(selected);
  };
  return { onKeyDown, forget };
}

function usePages(): Command[] {
  const navigate = useNavigate();
  const principal = usePrincipal();
  if (principal.kind === 'operator') {
    return INSTALLATION_PLACES.map(({ to, label, icon }) => ({
      id: `page:${to}`,
      label,
      icon,
      run: () => void navigate(to),
    }));
  }
  const { id } = principal.session.tenant;
  return visibleTabs(permissionsOf(principal)).map(({ page, label, icon }) => ({
    id: `page:${page}`,
    label,
    icon,
    run: () => void navigate(tenantPath(id, page)),
  }));
}

/** The tenants of the words, and the words that those on screen were found for; null while none were. */
function useTenants(search: string): { commands: Command[]; foundFor: string | null } {
  const navigate = useNavigate();
  const operator = usePrincipal().kind === 'operator';
  const words = search.trim();
  const found = useQuery({
    ...installation.query.tenants.list.queryOptions({ input: { search: words, limit: TENANTS_SHOWN } }),
    enabled: operator,
    placeholderData: keepPreviousData,
  });
  if (!operator) return { commands: [], foundFor: words };
  const commands = (found.data?.tenants ?? []).map((tenant) => ({
    id: tenant.id,
    label: tenant.name,
    description: `${tenant.domain} · ${TENANT_STATES[tenant.state].label}`,
    icon: IconBuildingSkyscraper,
    run: () => void navigate(tenantPath(tenant.id)),
  }));
  return { commands, foundFor: found.isPending || found.isPlaceholderData ? null : words };
}

function useActions(): Command[] {
  const navigate = useNavigate();
  const principal = usePrincipal();
  const { signOut } = useSessionActions();
  const { dark, toggle } = useScheme();
  const create: Command = {
    id: 'create-tenant',
    label: 'Create a tenant',
    icon: IconPlus,
    run: () => void navigate('/tenants/new'),
  };
  return [
    ...(principal.kind === 'operator' ? [create] : []),
    {
      id: 'theme',
      label: dark ? 'Use the light theme' : 'Use the dark theme',
      icon: dark ? IconSun : IconMoon,
      run: toggle,
    },
    { id: 'shortcuts', label: 'Show keyboard shortcuts', icon: IconKeyboard, run: openShortcuts },
    { id: 'sign-out', label: 'Sign out', icon: IconLogout, run: () => void signOut(principal) },
  ];
}
