import { IconArrowDownRight, IconArrowUpRight, IconEqual } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import classes from './Figure.module.css';
import { change, percent } from './format';

export interface DeltaProps {
  value: number;
  previous: number | null;
  /** Which direction is good; a change is neutral without it. */
  better?: 'up' | 'down';
  /** What it is compared with: `the 7 days before`. */
  against: string;
}

/** The change against the period before: arrow, sign and colour. */
export function Delta({ value, previous, better, against }: DeltaProps) {
  const ratio = change(value, previous);
  if (ratio === null) {
    const words = previous === null ? 'nothing to compare' : value === 0 ? 'unchanged' : 'from zero';
    return <span className={classes.delta}>{words}</span>;
  }
  const rounded = Math.round(ratio * 1000) / 1000;
  const direction = rounded > 0 ? 'up' : 'down';
  const tone = !better || rounded === 0 ? 'neutral' : direction === better ? 'good' : 'poor';
  const Icon = rounded === 0 ? IconEqual : rounded > 0 ? IconArrowUpRight : IconArrowDownRight;
  const sign = rounded > 0 ? '+' : rounded < 0 ? '−' : '';
  return (
    <span className={classes.delta} data-tone={tone} title={`Compared with ${against}`}>
      <Icon aria-hidden size={13} stroke={2.2} />
      {sign}
      {percent(Math.abs(rounded))}
      <span className="visually-hidden"> compared with {against}</span>
    </span>
  );
}

export interface FigureProps {
  label: string;
  /** The value as it is shown, with its unit. */
  value: string;
  /** The exact value, on hover, when the shown one is shortened. */
  exact?: string;
  delta?: ReactNode;
  sparkline?: ReactNode;
  note?: ReactNode;
  /** The events that the figure is made of. */
  to?: string;
}

/** A key figure: label, value with unit, comparison, course. With `to` it leads to its events. */
export function Figure({ label, value, exact, delta, sparkline, note, to }: FigureProps) {
  return (
    <div className={classes.figure}>
      <div className={classes.label}>
        {to ? (
          <Link to={to} className={classes.link}>
            {label}
          </Link>
        ) : (
          label
        )}
      </div>
      <div className={classes.middle}>
        <div className={classes.value} title={exact}>
          {value}
        </div>
        {sparkline && <div className={classes.course}>{sparkline}</div>}
      </div>
      <div className={classes.foot}>
        {delta}
        {note && <span className={classes.delta}>{note}</span>}
      </div>
    </div>
  );
}

/** Key figures side by side, as one panel. */
export function FigureStrip({ label, children }: { label: string; children: ReactNode }) {
  return (
    <section className={classes.frame} aria-label={label}>
      <div className={classes.strip}>{children}</div>
    </section>
  );
}
