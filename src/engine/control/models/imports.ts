import type { installationContract } from '../../../contract';
import { ConsoleError, type ModelProgress } from '../../../contract';
import type { Call, Handlers } from '../../door';
import type { ControlContext } from '../context';
import { EMBEDDED, type EmbeddedModels } from './embedded';
import type { JobFacts, ModelJobs } from './jobs';
import type { Providers } from './providers';

const CHUNK_BYTES = 8 * 1024 * 1024;
const FOLDER = 'models/incoming';
/** Room that stays free on the volume after an import. */
const SPARE_BYTES = 512 * 1024 * 1024;

interface Import {
  readonly provider: string;
  readonly name: string;
  readonly sizeBytes: number;
  readonly licence: string | null;
  readonly path: string;
  received: number;
}

interface ImportServices {
  readonly context: ControlContext;
  readonly embedded: EmbeddedModels;
  readonly providers: Providers;
  readonly jobs: ModelJobs;
  readonly onChange: () => void;
}

type ImportHandlers = Pick<
  Handlers<(typeof installationContract)['models']>,
  'beginImport' | 'appendImport' | 'finishImport'
>;

/** Takes GGUF files in, piece by piece; what an earlier run left behind is removed first. */
export async function openImports(services: ImportServices): Promise<{
  readonly handlers: ImportHandlers;
  /** Removes what has arrived of a file that is not whole yet. */
  discard(job: string): Promise<void>;
}> {
  const { context, embedded, providers, jobs, onChange } = services;
  const { ports, store, newId } = context;
  const imports = new Map<string, Import>();
  await ports.files.remove(FOLDER);

  function require(job: string): Import {
    const found = imports.get(job);
    if (!found) throw new ConsoleError('NOT_FOUND');
    return found;
  }

  async function* takeIn(pending: Import, call: Call, signal: AbortSignal): AsyncGenerator<ModelProgress> {
    const bytes = {
      completedBytes: pending.sizeBytes,
      totalBytes: pending.sizeBytes,
      done: false,
      model: null,
    };
    try {
      yield { stage: 'checking that it is a sound GGUF', ...bytes };
      const summary = await ports.embeddedRuntime.inspect(ports.files.absolute(pending.path), signal);
      yield { stage: 'computing its SHA-256', ...bytes };
      const sha256 = await ports.files.sha256(pending.path);
      signal.throwIfAborted();
      const event = call.event({
        target: pending.name,
        detail: { sha256, bytes: pending.sizeBytes, provider: pending.provider },
      });
      if (pending.provider === EMBEDDED) {
        const model = await embedded.keep({ ...pending, sha256, summary }, event);
        yield { stage: 'imported', ...bytes, done: true, model: model.id };
      } else {
        await store.write({ events: [{ ...event, outcome: 'intent' }] });
        const server = await providers.connectStore(providers.require(pending.provider), 'model');
        for await (const progress of server.importFile(
          pending.name,
          ports.files.absolute(pending.path),
          signal,
        )) {
          yield { ...progress, done: false };
        }
        await store.write({ events: [event] });
        yield { stage: 'imported', ...bytes, done: true, model: `${pending.provider}/${pending.name}` };
      }
      onChange();
    } finally {
      await ports.files.remove(pending.path);
    }
  }

  return {
    async discard(job) {
      const pending = imports.get(job);
      if (!pending) return;
      imports.delete(job);
      await ports.files.remove(pending.path);
    },
    handlers: {
      async beginImport(input, call) {
        if (input.provider !== EMBEDDED) providers.require(input.provider);
        if (input.provider === EMBEDDED && embedded.find(input.name)) {
          throw new ConsoleError('CONFLICT', { reason: `There is a model named ${input.name} already.` });
        }
        if ((await ports.files.free()) < input.sizeBytes + SPARE_BYTES) {
          throw new ConsoleError('FILE_REFUSED', { reason: 'The volume has not enough room for it.' });
        }
        const job = newId();
        await store.write({
          events: [call.event({ target: input.name, outcome: 'intent', detail: { bytes: input.sizeBytes } })],
        });
        await ports.files.makeFolder(FOLDER);
        imports.set(job, { ...input, path: `${FOLDER}/${job}.gguf`, received: 0 });
        jobs.open(job, factsOf(input), receiving(0, input.sizeBytes));
        return { job, chunkBytes: CHUNK_BYTES };
      },

      async appendImport({ job, offset, bytes }) {
        const pending = require(job);
        if (offset !== pending.received)
          throw new ConsoleError('CONFLICT', { reason: 'The pieces do not follow each other.' });
        if (offset + bytes.size > pending.sizeBytes) throw new ConsoleError('TOO_LARGE');
        pending.received += bytes.size;
        await ports.files.append(pending.path, new Uint8Array(await bytes.arrayBuffer()));
        jobs.report(job, receiving(pending.received, pending.sizeBytes));
        return { receivedBytes: pending.received };
      },

      async finishImport({ job }, call) {
        const pending = require(job);
        if (pending.received !== pending.sizeBytes)
          throw new ConsoleError('FILE_REFUSED', { reason: 'The file did not arrive whole.' });
        imports.delete(job);
        await store.write({ events: [call.event({ target: pending.name, outcome: 'intent' })] });
        jobs.start(job, factsOf(pending), (signal) => takeIn(pending, call, signal));
        return { job };
      },
    },
  };
}

function factsOf({ provider, name }: Pick<Import, 'provider' | 'name'>): JobFacts {
  return { kind: 'import', provider, name };
}

function receiving(completedBytes: number, totalBytes: number): ModelProgress {
  return { stage: 'receiving', completedBytes, totalBytes, done: false, model: null };
}
