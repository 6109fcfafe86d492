import { z } from 'zod';
import { change, procedure, view } from '../procedure';
import { ListenerCertificate, ListenerCertificateChoice, ListenerSettings } from './signOn';

/** Whether programs may call the console, whether people may use it from a browser, and where. */
export const ApiSettings = ListenerSettings.extend({
  /** The REST API and OpenAI's interface. */
  enabled: z.boolean(),
  /** The console in a browser. */
  webConsole: z.boolean().default(false),
});
export type ApiSettings = z.infer<typeof ApiSettings>;

/** How the listener of the REST API and of the web console stands. */
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
    summary: 'How the listener of the REST API and of the web console stands',
    permission: 'installation.manage',
    audit: view('api.listener-viewed'),
    input: z.object({}),
    output: ApiState,
  }),
  set: procedure({
    summary: 'Open or close the REST API and the web console, and set their name, port and certificate',
    permission: 'installation.manage',
    stepUp: true,
    audit: change('api.listener-set'),
    input: z.object({ settings: ApiSettings, certificate: ListenerCertificateChoice }),
    output: ApiState,
  }),
};
