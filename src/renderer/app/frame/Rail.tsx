import { Kbd, UnstyledButton } from '@mantine/core';
import { IconBuildingSkyscraper, IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { NavLink } from 'react-router';
import { Status } from '../../ui';
import { installation } from '../api';
import { usePrincipal } from '../session';
import { tenantPath } from '../tenant';
import { AccountMenu } from './AccountMenu';
import { Brand } from './Brand';
import { COMMAND_KEY, openCommands } from './Commands';
import { INSTALLATION_PLACES, type Place } from './places';
import classes from './Rail.module.css';

/** The left rail: where one can go, whether the air gap is closed, who is signed in. */
export function Rail() {
  const principal = usePrincipal();
  const places: readonly Place[] =
    principal.kind === 'operator'
      ? INSTALLATION_PLACES
      : [
          {
            to: tenantPath(principal.session.tenant.id, ''),
            label: principal.session.tenant.name,
            icon: IconBuildingSkyscraper,
          },
        ];
  return (
    <div className={classes.rail}>
      <div className={classes.brand}>
        <Brand />
      </div>
      <UnstyledButton className={classes.search} onClick={openCommands}>
        <IconSearch aria-hidden size={15} />
        <span>Search</span>
        <Kbd size="xs">{COMMAND_KEY}</Kbd>
      </UnstyledButton>
      <nav aria-label="Main" className={classes.places}>
        {places.map(({ to, label, icon: Icon }) => (
          <NavLink key={to} to={to} className={classes.place}>
            <Icon aria-hidden size={17} stroke={1.7} />
            <span className="truncate">{label}</span>
          </NavLink>
        ))}
      </nav>
      <div className={classes.foot}>
        <InstallationState />
        <AccountMenu />
      </div>
    </div>
  );
}

function InstallationState() {
  const status = useQuery(installation.query.status.watch.experimental_liveOptions({ input: {} }));
  if (!status.data) return null;
  const { airGap, problems, hosts } = status.data;
  const restarting = hosts.some((host) => host.state === 'restarting' || host.state === 'failed');
  return (
    <div className={classes.state}>
      {airGap ? (
        <Status tone="ok" icon="lock" label="Air gap closed" />
      ) : (
        <Status tone="warn" label="Air gap open" />
      )}
      {restarting && <Status tone="warn" label="A host is restarting" />}
      {problems.length > 0 && <Status tone="warn" label={problems[0]?.title ?? 'Needs attention'} />}
    </div>
  );
}
