import { Progress } from '@mantine/core';
import type { PreparationProgress } from '../../../contract';
import { Threshold } from '../../app/frame/Threshold';
import { format } from '../../ui';

/** What is shown while something must be done before the installation is opened: what, and how far it is. */
export function PreparingPage({ preparation: { title, done, total } }: { preparation: PreparationProgress }) {
  const share = total === 0 ? 0 : (done / total) * 100;
  return (
    <Threshold title={title} description="This happens once. The console opens by itself when it is done.">
      <Progress value={share} size="md" aria-label={title} />
      <p className="muted">
        {total === 0 ? 'Begins…' : `${format.count(done)} of ${format.count(total)} parts are done.`}
      </p>
    </Threshold>
  );
}
