import { Anchor } from '@mantine/core';
import { IconBuildingFortress, IconShieldX, IconWorldUpload } from '@tabler/icons-react';
import { Link } from 'react-router';
import type { Overview } from '../../../contract';
import { useGranted } from '../../app/session';
import { tenantPath } from '../../app/tenant';
import { format, Meter, modelName, placeLabel, RelativeTime, Section, ShareBars, Status } from '../../ui';
import { usagePath } from './links';
import classes from './overview.module.css';
import { PERIODS } from './period';

interface BreakdownProps {
  tenantId: string;
  overview: Overview;
}

/** What left the building, which models answered, and how much of the plan is used. */
export function Breakdown({ tenantId, overview }: BreakdownProps) {
  return (
    <div className={classes.breakdown}>
      <Egress tenantId={tenantId} overview={overview} />
      <Models tenantId={tenantId} overview={overview} />
      <Quota overview={overview} />
    </div>
  );
}

function Egress({ tenantId, overview }: BreakdownProps) {
  const mayLook = useGranted('isolation.view');
  const { allowed, refused, outside } = overview.egress;
  const inside = outside === 0;
  const Icon = inside ? IconBuildingFortress : IconWorldUpload;
  return (
    <Section
      title="Egress"
      unit={`in ${PERIODS[overview.period].last}`}
      actions={
        mayLook && (
          <Anchor component={Link} to={tenantPath(tenantId, 'isolation')} size="sm">
            Every attempt
          </Anchor>
        )
      }
    >
      <div className={classes.egress} data-inside={inside}>
        <Icon aria-hidden size={28} stroke={1.5} />
        <div>
          <div className={classes.egressFigure}>
            {format.count(outside)} <span>left this building</span>
          </div>
          <div className={classes.egressWords}>{egressWords(overview)}</div>
        </div>
      </div>
      <ul className={classes.attempts}>
        <li className={classes.attempt}>
          <Status tone="ok" label="Allowed" />
          <span className="num">{format.plural(allowed, 'connection')}</span>
        </li>
        <li className={classes.attempt}>
          <span className={classes.refused}>
            <IconShieldX aria-hidden size={14} stroke={2} /> Refused by the air gap
          </span>
          <span className="num">{format.plural(refused, 'attempt')}</span>
        </li>
      </ul>
    </Section>
  );
}

function egressWords({ egress, queries }: Overview): string {
  if (egress.outside > 0) return 'Queries were sent to declared providers outside.';
  return queries.value > 0
    ? 'Every question was answered by a model in this building.'
    : 'Nothing was asked, and nothing was sent.';
}

function Models({ tenantId, overview }: BreakdownProps) {
  const { from, to } = overview;
  return (
    <Section title="Models" unit="share of queries">
      {overview.models.length === 0 ? (
        <p className="muted">No model was asked in {PERIODS[overview.period].last}.</p>
      ) : (
        <ShareBars
          label="Share of queries by model"
          format={format.count}
          shares={overview.models.map((each) => ({
            key: `${each.model}:${each.place.kind}`,
            label: (
              <Anchor
                component={Link}
                to={usagePath(tenantId, { from, to, model: each.model })}
                size="sm"
                title={each.model}
              >
                {modelName(each.model)}
              </Anchor>
            ),
            value: each.queries,
            note: (
              <>
                <span>{placeLabel(each.place)}</span>
                <span className="tabular">{format.countShort(each.tokens)} tokens</span>
              </>
            ),
          }))}
        />
      )}
    </Section>
  );
}

function Quota({ overview }: { overview: Overview }) {
  const { quota } = overview;
  return (
    <Section
      title="Plan"
      unit="used of its limits"
      description={
        <>
          {format.plural(overview.documents, 'document')}, {format.plural(overview.users, 'account')}
        </>
      }
    >
      <Meter
        label="Queries this month"
        used={quota.queriesUsed}
        limit={quota.queriesLimit}
        format={format.count}
        note={
          <>
            starts anew <RelativeTime at={quota.resetsAt} />
          </>
        }
      />
      <Meter
        label="Storage"
        used={quota.storageUsedBytes}
        limit={quota.storageLimitBytes}
        format={format.bytes}
      />
    </Section>
  );
}
