import { z } from 'zod';
import { change, procedure, view } from '../procedure';
import { EgressAttempt, HostPurpose, LedgerFilter } from '../residency';
import { Page, Timestamp } from '../values';

const HostName = z.string().trim().toLowerCase().min(1).max(253);

export const DeclaredHost = z.object({
  host: HostName,
  port: z.number().int().min(1).max(65_535),
  purpose: HostPurpose,
  note: z.string().max(300),
  declaredAt: Timestamp,
});
export type DeclaredHost = z.infer<typeof DeclaredHost>;

export const NetworkPolicy = z.object({ airGap: z.boolean(), hosts: z.array(DeclaredHost) });
export type NetworkPolicy = z.infer<typeof NetworkPolicy>;

export const network = {
  policy: procedure({
    summary: 'The air gap and the hosts that were declared',
    permission: 'installation.manage',
    audit: view('network.policy-viewed'),
    input: z.object({}),
    output: NetworkPolicy,
  }),
  setAirGap: procedure({
    summary: 'Close or open the air gap of the installation',
    permission: 'installation.manage',
    stepUp: true,
    audit: change('network.air-gap-set'),
    input: z.object({ airGap: z.boolean(), reason: z.string().trim().min(1).max(500) }),
    output: NetworkPolicy,
  }),
  declareHost: procedure({
    summary: 'Declare a host with its purpose',
    permission: 'installation.manage',
    audit: change('network.host-declared'),
    input: DeclaredHost.omit({ declaredAt: true }),
    output: NetworkPolicy,
  }),
  withdrawHost: procedure({
    summary: 'Withdraw a declared host',
    permission: 'installation.manage',
    audit: change('network.host-withdrawn'),
    input: z.object({ host: HostName, port: z.number().int() }),
    output: NetworkPolicy,
  }),
  ledger: procedure({
    summary: 'Every attempt of the installation itself to open a connection',
    permission: 'installation.manage',
    audit: view('network.ledger-viewed'),
    input: Page.extend(LedgerFilter.shape),
    output: z.object({ attempts: z.array(EgressAttempt), next: z.string().nullable() }),
  }),
};
