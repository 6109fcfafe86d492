import type { Residency } from '../../../contract';
import { RESIDENCY_MODES, residencyStatus, Section, Status } from '../../ui';
import classes from './settings.module.css';

/** The residency policy for those who may not change it, and why they may not. */
export function ResidencyFacts({ residency }: { residency: Residency }) {
  return (
    <Section title="Residency">
      <div className={classes.residency}>
        <Status variant="badge" {...residencyStatus(residency)} />
        <p>{RESIDENCY_MODES[residency.mode].meaning}</p>
        <p className="muted">
          Only an operator of the installation changes it, so that nobody inside the tenant can widen where
          its words may go. Ask your operator, who also sees it in the audit chain.
        </p>
      </div>
    </Section>
  );
}
