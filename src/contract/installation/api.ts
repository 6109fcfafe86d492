import { z } from 'zod';
import { change, procedure, view } from '../procedure';
import { ListenerCertificate, ListenerCertificateChoice, ListenerSettings } from './signOn';

/** Whether programs may call the console, and where. */
export const ApiSettings = ListenerSettings.extend({ enabled: z.boolean() });
export type ApiSettings = z.infer<typeof ApiSettings>;

/** How the listener of the REST API stands. */
export const ApiState = z.object({
  settings: ApiSettings,
  /** What all addresses begin with. */
  baseUrl: z.string(),
  state: z.enum(['closed', 'open', 'failed']),
  problem: z.string().nullable(),
  certificate: ListenerCertificate.nullable(),
});
export type ApiState = z.infer<typeof ApiState>;

export const api = {
  state: procedure({
    summary: 'How the listener of the REST API stands',
    permission: 'installation.manage',
    audit: view('api.listener-viewed'),
    input: z.object({}),
    output: ApiState,
  }),
  set: procedure({
    summary: 'Open or close the REST API, and set its name, port and certificate',
    permission: 'installation.manage',
    stepUp: true,
    audit: change('api.listener-set'),
    input: z.object({ settings: ApiSettings, certificate: ListenerCertificateChoice }),
    output: ApiState,
  }),
};
