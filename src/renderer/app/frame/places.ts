import {
  IconBuildings,
  IconCpu,
  IconKey,
  IconServer2,
  IconShieldLock,
  IconTimeline,
  type TablerIcon,
} from '@tabler/icons-react';

export interface Place {
  readonly to: string;
  readonly label: string;
  readonly icon: TablerIcon;
}

/** The pages of the installation, for operators. */
export const INSTALLATION_PLACES: readonly Place[] = [
  { to: '/tenants', label: 'Tenants', icon: IconBuildings },
  { to: '/models', label: 'Models', icon: IconCpu },
  { to: '/network', label: 'Network', icon: IconShieldLock },
  { to: '/keys', label: 'Keys', icon: IconKey },
  { to: '/audit', label: 'Audit', icon: IconTimeline },
  { to: '/installation', label: 'Installation', icon: IconServer2 },
];
