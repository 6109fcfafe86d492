import { IconFiles, IconLock } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useCallback, useMemo, useState } from 'react';
import type { KnowledgeDocument } from '../../../contract';
import { useGranted } from '../../app/session';
import { useTenant, useTenantApi } from '../../app/tenant';
import { DataTable, EmptyState, ErrorNotice, format, PageHeader, Section } from '../../ui';
import { AddDocuments, DropArea, LIMITS } from './AddDocuments';
import { documentColumns } from './columns';
import classes from './documents.module.css';
import { RemoveDocument } from './RemoveDocument';
import { SearchDocuments } from './SearchDocuments';
import { UploadList } from './UploadList';
import { useUploads } from './useUploads';

/** The tenant's documents: what answers rest on, how far each is read, and a search over them. */
export function DocumentsPage() {
  const mayRead = useGranted('knowledge.read');
  return mayRead ? <Documents /> : <NotForOperators />;
}

function NotForOperators() {
  const { name } = useTenant();
  return (
    <>
      <PageHeader order={2} title="Documents" />
      <Section title="Documents">
        <EmptyState icon={IconLock} title="An operator does not read a tenant’s documents">
          Their names and words belong to {name}. Its members sign in to the tenant to see and add them; how
          much room they take stands on the Overview.
        </EmptyState>
      </Section>
    </>
  );
}

function Documents() {
  const { query } = useTenantApi();
  const mayManage = useGranted('knowledge.manage');
  const documents = useQuery(query.knowledge.watch.experimental_liveOptions({ input: {} }));
  const [removing, setRemoving] = useState<KnowledgeDocument | null>(null);
  const [added, setAdded] = useState('');
  const onAdded = useCallback((name: string) => setAdded(`${name} was added.`), []);
  const { uploads, progress, add, retry, dismiss, cancel } = useUploads(onAdded);
  const columns = useMemo(() => documentColumns(mayManage ? setRemoving : null), [mayManage]);
  const { data } = documents;

  return (
    <>
      <PageHeader
        order={2}
        title="Documents"
        description={data ? summaryOf(data) : 'What the Assistant reads before it answers.'}
        actions={mayManage && <AddDocuments onFiles={add} />}
      />
      <div className={classes.page}>
        {mayManage && <DropArea onFiles={add} />}
        {uploads.length > 0 && (
          <UploadList
            uploads={uploads}
            progress={progress}
            onRetry={retry}
            onDismiss={dismiss}
            onCancel={cancel}
          />
        )}
        {documents.isError && !data ? (
          <ErrorNotice
            error={documents.error}
            doing="The documents could not be read."
            onRetry={documents.refetch}
          />
        ) : (
          <Section title="Documents" unit={data && format.count(data.length)} padding="flush">
            <DataTable
              label="Documents"
              columns={columns}
              rows={data}
              rowKey={(document) => document.id}
              maxHeight={560}
              empty={<NoDocuments mayManage={mayManage} />}
            />
          </Section>
        )}
        {data && data.length > 0 && <SearchDocuments />}
      </div>
      <RemoveDocument document={removing} onClose={() => setRemoving(null)} />
      <p className="visually-hidden" role="status">
        {added}
      </p>
    </>
  );
}

function NoDocuments({ mayManage }: { mayManage: boolean }) {
  return (
    <EmptyState icon={IconFiles} title="No documents yet">
      {mayManage
        ? `Add what your organisation knows: reports, policies, contracts. ${LIMITS} Answers then cite the passages they rest on.`
        : 'Your administrator can add them. Answers then cite the passages they rest on.'}
    </EmptyState>
  );
}

function summaryOf(documents: readonly KnowledgeDocument[]): string {
  const sum = (value: (document: KnowledgeDocument) => number) =>
    documents.reduce((total, document) => total + value(document), 0);
  const working = documents.filter(({ state }) => state === 'reading' || state === 'indexing').length;
  const refused = documents.filter(({ state }) => state === 'refused').length;
  return [
    `${format.plural(
      sum(({ passages }) => passages),
      'passage',
    )} to answer from, ${format.bytes(sum(({ sizeBytes }) => sizeBytes))}`,
    working > 0 && `${format.count(working)} being read`,
    refused > 0 && `${format.count(refused)} refused`,
  ]
    .filter(Boolean)
    .join(' · ');
}
