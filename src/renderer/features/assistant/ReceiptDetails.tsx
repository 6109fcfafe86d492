import { Button, CopyButton } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { type Receipt, ResidencyMode } from '../../../contract';
import {
  format,
  Identifier,
  type KeyValue,
  KeyValueList,
  placeLabel,
  QUERY_OUTCOMES,
  RESIDENCY_MODES,
  Status,
} from '../../ui';
import classes from './Inspector.module.css';
import { modelWords } from './models';

const HASH_SHOWN = 8;
const INDENT = 2;

/** The proof that came with an answer: who answered, where, at what cost, and its place in the audit chain. */
export function ReceiptDetails({ receipt }: { receipt: Receipt }) {
  return (
    <>
      <p className={classes.lead}>
        What is kept of this answer to prove who made it, where, from what and at what cost.
      </p>
      <h3 className={classes.heading}>Answered by</h3>
      <KeyValueList items={answererFacts(receipt)} />
      <h3 className={classes.heading}>Policy</h3>
      <KeyValueList items={policyFacts(receipt)} />
      <h3 className={classes.heading}>Usage</h3>
      <KeyValueList items={usageFacts(receipt)} />
      <h3 className={classes.heading}>Proof</h3>
      <KeyValueList items={proofFacts(receipt)} />
      <CopyButton value={JSON.stringify(receipt, null, INDENT)} timeout={1500}>
        {({ copied, copy }) => (
          <Button
            className={classes.actions}
            variant="default"
            leftSection={copied ? <IconCheck aria-hidden size={16} /> : <IconCopy aria-hidden size={16} />}
            onClick={copy}
          >
            {copied ? 'Copied' : 'Copy as JSON'}
          </Button>
        )}
      </CopyButton>
    </>
  );
}

function answererFacts(receipt: Receipt): KeyValue[] {
  return [
    { label: 'Model', value: modelWords(receipt.model) },
    { label: 'Weights, SHA-256', value: hash(receipt.modelDigest, 'digest of the weights') },
    { label: 'Provider', value: receipt.provider },
    { label: 'Where it ran', value: placeLabel(receipt.place) },
    { label: 'Endpoint', value: <span className="mono">{receipt.endpoint}</span> },
    { label: 'Route', value: receipt.route === 'chosen' ? 'The chosen model' : 'A fallback' },
    ...(receipt.passedOver.length > 0
      ? [{ label: 'Passed over', value: <PassedOver receipt={receipt} /> }]
      : []),
    { label: 'Outcome', value: <Status {...QUERY_OUTCOMES[receipt.outcome]} /> },
  ];
}

function policyFacts(receipt: Receipt): KeyValue[] {
  const mode = ResidencyMode.safeParse(receipt.residency);
  return [
    { label: 'Residency', value: mode.success ? RESIDENCY_MODES[mode.data].label : receipt.residency },
    { label: 'Policy version', value: format.count(receipt.policyVersion) },
    { label: 'Redacted', value: format.plural(receipt.redacted, 'item') },
  ];
}

function usageFacts(receipt: Receipt): KeyValue[] {
  const { inputTokens, outputTokens, tokensReported, firstTokenMs } = receipt;
  return [
    {
      label: 'Tokens',
      value: `${format.count(inputTokens)} read, ${format.count(outputTokens)} written, ${
        tokensReported ? 'as the provider reported' : 'estimated'
      }`,
    },
    { label: 'Cost', value: <span className="tabular">{format.moneyExact(receipt.cost)}</span> },
    { label: 'First token', value: firstTokenMs === null ? 'none came' : format.duration(firstTokenMs) },
    { label: 'Question to end', value: format.duration(receipt.totalMs) },
    { label: 'Finished', value: format.exactTime(receipt.at) },
  ];
}

function proofFacts(receipt: Receipt): KeyValue[] {
  return [
    { label: 'Question, keyed hash', value: hash(receipt.questionHash, 'hash of the question') },
    { label: 'Answer, keyed hash', value: hash(receipt.answerHash, 'hash of the answer') },
    { label: 'Audit event', value: `No. ${format.count(receipt.audit.sequence)}` },
    { label: 'Audit hash', value: hash(receipt.audit.hash, 'hash of the audit event') },
    {
      label: 'Answer',
      value: <Identifier value={receipt.answerId} label="answer id" shorten={HASH_SHOWN} />,
    },
  ];
}

function hash(value: string | null, label: string) {
  if (!value) return <span className="muted">not known</span>;
  return <Identifier value={value} label={label} shorten={HASH_SHOWN} />;
}

function PassedOver({ receipt }: { receipt: Receipt }) {
  return (
    <ul className={classes.passedOver}>
      {receipt.passedOver.map(({ model, reason }) => (
        <li key={model}>
          {modelWords(model)}: {reason}
        </li>
      ))}
    </ul>
  );
}
