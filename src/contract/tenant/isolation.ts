import { z } from 'zod';
import { ExportFormat, ExportPiece } from '../export';
import { change, procedure, subscription, view } from '../procedure';
import { EgressAttempt, LedgerFilter } from '../residency';
import { Page } from '../values';

export const isolation = {
  ledger: procedure({
    summary: 'Every attempt of the tenant to open a connection, newest first',
    permission: 'isolation.view',
    audit: view('egress-ledger.viewed'),
    input: Page.extend(LedgerFilter.shape),
    output: z.object({ attempts: z.array(EgressAttempt), next: z.string().nullable() }),
  }),
  exportLedger: subscription({
    summary: 'The attempts to open a connection as a file, newest first',
    permission: 'isolation.view',
    audit: change('egress-ledger.exported'),
    stepUp: true,
    onReserve: true,
    input: LedgerFilter.extend({ format: ExportFormat }),
    output: ExportPiece,
  }),
};
