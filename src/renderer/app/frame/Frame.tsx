import { ActionIcon, Drawer, UnstyledButton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconMenu2, IconSearch } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import { Outlet, useLocation } from 'react-router';
import { Brand } from './Brand';
import { Commands, openCommands } from './Commands';
import classes from './Frame.module.css';
import { Rail } from './Rail';
import { ShortcutsHelp } from './Shortcuts';

/** The frame around every page: rail, top bar on narrow windows, commands, skip link, focus. */
export function Frame() {
  const [railOpen, rail] = useDisclosure(false);
  const { pathname } = useLocation();
  const main = useRef<HTMLElement>(null);
  const previous = useRef(pathname);

  useEffect(() => {
    if (previous.current === pathname) return;
    previous.current = pathname;
    rail.close();
    main.current?.focus({ preventScroll: true });
    window.scrollTo({ top: 0 });
  }, [pathname, rail]);

  return (
    <div className={classes.frame}>
      <UnstyledButton className={classes.skip} onClick={() => main.current?.focus()}>
        Skip to content
      </UnstyledButton>
      <aside className={classes.bar} aria-label="Top bar">
        <ActionIcon variant="subtle" color="gray" size={36} aria-label="Open navigation" onClick={rail.open}>
          <IconMenu2 size={20} />
        </ActionIcon>
        <Brand />
        <ActionIcon
          variant="subtle"
          color="gray"
          size={36}
          aria-label="Search and commands"
          onClick={openCommands}
        >
          <IconSearch size={18} />
        </ActionIcon>
      </aside>
      <aside className={classes.rail} aria-label="Console">
        <Rail />
      </aside>
      <Drawer opened={railOpen} onClose={rail.close} size={280} title="Navigation">
        <Rail />
      </Drawer>
      <main className={classes.main} id="main" ref={main} tabIndex={-1}>
        <Outlet />
      </main>
      <Commands />
      <ShortcutsHelp />
    </div>
  );
}
