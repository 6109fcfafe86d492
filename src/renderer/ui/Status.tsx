import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleDashed,
  IconCircleMinus,
  IconCircleX,
  IconInfoCircle,
  IconLock,
  IconMoon,
  IconPlayerPause,
  type TablerIcon,
} from '@tabler/icons-react';
import classes from './Status.module.css';

export type StatusTone = 'ok' | 'warn' | 'bad' | 'idle' | 'busy' | 'info';
export type StatusIcon = 'lock' | 'pause' | 'asleep';

const TONE_ICONS: Record<StatusTone, TablerIcon> = {
  ok: IconCircleCheck,
  warn: IconAlertTriangle,
  bad: IconCircleX,
  idle: IconCircleMinus,
  busy: IconCircleDashed,
  info: IconInfoCircle,
};

const NAMED_ICONS: Record<StatusIcon, TablerIcon> = {
  lock: IconLock,
  pause: IconPlayerPause,
  asleep: IconMoon,
};

export interface StatusProps {
  tone: StatusTone;
  /** The word. A status is always colour and icon and word. */
  label: string;
  icon?: StatusIcon;
  /** `plain` stands in tables, `badge` beside a title. */
  variant?: 'plain' | 'badge';
  title?: string;
}

/** What state something is in: colour, icon and word. */
export function Status({ tone, label, icon, variant = 'plain', title }: StatusProps) {
  const Icon = icon ? NAMED_ICONS[icon] : TONE_ICONS[tone];
  return (
    <span className={classes.status} data-tone={tone} data-variant={variant} title={title}>
      <Icon aria-hidden size={14} stroke={2} className={tone === 'busy' ? classes.busy : undefined} />
      {label}
    </span>
  );
}
