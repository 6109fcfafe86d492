import { Drawer } from '@mantine/core';
import { Link } from 'react-router';
import type { Receipt, Source } from '../../../contract';
import { tenantPath, useTenant } from '../../app/tenant';
import { format, KeyValueList } from '../../ui';
import classes from './Inspector.module.css';
import { ReceiptDetails } from './ReceiptDetails';

/** What is looked at beside the conversation. */
export type Inspected =
  | { readonly kind: 'source'; readonly source: Source }
  | { readonly kind: 'receipt'; readonly receipt: Receipt };

interface InspectorProps {
  inspected: Inspected | null;
  onClose: () => void;
}

/** The panel beside the conversation: the passage behind a citation, or the receipt of an answer. */
export function Inspector({ inspected, onClose }: InspectorProps) {
  const title = inspected?.kind === 'source' ? `Source ${inspected.source.number}` : 'Receipt';
  return (
    <Drawer opened={inspected !== null} onClose={onClose} position="right" size={460} title={title}>
      {inspected?.kind === 'source' && <Passage source={inspected.source} />}
      {inspected?.kind === 'receipt' && <ReceiptDetails receipt={inspected.receipt} />}
    </Drawer>
  );
}

function Passage({ source }: { source: Source }) {
  const tenant = useTenant();
  return (
    <>
      <KeyValueList
        items={[
          {
            label: 'Document',
            value: <Link to={tenantPath(tenant.id, 'documents')}>{source.documentName}</Link>,
          },
          { label: 'Passage', value: source.place },
          { label: 'Match', value: format.percent(source.score) },
        ]}
      />
      <h3 className={classes.heading}>What the model was given to read</h3>
      <blockquote className={classes.passage}>{source.text}</blockquote>
    </>
  );
}
