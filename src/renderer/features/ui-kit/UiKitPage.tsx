import { Button } from '@mantine/core';
import { IconFiles } from '@tabler/icons-react';
import { useState } from 'react';
import {
  ChartSection,
  ConfirmByName,
  DataTable,
  Delta,
  EmptyState,
  ErrorNotice,
  FieldHelp,
  Figure,
  FigureStrip,
  format,
  Identifier,
  KeyValueList,
  localError,
  Meter,
  PageHeader,
  ProgressSteps,
  RelativeTime,
  Section,
  ShareBars,
  SkeletonChart,
  SkeletonPanel,
  Sparkline,
  Status,
} from '../../ui';
import { BUCKET_MS, COURSE, HASH, HOSTS, POINTS } from './samples';
import classes from './ui-kit.module.css';

/** Everything the kit has, on one page; there in development only. */
export function UiKitPage() {
  return (
    <>
      <PageHeader
        title="UI kit"
        description="What every screen is built from. The words are in docs/ui-kit.md."
        aside={<Status variant="badge" tone="info" label="Development" />}
        actions={<Button variant="default">An action</Button>}
      />
      <div className={classes.page}>
        <Figures />
        <div className={classes.columns}>
          <Charts />
        </div>
        <Table />
        <div className={classes.columns}>
          <States />
          <Facts />
          <Limits />
          <Steps />
          <Empty />
          <Waiting />
        </div>
        <ErrorNotice
          error={localError('RESIDENCY_REFUSED')}
          doing="The question was not sent."
          onRetry={() => undefined}
        />
      </div>
    </>
  );
}

function Figures() {
  return (
    <FigureStrip label="Key figures">
      <Figure
        label="Queries"
        value={format.countShort(1284)}
        to="/tenants"
        delta={<Delta value={1284} previous={1102} better="up" against="the day before" />}
        sparkline={<Sparkline values={COURSE} />}
      />
      <Figure
        label="Latency"
        value={format.duration(2812)}
        delta={<Delta value={2812} previous={2410} better="down" against="the day before" />}
        note="p95 11.5 s"
      />
      <Figure
        label="Cost"
        value={format.money({ micros: 1_940_000, currency: 'EUR' })}
        exact={format.moneyExact({ micros: 1_940_000, currency: 'EUR' })}
        delta={<Delta value={1} previous={null} against="the day before" />}
      />
    </FigureStrip>
  );
}

function Charts() {
  return (
    <>
      <ChartSection
        title="Queries"
        unit="per hour"
        points={POINTS}
        bucketMs={BUCKET_MS}
        format={format.count}
        series={[
          { key: 'answered', label: 'Answered', color: 1, shape: 'bar' },
          { key: 'failed', label: 'Failed', color: 5, shape: 'bar' },
        ]}
      />
      <ChartSection
        title="Latency"
        unit="question to last token"
        points={POINTS}
        bucketMs={BUCKET_MS}
        format={format.duration}
        series={[{ key: 'p50', label: 'Median', color: 2, shape: 'line', dashed: true }]}
      />
    </>
  );
}

function Table() {
  return (
    <Section title="Table" unit="numbers to the right" padding="flush">
      <DataTable
        label="Sample hosts"
        rows={HOSTS}
        rowKey={(host) => host.name}
        columns={[
          { key: 'name', header: 'Host', render: (host) => <span className="mono">{host.name}</span> },
          {
            key: 'state',
            header: 'State',
            render: (host) => <Status tone={host.state} label={host.label} />,
          },
          { key: 'bytes', header: 'Size', align: 'right', render: (host) => format.bytes(host.bytes) },
          { key: 'at', header: 'Seen', align: 'right', render: (host) => <RelativeTime at={host.at} /> },
        ]}
      />
    </Section>
  );
}

function States() {
  return (
    <Section title="Status" unit="colour, icon and word">
      <div className={classes.states}>
        <Status tone="ok" label="Healthy" />
        <Status tone="warn" label="Read-only" />
        <Status tone="bad" label="Quarantined" />
        <Status tone="busy" label="Provisioning" />
        <Status tone="idle" label="Idle" />
        <Status tone="info" label="Region-bound: eu-de" />
        <Status variant="badge" tone="ok" icon="lock" label="Local only" />
        <Status variant="badge" tone="warn" icon="pause" label="Suspended" />
      </div>
    </Section>
  );
}

function Facts() {
  return (
    <Section title="Facts">
      <KeyValueList
        items={[
          { label: 'Digest', value: <Identifier value={HASH} label="digest" shorten={8} /> },
          { label: 'Size', value: format.bytes(98_000_000) },
          {
            label: 'Region',
            value: (
              <>
                eu-de <FieldHelp about="regions">What an operator declared for the endpoint.</FieldHelp>
              </>
            ),
          },
        ]}
      />
    </Section>
  );
}

function Limits() {
  return (
    <Section title="Limits and shares">
      <Meter label="Queries this month" used={8720} limit={10_000} format={format.count} />
      <Meter label="Storage" used={412_000_000} limit={10 * 1024 ** 3} format={format.bytes} />
      <ShareBars
        label="Share by model"
        format={format.count}
        shares={[
          { key: 'a', label: 'llama3.1:8b', value: 613 },
          { key: 'b', label: 'SmolLM2-135M-Instruct', value: 294 },
        ]}
      />
    </Section>
  );
}

function Steps() {
  return (
    <Section title="Steps of long work">
      <ProgressSteps
        label="Steps of creating a tenant"
        steps={[
          { name: 'key', title: 'Make the key', state: 'done', milliseconds: 12 },
          { name: 'database', title: 'Create the database', state: 'running' },
          { name: 'policy', title: 'Apply the policy', state: 'waiting' },
          { name: 'files', title: 'Prepare the file store', state: 'failed', milliseconds: 40 },
        ]}
      />
    </Section>
  );
}

function Empty() {
  const [opened, setOpened] = useState(false);
  return (
    <Section title="Empty, and destructive">
      <EmptyState
        icon={IconFiles}
        title="No documents yet"
        actions={
          <Button color="red" variant="outline" onClick={() => setOpened(true)}>
            Delete tenant…
          </Button>
        }
      >
        Add text, Markdown, PDF or DOCX; answers then cite them.
      </EmptyState>
      <ConfirmByName
        opened={opened}
        onClose={() => setOpened(false)}
        title="Delete Acme Industries?"
        name="Acme Industries"
        losses={['its key', 'its conversations and documents']}
        action="Delete tenant"
        onConfirm={() => setOpened(false)}
      />
    </Section>
  );
}

function Waiting() {
  return (
    <Section title="Skeletons" unit="in the shape of what comes">
      <SkeletonPanel lines={3} />
      <SkeletonChart height={140} />
    </Section>
  );
}
