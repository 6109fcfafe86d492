import { ActionIcon, Progress, Tooltip } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import type { KnowledgeDocument } from '../../../contract';
import { type Column, format, RelativeTime, Status } from '../../ui';
import classes from './documents.module.css';
import { KINDS } from './kinds';

/** The columns of the list of documents; the last one only for whoever may remove. */
export function documentColumns(
  onRemove: ((document: KnowledgeDocument) => void) | null,
): readonly Column<KnowledgeDocument>[] {
  const columns: Column<KnowledgeDocument>[] = [
    { key: 'name', header: 'Document', render: (document) => <Name document={document} /> },
    { key: 'state', header: 'State', render: (document) => <State document={document} /> },
    {
      key: 'passages',
      header: 'Passages',
      align: 'right',
      hideBelow: 'md',
      render: ({ passages }) => (passages > 0 ? format.count(passages) : '–'),
    },
    {
      key: 'pages',
      header: 'Pages',
      align: 'right',
      hideBelow: 'lg',
      render: ({ pages }) => (pages === null ? '–' : format.count(pages)),
    },
    {
      key: 'size',
      header: 'Size',
      align: 'right',
      hideBelow: 'md',
      render: ({ sizeBytes }) => format.bytes(sizeBytes),
    },
    {
      key: 'added',
      header: 'Added',
      hideBelow: 'sm',
      render: ({ addedAt, addedBy }) => (
        <>
          <RelativeTime at={addedAt} /> <span className={classes.by}>by {addedBy}</span>
        </>
      ),
    },
  ];
  if (!onRemove) return columns;
  return [
    ...columns,
    {
      key: 'remove',
      header: 'Remove',
      align: 'right',
      render: (document) => (
        <Tooltip label={`Remove ${document.name}`}>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={`Remove ${document.name}`}
            onClick={() => onRemove(document)}
          >
            <IconTrash size={16} />
          </ActionIcon>
        </Tooltip>
      ),
    },
  ];
}

function Name({ document }: { document: KnowledgeDocument }) {
  const { label, icon: Icon } = KINDS[document.kind];
  return (
    <span className={classes.name} title={`${document.name}\nSHA-256 ${document.sha256}`}>
      <Icon aria-hidden size={18} stroke={1.6} />
      <span className="truncate">{document.name}</span>
      <span className={classes.kind}>{label}</span>
    </span>
  );
}

function State({ document }: { document: KnowledgeDocument }) {
  const { state, passages, embeddedPassages, problem } = document;
  if (state === 'ready' && problem === null) return <Status tone="ok" label="Ready" />;
  if (state === 'ready') {
    return (
      <div className={classes.told}>
        <Status tone="warn" label="Ready in part" />
        <span>{problem}</span>
      </div>
    );
  }
  if (state === 'reading') return <Status tone="busy" label="Reading" />;
  if (state === 'refused') {
    return (
      <div className={classes.told}>
        <Status tone="bad" label="Refused" />
        <span>
          {problem ?? 'It cannot be read.'} Save it in another way, remove this one and add it again.
        </span>
      </div>
    );
  }
  return (
    <div className={classes.indexing}>
      <Status tone="busy" label="Indexing" />
      <Progress
        size="sm"
        value={passages === 0 ? 0 : (embeddedPassages / passages) * 100}
        aria-label={`${document.name}: passages indexed`}
      />
      <span className="tabular muted">
        {format.count(embeddedPassages)} of {format.plural(passages, 'passage')}
      </span>
    </div>
  );
}
