import { ApiSettings, type ApiState, type installationContract } from '../../../contract';
import type { Handlers } from '../../door';
import type { ApiPlace, OpenListener } from '../../ports';
import type { ControlContext } from '../context';
import {
  authorityOf,
  type CertificatePair,
  choosePair,
  describeCertificate,
  listenProblem,
  makePair,
  openListenerKeep,
} from '../listeners';

/** A listener that could not be opened is tried again so often. */
const RETRY_MS = 60_000;

/** Nobody is let in until an operator says so, and then from this machine alone until they say more. */
const DEFAULTS: ApiSettings = {
  enabled: false,
  webConsole: false,
  name: 'localhost',
  address: '127.0.0.1',
  port: 8_443,
};

function isWanted({ enabled, webConsole }: ApiSettings): boolean {
  return enabled || webConsole;
}

/** The listener of the REST API and of the web console, as the installation has it. */
export interface Api {
  readonly handlers: Handlers<(typeof installationContract)['api']>;
  /** Opens or closes it as the settings say. */
  settle(): Promise<void>;
  /** The name under which it is reached. */
  name(): string;
  close(): Promise<void>;
}

/** @throws ConsoleError INSTALLATION_TAMPERED when its settings were edited outside the console */
export async function openApi(context: ControlContext, hostOf: ApiPlace['hostOf']): Promise<Api> {
  const { clock, log, apiListener, ssoListener, apiPlace } = context.ports;
  const keep = await openListenerKeep(context, { name: 'api', schema: ApiSettings, defaults: DEFAULTS });
  const { makeCertificate } = ssoListener;
  let listener: OpenListener | null = null;
  let problem: string | null = null;
  let turn: Promise<void> = Promise.resolve();
  let isClosed = false;
  /** For the name that this process was told, where it is another than that of the certificate that is kept. */
  let temporary: CertificatePair | null = null;

  function settingsNow(): ApiSettings {
    return apiPlace ? { ...keep.settings(), ...apiPlace, enabled: true } : keep.settings();
  }

  async function pairNow(): Promise<CertificatePair | null> {
    const kept = keep.pair();
    if (!apiPlace || (kept && keep.settings().name === apiPlace.name)) return kept;
    temporary ??= await makePair({ settings: settingsNow(), now: clock.now(), makeCertificate });
    return temporary;
  }

  async function settleNow(): Promise<void> {
    const present = listener;
    listener = null;
    await present?.close();
    problem = null;
    const settings = settingsNow();
    const pair = await pairNow();
    if (isClosed || !isWanted(settings) || !pair) return;
    const { address, port } = settings;
    const { certificate, key } = pair;
    try {
      listener = await apiListener.open({
        address,
        port,
        authority: authorityOf(settings),
        certificate,
        key,
        hostOf,
        doors: { rest: settings.enabled, web: settings.webConsole },
      });
      log.info('the listener of the REST API and the web console is open', { port });
    } catch (cause) {
      log.error('the listener of the REST API and the web console could not be opened', cause);
      problem = listenProblem(cause);
    }
  }

  function settle(): Promise<void> {
    turn = turn.then(settleNow);
    return turn;
  }

  const stopRetrying = clock.every(RETRY_MS, () => {
    if (problem !== null) void settle();
  });

  function show(): ApiState {
    const pair = apiPlace ? (temporary ?? keep.pair()) : keep.pair();
    return {
      settings: settingsNow(),
      baseUrl: `https://${authorityOf(settingsNow())}`,
      state: listener ? 'open' : problem === null ? 'closed' : 'failed',
      problem,
      certificate: pair && describeCertificate(pair),
    };
  }

  return {
    settle,
    name: () => settingsNow().name,
    async close() {
      isClosed = true;
      stopRetrying();
      await settle();
    },
    handlers: {
      async state() {
        await turn;
        return show();
      },
      async set({ settings, certificate }, call) {
        const now = clock.now();
        const chosen = await choosePair(certificate, {
          present: keep.pair(),
          settings,
          now,
          makeCertificate,
        });
        const pair =
          chosen ?? (isWanted(settings) ? await makePair({ settings, now, makeCertificate }) : null);
        const { enabled, webConsole, name, address, port } = settings;
        const detail = { enabled, webConsole, name, address, port, certificate: certificate.kind };
        const change = { before: keep.settings(), after: settings };
        await keep.write(settings, pair, call.event({ detail, change }));
        await settle();
        return show();
      },
    },
  };
}
