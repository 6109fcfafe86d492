import type { ReactNode } from 'react';
import { percent } from './format';
import classes from './Meter.module.css';

export interface MeterProps {
  label: string;
  used: number;
  /** `null` is without limit. */
  limit: number | null;
  format: (value: number) => string;
  note?: ReactNode;
}

const NEARLY = 0.8;

/** How much of a limit is used up; it turns amber at 80 % and red at the limit, and says so. */
export function Meter({ label, used, limit, format, note }: MeterProps) {
  const share = limit === null || limit === 0 ? 0 : used / limit;
  const tone = share >= 1 ? 'bad' : share >= NEARLY ? 'warn' : 'ok';
  const word = tone === 'bad' ? 'used up' : `${percent(share)} used`;
  return (
    <div className={classes.meter}>
      <div className={classes.head}>
        <span>{label}</span>
        <span className="num">
          {format(used)} <span className="muted">of {limit === null ? 'unlimited' : format(limit)}</span>
        </span>
      </div>
      {limit !== null && (
        // biome-ignore lint/a11y/useSemanticElements: the bar of a <meter> cannot be drawn alike in every browser
        <div
          className={classes.track}
          role="meter"
          aria-label={label}
          aria-valuenow={Math.min(used, limit)}
          aria-valuemin={0}
          aria-valuemax={limit}
          aria-valuetext={`${format(used)} of ${format(limit)}, ${word}`}
        >
          <div className={classes.bar} data-tone={tone} style={{ width: `${Math.min(share, 1) * 100}%` }} />
        </div>
      )}
      <div className={classes.note}>
        {limit !== null && <span data-tone={tone}>{word}</span>}
        {note && <span>{note}</span>}
      </div>
    </div>
  );
}

export interface Share {
  key: string;
  label: ReactNode;
  value: number;
  note?: ReactNode;
}

/** How a whole is divided: bars with label, value and share. */
export function ShareBars({
  label,
  shares,
  format,
}: {
  label: string;
  shares: readonly Share[];
  format: (value: number) => string;
}) {
  const whole = shares.reduce((sum, share) => sum + share.value, 0);
  return (
    <ul className={classes.shares} aria-label={label}>
      {shares.map((share) => {
        const part = whole === 0 ? 0 : share.value / whole;
        return (
          <li key={share.key}>
            <div className={classes.head}>
              <span className="truncate">{share.label}</span>
              <span className="num">
                {format(share.value)} <span className="muted">{percent(part)}</span>
              </span>
            </div>
            <div className={classes.track} aria-hidden>
              <div className={classes.bar} style={{ width: `${part * 100}%` }} />
            </div>
            {share.note && <div className={classes.note}>{share.note}</div>}
          </li>
        );
      })}
    </ul>
  );
}
