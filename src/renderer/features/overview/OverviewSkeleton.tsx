import { FigureStrip, Section, SkeletonChart, SkeletonFigure, SkeletonPanel } from '../../ui';
import { FIGURE_LABELS } from './KeyFigures';
import classes from './overview.module.css';

/** The Overview to come, in its own shape. */
export function OverviewSkeleton() {
  return (
    <div className={classes.page} aria-busy="true">
      <p className="visually-hidden" role="status">
        The key figures are being read.
      </p>
      <FigureStrip label="Key figures">
        {FIGURE_LABELS.map((label) => (
          <SkeletonFigure key={label} label={label} />
        ))}
      </FigureStrip>
      <div className={classes.charts}>
        {['Queries', 'Latency', 'Tokens', 'Cost'].map((title) => (
          <Section key={title} title={title}>
            <SkeletonChart height={220} />
          </Section>
        ))}
      </div>
      <div className={classes.breakdown}>
        {['Egress', 'Models', 'Plan'].map((title) => (
          <Section key={title} title={title}>
            <SkeletonPanel lines={6} />
          </Section>
        ))}
      </div>
    </div>
  );
}
