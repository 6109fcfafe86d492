import { Anchor, Skeleton } from '@mantine/core';
import { IconBuildingFortress, IconWorldUpload } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import type { Overview } from '../../../contract';
import { tenantPath, useTenant, useTenantApi } from '../../app/tenant';
import { ErrorNotice, format, modelName, placeLabel } from '../../ui';
import classes from './isolation.module.css';

const PERIOD = '30d';

/** Says in one sentence whether anything left the building, from the usage events and the ledger. */
export function Statement() {
  const { query } = useTenantApi();
  const overview = useQuery(query.overview.watch.experimental_liveOptions({ input: { period: PERIOD } }));
  if (overview.data) return <Words overview={overview.data} />;
  if (overview.isError) {
    return (
      <ErrorNotice
        error={overview.error}
        doing="Whether anything left this building could not be read."
        onRetry={overview.refetch}
      />
    );
  }
  return <Skeleton height={116} radius="md" />;
}

function Words({ overview }: { overview: Overview }) {
  const { egress, queries } = overview;
  const inside = egress.outside === 0;
  const Icon = inside ? IconBuildingFortress : IconWorldUpload;
  return (
    <section className={classes.statement} data-inside={inside} aria-label="What left this building">
      <Icon aria-hidden size={36} stroke={1.4} />
      <div className={classes.words}>
        <h3>
          {inside
            ? 'Nothing left this building in the last 30 days.'
            : `${format.plural(egress.outside, 'query', 'queries')} left this building in the last 30 days.`}
        </h3>
        <p>
          {inside
            ? insideWords(queries.value)
            : 'They were answered by declared providers that the residency policy allows.'}
        </p>
        {!inside && <Destinations overview={overview} />}
        <Counts overview={overview} />
      </div>
    </section>
  );
}

function insideWords(queries: number): string {
  if (queries === 0) return 'Nobody has asked anything yet, so there was nothing that could have left.';
  if (queries === 1) return 'The one query that was asked went to no model elsewhere.';
  return `None of the ${format.count(queries)} queries went to a model elsewhere; each was answered, or refused, in this building.`;
}

function Destinations({ overview }: { overview: Overview }) {
  const elsewhere = overview.models.filter(({ place }) => place.kind === 'cloud');
  return (
    <ul className={classes.destinations}>
      {elsewhere.map(({ model, place, queries }) => (
        <li key={`${model}:${place.region}`}>
          <strong>{modelName(model)}</strong> in {placeLabel(place).toLowerCase()}:{' '}
          {format.plural(queries, 'query', 'queries')}
        </li>
      ))}
    </ul>
  );
}

function Counts({ overview }: { overview: Overview }) {
  const tenant = useTenant();
  const { allowed, refused } = overview.egress;
  return (
    <p className={classes.counts}>
      {format.plural(allowed, 'connection')} allowed, {format.plural(refused, 'attempt')} refused, from{' '}
      {format.shortTime(overview.from)} to {format.shortTime(overview.to)}. Counted from the{' '}
      <Anchor
        component={Link}
        to={`${tenantPath(tenant.id, 'usage')}?from=${overview.from}&to=${overview.to}`}
        size="sm"
        underline="always"
      >
        usage events
      </Anchor>{' '}
      and the ledger below.
    </p>
  );
}
