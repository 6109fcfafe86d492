import { Menu, UnstyledButton } from '@mantine/core';
import {
  IconKeyboard,
  IconLock,
  IconLogout,
  IconMoon,
  IconSelector,
  IconSun,
  IconUserCog,
} from '@tabler/icons-react';
import { Link } from 'react-router';
import { faceOf, usePrincipal, useSessionActions } from '../session';
import { tenantPath } from '../tenant';
import classes from './Rail.module.css';
import { ROLE_WORDS } from './roles';
import { openShortcuts } from './shortcutsHelp';
import { useScheme } from './useScheme';

/** Who is signed in, with theme, shortcuts and sign-out. */
export function AccountMenu() {
  const principal = usePrincipal();
  const { name, email } = faceOf(principal);
  const { signOut } = useSessionActions();
  const { dark, toggle } = useScheme();
  return (
    <Menu position="top-start" width={232} shadow="md" transitionProps={{ duration: 100 }}>
      <Menu.Target>
        <UnstyledButton className={classes.account}>
          <div className={classes.who}>
            <div className="truncate">
              <span className="visually-hidden">Account: </span>
              {name}
            </div>
            <div className="truncate">{ROLE_WORDS[principal.role]}</div>
          </div>
          <IconSelector aria-hidden size={15} />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{email}</Menu.Label>
        <Menu.Item
          leftSection={dark ? <IconSun size={16} /> : <IconMoon size={16} />}
          onClick={toggle}
          closeMenuOnClick={false}
        >
          {dark ? 'Light theme' : 'Dark theme'}
        </Menu.Item>
        <Menu.Item leftSection={<IconKeyboard size={16} />} onClick={openShortcuts}>
          Keyboard shortcuts
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item
          component={Link}
          to={principal.kind === 'operator' ? '/account' : tenantPath(principal.session.tenant.id, 'account')}
          leftSection={<IconUserCog size={16} />}
        >
          Your account
        </Menu.Item>
        <Menu.Item leftSection={<IconLock size={16} />} onClick={() => void signOut(principal, 'locked')}>
          Lock
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => void signOut(principal)}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
