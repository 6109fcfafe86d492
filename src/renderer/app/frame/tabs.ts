import {
  IconChartBar,
  IconFiles,
  IconLock,
  IconMessage,
  IconSettings,
  IconShieldLock,
  IconTimeline,
  IconUsers,
  type TablerIcon,
} from '@tabler/icons-react';
import type { Permission } from '../../../contract';

export interface Tab {
  readonly page: string;
  readonly label: string;
  readonly icon: TablerIcon;
  readonly permission: Permission;
  /** Others that open it too: a part of the page is for them. */
  readonly or?: readonly Permission[];
}

const TABS: readonly Tab[] = [
  { page: 'overview', label: 'Overview', icon: IconChartBar, permission: 'analytics.view' },
  { page: 'assistant', label: 'Assistant', icon: IconMessage, permission: 'ai.query' },
  { page: 'documents', label: 'Documents', icon: IconFiles, permission: 'knowledge.read' },
  { page: 'isolation', label: 'Isolation', icon: IconShieldLock, permission: 'isolation.view' },
  { page: 'users', label: 'Users', icon: IconUsers, permission: 'users.manage' },
  {
    page: 'security',
    label: 'Security',
    icon: IconLock,
    permission: 'access.view',
    or: ['sso.manage', 'users.manage'],
  },
  { page: 'audit', label: 'Audit', icon: IconTimeline, permission: 'audit.view' },
  { page: 'settings', label: 'Settings', icon: IconSettings, permission: 'ai.configure' },
];

/** The tabs of a tenant that somebody with these permissions may open. */
export function visibleTabs(permissions: readonly Permission[]): readonly Tab[] {
  return TABS.filter(({ permission, or = [] }) =>
    [permission, ...or].some((each) => permissions.includes(each)),
  );
}
