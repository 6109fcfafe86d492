import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import type { LifecycleProgress } from '../../../contract';
import { installation } from '../../app/api';
import { ErrorNotice, ProgressSteps, SkeletonPanel } from '../../ui';

interface LifecycleStepsProps {
  tenantId: string;
  /** What the steps are called: `Steps of creating the tenant`. */
  label: string;
  onFinished?: (progress: LifecycleProgress) => void;
}

/** The steps of creating or deleting a tenant, as its journal writes them. */
export function LifecycleSteps({ tenantId, label, onFinished }: LifecycleStepsProps) {
  const progress = useQuery(
    installation.query.tenants.progress.experimental_liveOptions({ input: { id: tenantId }, gcTime: 0 }),
  );
  const { data } = progress;
  const told = useRef(false);
  useEffect(() => {
    if (!data || data.outcome === 'running' || told.current) return;
    told.current = true;
    onFinished?.(data);
  }, [data, onFinished]);

  if (progress.isError && !data) {
    return (
      <ErrorNotice error={progress.error} doing="The steps could not be read." onRetry={progress.refetch} />
    );
  }
  if (!data) return <SkeletonPanel lines={6} />;
  return <ProgressSteps label={label} steps={data.steps} />;
}
