import { SkeletonLine } from '../../ui';
import { Brand } from './Brand';
import classes from './Frame.module.css';

/** The console to come, while nobody knows yet who is there. */
export function FrameSkeleton() {
  return (
    <div className={classes.frame} aria-busy="true">
      <div className={classes.rail}>
        <Brand />
        <SkeletonLine width="70%" />
        <SkeletonLine width="56%" />
        <SkeletonLine width="62%" />
      </div>
      <main className={classes.main}>
        <p className="visually-hidden" role="status">
          The console is opening.
        </p>
        <div className={classes.content}>
          <SkeletonLine width={220} />
          <SkeletonLine width={340} />
        </div>
      </main>
    </div>
  );
}
