import type { ChildHostKind, HostStatus } from '../adapters/custodianLink';

type State = HostStatus['state'];
type Process = 'engine' | ChildHostKind;

/** What is known of the hosts, for the status page. */
export interface HostStates {
  all(): HostStatus[];
  set(process: Process, state: State, restarts: number): void;
  /** Whether the hosts that read strangers' files are shut in. */
  setConfined(confined: boolean): void;
}

interface Known {
  readonly state: State;
  readonly restarts: number;
}

/** Worst first: the state of two processes that are one host to whoever looks. */
const WORST_FIRST: readonly State[] = ['failed', 'restarting', 'running', 'idle'];

/** @param onChange called with all states whenever one changed */
export function createHostStates(onChange: (states: HostStatus[]) => void): HostStates {
  const idle: Known = { state: 'idle', restarts: 0 };
  const known: Record<Process, Known> = {
    engine: { state: 'restarting', restarts: 0 },
    model: idle,
    embedding: idle,
    parser: idle,
  };
  let confined = false;

  const all = (): HostStatus[] => [
    { host: 'engine', ...known.engine, confined: false },
    { host: 'model', ...together(known.model, known.embedding), confined },
    { host: 'parser', ...known.parser, confined },
  ];
  return {
    all,
    set: (process, state, restarts) => {
      known[process] = { state, restarts };
      onChange(all());
    },
    setConfined: (value) => {
      confined = value;
      onChange(all());
    },
  };
}

function together(one: Known, other: Known): Known {
  const state =
    WORST_FIRST.find((candidate) => one.state === candidate || other.state === candidate) ?? 'idle';
  return { state, restarts: one.restarts + other.restarts };
}
