import {
  ConsoleError,
  type installationContract,
  ListenerSettings,
  type SignOnListener,
} from '../../../contract';
import type { Handlers } from '../../door';
import { readAddress, refusal, type SignOnDoor } from '../../mechanism/signOn';
import type { ListenerAnswer, ListenerRequest, OpenListener } from '../../ports';
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
import type { SignOnRoutes, TenantPool, TenantRecords } from '../tenants';

/** A listener that could not be opened is tried again so often. */
const RETRY_MS = 60_000;
/** Requests that are worked on at once. */
const MOST_AT_ONCE = 16;

const DEFAULTS: ListenerSettings = { name: 'localhost', address: '127.0.0.1', port: 7_443 };

/** The listener of sign-on by a browser, as the installation has it. */
export interface SignOn {
  readonly handlers: Handlers<(typeof installationContract)['signOn']>;
  /** What a tenant has of it. */
  doorOf(tenantId: string): SignOnDoor;
  /** Opens or closes it as the tenants' providers need it now. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

interface SignOnOptions {
  readonly context: ControlContext;
  /** Known when the tenants are open. */
  readonly tenants: () => { records: TenantRecords; pool: TenantPool };
  readonly routes: SignOnRoutes;
}

/** @throws ConsoleError INSTALLATION_TAMPERED when its settings were edited outside the console */
export async function openSignOn({ context, routes, tenants }: SignOnOptions): Promise<SignOn> {
  const { ports } = context;
  const { clock, log } = ports;
  const keep = await openListenerKeep(context, {
    name: 'sso-listener',
    schema: ListenerSettings,
    defaults: DEFAULTS,
  });
  const { makeCertificate } = ports.ssoListener;
  let listener: OpenListener | null = null;
  let problem: string | null = null;
  let turn: Promise<void> = Promise.resolve();
  let atOnce = 0;
  let isClosed = false;

  const authority = () => authorityOf(keep.settings());

  function isNeeded(): boolean {
    const { records } = tenants();
    return !isClosed && routes.tenants().some((id) => records.find(id)?.state === 'active');
  }

  /** The certificate; the console makes one at the first need. */
  async function requirePair(): Promise<CertificatePair> {
    const present = keep.pair();
    if (present) return present;
    const settings = keep.settings();
    const made = await makePair({ settings, now: clock.now(), makeCertificate });
    await keep.write(settings, made, {
      at: clock.now(),
      event: 'sign-on.certificate-made',
      actor: 'system:sign-on',
      target: null,
      outcome: 'done',
      detail: { fingerprint: describeCertificate(made).fingerprint },
    });
    return made;
  }

  async function open(): Promise<void> {
    const { address, port } = keep.settings();
    const { certificate, key } = await requirePair();
    try {
      listener = await ports.ssoListener.open(
        { address, port, authority: authority(), certificate, key },
        { admits: (method, path) => readAddress(method, path) !== null, answer },
      );
      problem = null;
      log.info('the listener of sign-on is open', { port });
    } catch (cause) {
      if (problem === null) log.error('the listener of sign-on could not be opened', cause);
      problem = listenProblem(cause);
    }
  }

  async function shut(): Promise<void> {
    const present = listener;
    listener = null;
    await present?.close();
  }

  /** @param anew whether an open one is closed first, because its settings changed */
  async function settleNow(anew: boolean): Promise<void> {
    if (anew || !isNeeded()) await shut();
    if (!isNeeded()) problem = null;
    else if (!listener) await open();
  }

  function settle(anew = false): Promise<void> {
    turn = turn
      .then(() => settleNow(anew))
      .catch((cause: unknown) => log.error('the listener of sign-on could not be set', cause));
    return turn;
  }

  async function answer(request: ListenerRequest): Promise<ListenerAnswer | null> {
    const endpoint = readAddress(request.method, request.path);
    if (!endpoint) return null;
    if (atOnce >= MOST_AT_ONCE) return { status: 503, type: 'text/plain', body: 'Try again in a moment.' };
    atOnce += 1;
    try {
      const { records, pool } = tenants();
      const tenantId = routes.tenantOf(endpoint.providerId);
      const record = tenantId === null ? null : records.find(tenantId);
      if (!record) return refusal(endpoint.kind);
      const asked = {
        ...endpoint,
        query: new URLSearchParams(request.query),
        form: new URLSearchParams(request.body),
      };
      // A sign-in is waited for by a window, so its tenant is open; only a logout may open one.
      if (endpoint.kind !== 'oidc/logout' && !pool.opened(record.id)) return refusal(endpoint.kind);
      const told = await pool.use(record, (runtime) => runtime.answerBrowser(asked));
      return told ?? refusal(endpoint.kind);
    } catch (cause) {
      log.error('a request of sign-on could not be answered', cause, { kind: endpoint.kind });
      return refusal(endpoint.kind);
    } finally {
      atOnce -= 1;
    }
  }

  function show(): SignOnListener {
    const pair = keep.pair();
    return {
      settings: keep.settings(),
      baseUrl: `https://${authority()}`,
      state: listener ? 'open' : problem === null ? 'closed' : 'failed',
      problem,
      certificate: pair && describeCertificate(pair),
    };
  }

  routes.onChange(() => void settle());
  const stopRetrying = clock.every(RETRY_MS, () => {
    if (problem !== null) void settle();
  });

  return {
    settle,
    doorOf: (tenantId) => ({
      baseUrl: () => `https://${authority()}`,
      async keep(wanted) {
        await routes.keep(tenantId, wanted);
        await turn;
      },
      async hold(route) {
        const release = routes.hold(tenantId, route);
        await turn;
        if (listener) return release;
        release();
        throw new ConsoleError('CONFLICT', {
          reason: `The listener of sign-on is not open. ${problem ?? ''}`.trim(),
        });
      },
    }),
    async close() {
      isClosed = true;
      stopRetrying();
      await settle();
    },
    handlers: {
      async listener() {
        await turn;
        return show();
      },
      async setListener({ settings, certificate }, call) {
        const pair = await choosePair(certificate, {
          present: keep.pair(),
          settings,
          now: clock.now(),
          makeCertificate,
        });
        const { name, address, port } = settings;
        await keep.write(
          settings,
          pair,
          call.event({
            detail: { name, address, port, certificate: certificate.kind },
            change: { before: keep.settings(), after: settings },
          }),
        );
        await settle(true);
        return show();
      },
    },
  };
}
