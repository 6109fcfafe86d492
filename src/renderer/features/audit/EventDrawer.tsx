import { Button, type ButtonProps, Drawer, Group } from '@mantine/core';
import { IconArrowLeft, IconArrowRight } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link, useNavigate, useParams, useSearchParams } from 'react-router';
import type { AuditEventView, AuditEvidence, AuditOrigin } from '../../../contract';
import { ErrorNotice, format, Identifier, KeyValueList, SkeletonLine, Status } from '../../ui';
import { useAuditApi } from './AuditApi';
import { eventPath } from './AuditEvents';
import classes from './audit.module.css';
import { checkProof, type ProofSteps } from './proof';
import { actingWords, OUTCOMES, originWords } from './words';

/** The event that the address names, with the proof that it is in the chain. */
export function EventDrawer() {
  const { sequence: named } = useParams();
  const { path } = useAuditApi();
  const [params] = useSearchParams();
  const navigate = useNavigate();
  const sequence = Number(named);
  const filter = params.toString();
  return (
    <Drawer
      opened={Number.isSafeInteger(sequence) && sequence > 0}
      onClose={() => void navigate(filter ? `${path}?${filter}` : path)}
      position="right"
      size={520}
      title={named ? `Audit event ${format.count(sequence)}` : ''}
      closeButtonProps={{ 'aria-label': 'Close the event' }}
    >
      {named && <Evidence key={named} sequence={sequence} />}
    </Drawer>
  );
}

function Evidence({ sequence }: { sequence: number }) {
  const { query, path } = useAuditApi();
  const [params] = useSearchParams();
  const evidence = useQuery({
    ...query.event.queryOptions({ input: { sequence } }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (evidence.isError)
    return (
      <ErrorNotice error={evidence.error} doing="The event could not be read." onRetry={evidence.refetch} />
    );
  if (!evidence.data) return <SkeletonLine />;
  const { event, checkpoint } = evidence.data;
  const to = (number: number) => eventPath(path, number, params.toString());
  return (
    <>
      <Facts event={event} />
      <Proof evidence={evidence.data} />
      <Group justify="space-between" mt="lg">
        <Neighbour
          to={sequence > 1 ? to(sequence - 1) : null}
          leftSection={<IconArrowLeft aria-hidden size={15} />}
        >
          Event before
        </Neighbour>
        <Neighbour
          to={sequence < checkpoint.size ? to(sequence + 1) : null}
          rightSection={<IconArrowRight aria-hidden size={15} />}
        >
          Event after
        </Neighbour>
      </Group>
    </>
  );
}

/** Leads to the event beside this one; a button that is off where there is none. */
function Neighbour({ to, ...rest }: ButtonProps & { to: string | null; children: string }) {
  if (to === null) return <Button variant="default" size="xs" disabled {...rest} />;
  return <Button component={Link} to={to} variant="default" size="xs" {...rest} />;
}

function Facts({ event }: { event: AuditEventView }) {
  const { path } = useAuditApi();
  const details = Object.entries(event.detail);
  const follow = (field: 'actor' | 'target' | 'source', value: string, label: string) => (
    <Link className={classes.follow} to={`${path}?${new URLSearchParams({ [field]: value })}`}>
      {label}
    </Link>
  );
  return (
    <>
      <KeyValueList
        items={[
          { label: 'What', value: <span className="mono">{event.event}</span> },
          { label: 'Outcome', value: <Status {...OUTCOMES[event.outcome]} /> },
          { label: 'When', value: format.exactTime(event.at) },
          {
            label: 'Who',
            value: (
              <>
                {event.actorName} {follow('actor', event.actor, 'Follow')}
                <Identifier value={event.actor} label="actor in the chain" />
              </>
            ),
          },
          {
            label: 'On what',
            value: event.target ? (
              <>
                <Identifier value={event.target} label="target" /> {follow('target', event.target, 'Follow')}
              </>
            ) : (
              <span className="muted">nothing in particular</span>
            ),
          },
          ...originItems(event.origin, (value) => follow('source', value, 'Follow')),
          {
            label: 'Hash before',
            value: <Identifier value={event.previousHash} label="hash of the event before" />,
          },
          { label: 'Hash', value: <Identifier value={event.hash} label="hash of the event" /> },
        ]}
      />
      {details.length > 0 && (
        <>
          <h3 className={classes.heading}>Detail</h3>
          <KeyValueList
            items={details.map(([label, value]) => ({
              label,
              value: <span className="mono">{String(value)}</span>,
            }))}
          />
        </>
      )}
    </>
  );
}

/** From where and as what, as far as the chain holds it. */
function originItems(origin: AuditOrigin, follow: (value: string) => ReactNode) {
  const { from, as, session, key, request, grant, approval, before, after } = origin;
  const known = [
    { label: 'From where', value: from && <span title={from}>{originWords(origin)}</span>, whole: from },
    { label: 'Acting as', value: as && actingWords(as) },
    { label: 'Session', value: session && <Identifier value={session} label="session" />, whole: session },
    { label: 'API key', value: key && <span className="mono">{key}…</span>, whole: key },
    { label: 'Request', value: request && <Identifier value={request} label="request" />, whole: request },
    { label: 'Under the grant', value: grant && <Identifier value={grant} label="break-glass grant" /> },
    { label: 'Word of a second person', value: approval && <Identifier value={approval} label="approval" /> },
    { label: 'Changed from', value: before && <Identifier value={before} label="hash of what was before" /> },
    { label: 'Changed to', value: after && <Identifier value={after} label="hash of what is after" /> },
  ];
  return known.flatMap(({ label, value, whole }) =>
    value
      ? [
          {
            label,
            value: (
              <>
                {value} {whole && follow(whole)}
              </>
            ),
          },
        ]
      : [],
  );
}

const STEPS: readonly { step: keyof ProofSteps; good: string; bad: string }[] = [
  { step: 'content', good: 'The content has this hash', bad: 'The content does not have this hash' },
  { step: 'inclusion', good: 'The hash is in the signed tree', bad: 'The hash is not in the signed tree' },
  {
    step: 'signature',
    good: 'The checkpoint carries the signature',
    bad: 'The signature does not fit the checkpoint',
  },
];

/** Each step is calculated here, in the window, out of what the engine sent. */
function Proof({ evidence }: { evidence: AuditEvidence }) {
  const { event, checkpoint, path } = evidence;
  const proof = useQuery({
    queryKey: ['audit-proof', event.hash, checkpoint.signature],
    queryFn: () => checkProof(evidence),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <>
      <h3 className={classes.heading}>Proof that it is in the chain</h3>
      {proof.isError && <ErrorNotice error={proof.error} doing="The proof could not be calculated." />}
      <ul className={classes.steps} aria-label="Steps of the proof">
        {proof.data &&
          STEPS.map(({ step, good, bad }) => (
            <li key={step}>
              <Status tone={proof.data[step] ? 'ok' : 'bad'} label={proof.data[step] ? good : bad} />
            </li>
          ))}
      </ul>
      <p className={classes.note}>
        Calculated in this window: {format.count(path.length)} hashes lead from event{' '}
        {format.count(event.sequence)} to the root over {format.count(checkpoint.size)} events, signed{' '}
        {format.exactTime(checkpoint.at)} with key <span className="mono">{checkpoint.keyId}</span>.
      </p>
    </>
  );
}
