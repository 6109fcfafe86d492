import { Anchor } from '@mantine/core';
import { IconInfoCircle, IconQuote, type TablerIcon } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { useGranted } from '../../app/session';
import { tenantPath, useTenant } from '../../app/tenant';
import classes from './Notices.module.css';

/** Says that the small model which ships with the console answered, and how to get a better one. */
export function StarterNotice() {
  return (
    <Notice icon={IconInfoCircle}>
      <strong>The starter model answered.</strong> It is small, so that a fresh console can answer at all; it
      errs often. Connect Ollama or import a larger GGUF for answers to rely on. <ModelsLink />
    </Notice>
  );
}

/** Says that no model answered and that everything above is quoted. */
export function ExtractiveNotice() {
  return (
    <Notice icon={IconQuote}>
      <strong>No language model answered.</strong> What you see are quotations from your documents; nothing
      was added. <ModelsLink />
    </Notice>
  );
}

/** Says that the model read no document for its answer. */
export function NoSourcesNotice() {
  return (
    <Notice icon={IconInfoCircle}>
      <strong>No document was read for this answer.</strong> It rests on what the model learnt in training, so
      nothing in it could be checked against your sources.
    </Notice>
  );
}

function ModelsLink() {
  const tenant = useTenant();
  const mayManage = useGranted('installation.manage');
  const mayConfigure = useGranted('ai.configure');
  if (mayManage) {
    return (
      <Anchor component={Link} to="/models" size="sm" underline="always">
        Open Models
      </Anchor>
    );
  }
  if (mayConfigure) {
    return (
      <>
        An operator does that; you choose among the models that are there in{' '}
        <Anchor component={Link} to={tenantPath(tenant.id, 'settings')} size="sm" underline="always">
          Settings
        </Anchor>
        .
      </>
    );
  }
  return <>Your administrator can do that.</>;
}

function Notice({ icon: Icon, children }: { icon: TablerIcon; children: ReactNode }) {
  return (
    <div className={classes.notice} role="note">
      <Icon aria-hidden size={16} stroke={1.8} />
      <p>{children}</p>
    </div>
  );
}
