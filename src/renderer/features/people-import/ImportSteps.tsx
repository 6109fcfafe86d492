import { useMutation } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { ImportMapping, ImportPreview, ImportReport, ImportSheet, ImportWord } from '../../../contract';
import { useTenantApi } from '../../app/tenant';
import { ErrorNotice, SkeletonPanel } from '../../ui';
import { MappingStep } from './MappingStep';
import { PreviewStep } from './PreviewStep';
import { ReportStep } from './ReportStep';

/** An import of 10,000 people takes a few seconds, and more on a busy machine. */
const APPLY_TIMEOUT_MS = 180_000;
const LOOK_TIMEOUT_MS = 60_000;

type Chosen = Partial<Pick<ImportMapping, 'encoding' | 'delimiter' | 'columns'>>;

interface StepsProps {
  file: File;
  onReport: () => void;
  onAnother: () => void;
  onClose: () => void;
}

/** What somebody has chosen for a word stays when the file is read anew. */
function withChoices(
  { mapping: proposed, roleWords, customRoleWords }: ImportSheet,
  before: ImportMapping | null,
): ImportMapping {
  if (!before) return proposed;
  const merge = <Entry extends { word: string }>(
    words: readonly ImportWord[],
    fresh: readonly Entry[],
    old: readonly Entry[],
  ) =>
    words.flatMap(({ word }) => {
      const entry = [...old, ...fresh].find((each) => each.word === word);
      return entry ? [entry] : [];
    });
  return {
    ...proposed,
    roles: merge(roleWords, proposed.roles, before.roles),
    customRoles: merge(customRoleWords, proposed.customRoles, before.customRoles),
    defaultRole: before.defaultRole ?? proposed.defaultRole,
  };
}

/** From the file to the report: how it is read, what it would do, what it did. */
export function ImportSteps({ file, onReport, onAnother, onClose }: StepsProps) {
  const { client } = useTenantApi();
  const [read, setRead] = useState<{ sheet: ImportSheet; mapping: ImportMapping } | null>(null);
  const [preview, setPreview] = useState<ImportPreview | null>(null);
  const [report, setReport] = useState<ImportReport | null>(null);
  const reading = useMutation({
    mutationFn: (chosen: Chosen) =>
      client.peopleImport.read({ file, chosen }, { context: { timeoutMs: LOOK_TIMEOUT_MS } }),
    onSuccess: (sheet) =>
      setRead((before) => ({ sheet, mapping: withChoices(sheet, before?.mapping ?? null) })),
  });
  const looking = useMutation({
    mutationFn: (mapping: ImportMapping) =>
      client.peopleImport.preview({ file, mapping }, { context: { timeoutMs: LOOK_TIMEOUT_MS } }),
    onSuccess: setPreview,
  });
  const { mutate: begin } = reading;
  useEffect(() => begin({}), [begin]);

  if (report) return <ReportStep report={report} onClose={onClose} />;
  if (!read) {
    return reading.isError ? (
      <ErrorNotice error={reading.error} doing="The file could not be read." onRetry={onAnother} />
    ) : (
      <SkeletonPanel lines={6} />
    );
  }
  if (preview) {
    return (
      <PreviewStep
        preview={preview}
        apply={() =>
          client.peopleImport.apply(
            { file, mapping: read.mapping, digest: preview.digest },
            { context: { timeoutMs: APPLY_TIMEOUT_MS } },
          )
        }
        onApplied={(done) => {
          setReport(done);
          onReport();
        }}
        onBack={() => setPreview(null)}
        onAnew={() => looking.mutate(read.mapping)}
      />
    );
  }
  return (
    <>
      {reading.isError && <ErrorNotice error={reading.error} doing="The file could not be read so." />}
      {looking.isError && <ErrorNotice error={looking.error} doing="It could not be previewed." />}
      <MappingStep
        sheet={read.sheet}
        mapping={read.mapping}
        busy={reading.isPending || looking.isPending}
        onRead={(chosen) => {
          const { encoding, delimiter, columns } = read.mapping;
          reading.mutate({ encoding, delimiter, columns, ...chosen });
        }}
        onMapping={(mapping) => setRead({ ...read, mapping })}
        onPreview={() => looking.mutate(read.mapping)}
        onAnother={onAnother}
      />
    </>
  );
}
