import type { EngineCommands } from '../processes/engine';
import type { LoaderCommands, Target } from '../processes/loader';
import type { PassThroughCommands } from '../processes/passThrough';
import type { UpstreamCommands } from '../processes/upstream';
import { bundleProcesses } from './bundles';
import { startGateway } from './gateways';
import type { Load, LoadResult } from './load';
import { type Remote, start } from './remote';

/** One line of a row's table. */
export interface Line {
  readonly what: string;
  readonly target: string;
  readonly measured: string;
  readonly reference: string;
  /** The measured beside the reference: a ratio or a difference. */
  readonly compared: string;
  /** `null` where there is no target. */
  readonly met: boolean | null;
}

/** What a row found. */
export interface Report {
  readonly lines: readonly Line[];
  /** How it was measured, and an honest word where a target is missed. */
  readonly notes: readonly string[];
}

/** A row of the bench, chosen by its name on the command line. */
export interface Row {
  readonly name: string;
  readonly title: string;
  /** @returns the report, or why nothing can be measured here */
  run(bench: Bench): Promise<Report | { skipped: string }>;
}

/** The ways to ask the same question of the same upstream. */
export type Way = 'direct' | 'passThrough' | 'engine' | 'window' | 'cloud' | 'turns';

/** The ways over a socket: to the model itself, through gateways, and through the console's two interfaces over TLS. */
export const DOORS = ['direct', 'passThrough', 'portkey', 'llmops', 'openAi', 'rest', 'restEvents'] as const;
export type DoorWay = (typeof DOORS)[number];

/** The processes that rows share, started when the first row needs them. */
export interface Bench {
  /** Whether everything is measured at full length. */
  readonly full: boolean;
  /** Whether nothing is kept of the figures: a row may then measure over less. */
  readonly dry: boolean;
  readonly bundles: string;
  /** Runs a load one of the ways. */
  run(way: Way, load: Load): Promise<LoadResult>;
  /** Where each of the ways over a socket leads; what it needs is started with the first call. */
  doors(): Promise<Readonly<Record<DoorWay, Target>>>;
  /** Runs a load over a socket. */
  knock(target: Target, load: Load): Promise<LoadResult>;
  /** The address of the model of the bench. */
  upstream(): Promise<string>;
  /** The engine that answers queries. */
  queries(): Promise<Remote<EngineCommands>>;
  /** Another engine, for tenants and large data. */
  tenants(): Promise<Remote<EngineCommands>>;
  stop(): Promise<void>;
}

interface BenchOptions {
  readonly full: boolean;
  readonly dry: boolean;
  readonly profile: string | null;
}

interface Bed {
  readonly baseUrl: string;
  readonly gateway: string;
  readonly loader: Remote<LoaderCommands>;
  readonly engine: Remote<EngineCommands>;
}

/** @param profile where V8 profiles of the engines go, when they are wanted */
export function openBench({ full, dry, profile }: BenchOptions): Bench {
  const bundles = bundleProcesses();
  const started: Remote<never>[] = [];
  let bed: Promise<Bed> | null = null;
  let tenants: Promise<Remote<EngineCommands>> | null = null;
  let doors: Promise<Record<DoorWay, Target>> | null = null;

  async function keep<R extends { stop(): Promise<void> }>(starting: Promise<R>): Promise<R> {
    const remote = await starting;
    started.push(remote as unknown as Remote<never>);
    return remote;
  }

  async function startEngine(): Promise<Remote<EngineCommands>> {
    const profiling = profile ? ['--cpu-prof', '--cpu-prof-dir', profile] : [];
    const execArgv = ['--expose-gc', '--enable-source-maps', ...profiling];
    const engine = await keep(start<EngineCommands>(bundles, 'engine', { execArgv }));
    await engine.call('begin');
    return engine;
  }

  async function makeBed(): Promise<Bed> {
    const upstream = await keep(start<UpstreamCommands>(bundles, 'upstream'));
    const passThrough = await keep(start<PassThroughCommands>(bundles, 'passThrough'));
    const loader = await keep(start<LoaderCommands>(bundles, 'loader'));
    const engine = await startEngine();
    const baseUrl = await upstream.call('listen');
    const gateway = await passThrough.call('listen', new URL(baseUrl).origin);
    await engine.call('prepareQueries', baseUrl);
    return { baseUrl, gateway: `${gateway}/v1`, loader, engine };
  }

  function theBed(): Promise<Bed> {
    bed ??= makeBed();
    return bed;
  }

  async function openDoors(): Promise<Record<DoorWay, Target>> {
    const { baseUrl, gateway, engine } = await theBed();
    const llmops = await keep(startGateway('llmops'));
    const portkey = await keep(startGateway('portkey'));
    const { origin, ca, secret, tenant, provider } = await engine.call('openApi');
    const plain = { speaks: 'openAi', prefix: '', headers: {} } as const;
    const headers = {
      authorization: 'Bearer sk-bench',
      'x-portkey-provider': 'openai',
      'x-portkey-custom-host': baseUrl,
    };
    const own = { ca, prefix: `${provider}/`, headers: { authorization: `Bearer ${secret}` } };
    const query = `${origin}/api/v1/tenants/${tenant}/ai/query`;
    return {
      direct: { ...plain, url: `${baseUrl}/chat/completions` },
      passThrough: { ...plain, url: `${gateway}/chat/completions` },
      portkey: { ...plain, url: `${portkey.origin}/v1/chat/completions`, headers },
      llmops: {
        ...plain,
        url: `${llmops.origin}/v1/chat/completions`,
        headers: { ...headers, 'x-llmops-provider': 'openai', 'x-llmops-custom-host': baseUrl },
      },
      openAi: { ...own, speaks: 'openAi', url: `${origin}/v1/chat/completions` },
      rest: { ...own, speaks: 'whole', url: query },
      restEvents: { ...own, speaks: 'events', url: query },
    };
  }

  return {
    doors() {
      doors ??= openDoors();
      return doors;
    },
    knock: async (target, load) => (await theBed()).loader.call('ask', target, load),
    upstream: async () => (await theBed()).baseUrl,
    full,
    dry,
    bundles,
    async run(way, load) {
      const { baseUrl, gateway, loader, engine } = await theBed();
      if (way === 'direct') return loader.call('run', baseUrl, load);
      if (way === 'passThrough') return loader.call('run', gateway, load);
      if (way === 'window') return engine.call('runWindow', load);
      if (way === 'turns') return engine.call('runTurns', load);
      return engine.call('run', load, way === 'cloud' ? 'cloud' : 'local');
    },
    queries: async () => (await theBed()).engine,
    tenants() {
      tenants ??= startEngine();
      return tenants;
    },
    async stop() {
      for (const engine of [(await bed)?.engine, await tenants]) await engine?.call('close');
      await Promise.all(started.map((remote) => remote.stop()));
    },
  };
}

/**
 * Runs rounds of the same load, all ways in each round, in turning order so that none always comes first.
 * @returns of each way one result a round
 */
export async function interleave(
  bench: Bench,
  ways: readonly Way[],
  load: Load,
  rounds: number,
): Promise<Record<Way, LoadResult[]>> {
  const results: Record<Way, LoadResult[]> = {
    direct: [],
    passThrough: [],
    engine: [],
    window: [],
    cloud: [],
    turns: [],
  };
  for (let round = 0; round < rounds; round += 1) {
    const turned = [...ways.slice(round % ways.length), ...ways.slice(0, round % ways.length)];
    for (const way of turned) results[way].push(await bench.run(way, load));
  }
  return results;
}
