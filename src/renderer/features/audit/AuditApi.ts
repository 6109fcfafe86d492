import { createContext, useContext } from 'react';
import type { Permission } from '../../../contract';
import { installation } from '../../app/api';

/** What both chains can be asked. */
type Part =
  | 'state'
  | 'events'
  | 'exportEvents'
  | 'event'
  | 'verify'
  | 'export'
  | 'retention'
  | 'setRetention'
  | 'stream'
  | 'setStream'
  | 'segment';

/** One audit chain as the screen asks about it: a tenant's, or the installation's. */
export interface AuditApi {
  readonly client: Pick<(typeof installation)['client']['audit'], Part>;
  readonly query: Pick<(typeof installation)['query']['audit'], Part | 'key'>;
  /** Who may set how long events are kept and where they are streamed to. */
  readonly manage: Permission;
  /** Who can declare the syslog server's host. */
  readonly declares: 'oneself' | 'operator';
  /** The address of the page; an event's is this, `/` and its number. */
  readonly path: string;
  /** The beginning of the names of files. */
  readonly name: string;
}

const Context = createContext<AuditApi | null>(null);

/** Says which chain the parts below show. */
export const AuditProvider = Context.Provider;

/** The chain on screen. */
export function useAuditApi(): AuditApi {
  const api = useContext(Context);
  if (!api) throw new Error('useAuditApi is used outside of an audit page');
  return api;
}

/** The installation's own chain. */
export const INSTALLATION_AUDIT: AuditApi = {
  client: installation.client.audit,
  query: installation.query.audit,
  manage: 'installation.manage',
  declares: 'oneself',
  path: '/audit',
  name: 'audit-installation',
};
