import type { RuntimeContext } from '../context';
import type { Arrival, BrowserProtocol } from './browser';
import { isOfKind, type Providers } from './records';
import type { Saml } from './saml';

interface SamlProtocolOptions {
  readonly context: RuntimeContext;
  readonly providers: Providers;
  readonly saml: Saml;
}

/** How people come in by SAML: asked for by redirection, answered by a form that the browser posts. */
export function createSamlProtocol({ context, providers, saml }: SamlProtocolOptions): BrowserProtocol {
  const { clock } = context;
  return {
    async begin(record, afresh, trace) {
      if (!isOfKind(record, 'saml')) throw new Error('not a SAML provider');
      const { id, settings } = record;
      const secret = providers.secretOf(record);
      const asked = await saml.ask(id, settings, secret, afresh);
      return {
        providerId: id,
        ticket: asked.relayState,
        url: asked.url,
        async finish({ form }): Promise<Arrival> {
          trace.passed('browser', 'The browser came back.');
          const response = form.get('SAMLResponse') ?? '';
          const { vouched, sessionUntil } = await saml.read(id, record, secret, asked, response, trace);
          return {
            vouched,
            extrasFor: (personId) => ({
              // Also after a restart they are known to have come by just now.
              statements: [
                {
                  sql: 'UPDATE sso_people SET checked_at = ? WHERE person_id = ?',
                  params: [clock.now(), personId],
                },
              ],
              rowsOf: () => [],
              until: sessionUntil,
            }),
          };
        },
      };
    },
  };
}
