import { ConsoleError, installationContract, isConsoleError, tenantContract } from '../../../contract';
import { type CallRequest, listProcedures } from '../../door';
import type { StoreHealth } from '../../mechanism/store';
import type { EnginePorts } from '../../ports';
import type { ControlContext } from '../context';

const FILE = 'reserve';
const LOOK_MS = 2_000;

/** `none`: there was never room for it. `given-up`: the volume ran full, and what it took is free again. */
type State = 'none' | 'held' | 'given-up';

/**
 * A file that takes room while there is plenty. When the volume runs full it is given up, so that what frees room
 * or takes data out can still be done and audited; everything else that changes something waits until the file
 * could be made again.
 */
export interface Reserve {
  /** To be told how each store on the volume is. */
  onHealth(health: StoreHealth): void;
  /** @throws ConsoleError READ_ONLY for a change that must wait until there is room */
  admit(scope: 'installation' | 'tenant', request: CallRequest): void;
  /** What the status says of it. */
  problem(): ConsoleError | null;
  close(): Promise<void>;
}

/** Gives the reserve up for a catalogue that cannot even be opened, because the volume is full. */
export async function freeReserve({ files, log, reserveBytes }: EnginePorts): Promise<void> {
  if ((await files.size(FILE)) === 0 || (await files.free()) >= reserveBytes) return;
  await files.resize(FILE, 0);
  log.warn('the volume is full: the reserve was given up', { bytes: reserveBytes });
}

type ReserveContext = Pick<ControlContext, 'ports' | 'store'>;

/** Finds the reserve as the last run left it, and looks after it from then on. */
export async function openReserve({ ports, store }: ReserveContext): Promise<Reserve> {
  const { files, clock, log, reserveBytes } = ports;
  let state = await find();
  let looking: Promise<void> = Promise.resolve();
  let closed = false;

  /** Given up, its file stays and is empty. One that is too short was being made when the process ended. */
  async function find(): Promise<State> {
    if (!(await files.exists(FILE))) return 'none';
    const size = await files.size(FILE);
    if (size === 0) return 'given-up';
    return size >= reserveBytes ? 'held' : 'none';
  }

  function record(event: string) {
    return store.write({
      events: [
        {
          at: clock.now(),
          event,
          actor: 'system:reserve',
          target: null,
          outcome: 'done',
          detail: { bytes: reserveBytes },
        },
      ],
    });
  }

  /** Only with as much room again beside it, so that making it does not fill the volume. */
  async function make(): Promise<void> {
    const missing = reserveBytes - (await files.size(FILE));
    if ((await files.free()) < missing + reserveBytes) return;
    const before = state;
    try {
      await files.resize(FILE, reserveBytes);
      await record(before === 'given-up' ? 'volume.reserve-restored' : 'volume.reserve-made');
      state = 'held';
    } catch (problem) {
      if (before === 'given-up') await files.resize(FILE, 0);
      else await files.remove(FILE);
      throw problem;
    }
  }

  async function giveUp(): Promise<void> {
    // A volume may take no writes for another reason, such as a read-only mount.
    if ((await files.free()) >= reserveBytes) return;
    await files.resize(FILE, 0);
    state = 'given-up';
    log.warn('the volume is full: the reserve was given up', { bytes: reserveBytes });
    await recordWhenHealed();
  }

  /** The catalogue takes writes again as soon as it has noticed the room that there is now. */
  async function recordWhenHealed(): Promise<void> {
    if (store.health === 'healthy') await record('volume.reserve-given-up');
    else {
      const stop = store.onHealth((health) => {
        if (health !== 'healthy') return;
        stop();
        next(async () => void (await record('volume.reserve-given-up')));
      });
    }
  }

  /** One after the other; what fails is tried again at the next look or the next write that fails. */
  function next(work: () => Promise<void>): void {
    if (closed) return;
    looking = looking.then(work).catch((problem: unknown) => {
      const expected = isConsoleError(problem) && problem.code === 'READ_ONLY';
      if (!expected && !closed) log.error('the reserve could not be looked after', problem);
    });
  }

  const look = () => next(async () => (state === 'held' ? undefined : make()));
  if (reserveBytes === 0) {
    return {
      onHealth: () => undefined,
      admit: () => undefined,
      problem: () => null,
      close: async () => undefined,
    };
  }
  look();
  const stopLooking = clock.every(LOOK_MS, look);

  return {
    onHealth(health) {
      if (health === 'read-only') next(async () => (state === 'held' ? giveUp() : undefined));
    },
    admit(scope, { name }) {
      if (state === 'given-up' && WAITING[scope].has(name)) throw full();
    },
    problem: () => (state === 'given-up' ? full() : null),
    async close() {
      closed = true;
      stopLooking();
      await looking;
    },
  };
}

function full(): ConsoleError {
  return new ConsoleError('READ_ONLY', {
    reason: 'The disk is full. The reserve was given up, so that you can still delete and export.',
  });
}

/** What changes something and neither frees room nor takes data out. */
const WAITING = {
  installation: waiting(installationContract),
  tenant: waiting(tenantContract),
} as const;

function waiting(contract: typeof installationContract | typeof tenantContract): ReadonlySet<string> {
  const procedures = listProcedures(contract).filter(([, procedure]) => {
    const { audit, onReserve } = procedure['~orpc'].meta;
    return audit?.kind === 'change' && onReserve !== true;
  });
  return new Set(procedures.map(([name]) => name));
}
