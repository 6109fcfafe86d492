import { ConsoleError, EXTRACTIVE_MODEL, type Model, type ModelId, type Provider } from '../../../contract';
import type { AuditDraft } from '../../mechanism/chain';
import { bulkInsert, type Write } from '../../mechanism/store';
import type { GgufSummary, SqlRow, StarterModel } from '../../ports';
import type { OpenModel } from '../../tenant';
import type { ControlContext } from '../context';

/** The id of the console's own runtime among the providers. */
export const EMBEDDED = 'embedded';
const HERE = { kind: 'this-machine', region: null } as const;
const FOLDER = 'models';

const INSERT = bulkInsert('model_files', [
  'id',
  'name',
  'size_bytes',
  'sha256',
  'licence',
  'summary',
  'imported_at',
  'mac',
]);

interface EmbeddedModel {
  readonly model: Model;
  readonly file: string;
  readonly licenceText: string | null;
  /** `null` for the starter model, which is not the console's to delete. */
  readonly fileId: string | null;
}

/** The models that the console serves itself, in the model host. */
export interface EmbeddedModels {
  all(): readonly EmbeddedModel[];
  find(name: string): EmbeddedModel | null;
  open(name: string, owner: string): OpenModel;
  provider(): Provider;
  /** Takes a checked file into use. `file` is a path in the data folder; it is moved. */
  keep(
    file: {
      path: string;
      name: string;
      sizeBytes: number;
      sha256: string;
      licence: string | null;
      summary: GgufSummary;
    },
    event: AuditDraft,
  ): Promise<Model>;
  remove(name: string, event: AuditDraft): Promise<void>;
}

export async function openEmbeddedModels(context: ControlContext): Promise<EmbeddedModels> {
  const { store, seals, census, ports, newId } = context;
  const { starterModel, embeddedRuntime, files } = ports;
  const starter = starterModel ? [starterFrom(starterModel)] : [];
  let imported = await load();

  async function load(): Promise<EmbeddedModel[]> {
    const rows = await store.read('SELECT * FROM model_files ORDER BY imported_at');
    return rows.map((row) => fromRow(seals.modelFiles.require(row)));
  }

  function fromRow(row: SqlRow): EmbeddedModel {
    const summary = JSON.parse(String(row.summary)) as GgufSummary;
    return {
      model: {
        id: `${EMBEDDED}/${row.name}`,
        provider: EMBEDDED,
        name: String(row.name),
        kind: 'chat',
        place: HERE,
        sizeBytes: Number(row.size_bytes),
        parameters: summary.parameters,
        quantization: summary.quantization,
        contextTokens: summary.contextTokens,
        digest: String(row.sha256),
        licence: summary.licence,
        price: null,
        starter: false,
      },
      file: files.absolute(`${FOLDER}/${row.sha256}.gguf`),
      licenceText: row.licence === null ? null : String(row.licence),
      fileId: String(row.id),
    };
  }

  const all = () => [...starter, ...imported];
  const find = (name: string) => all().find(({ model }) => model.name === name) ?? null;

  return {
    all,
    find,

    open(name, owner) {
      const found = find(name);
      if (!found) throw new ConsoleError('MODEL_UNAVAILABLE', { reason: `${name} is not installed.` });
      return {
        endpoint: 'model host',
        chat: (request) => embeddedRuntime.chat(found.file, owner, { ...request, model: name }),
      };
    },

    provider: () => ({
      id: EMBEDDED,
      kind: 'embedded',
      name: 'Embedded runtime',
      baseUrl: null,
      place: HERE,
      hasKey: false,
      state: all().length > 0 ? 'ready' : 'off',
      problem: all().length > 0 ? null : 'No model is installed. Import a GGUF file.',
      version: null,
    }),

    async keep({ path, name, sizeBytes, sha256, licence, summary }, event) {
      if (find(name))
        throw new ConsoleError('CONFLICT', { reason: `There is a model named ${name} already.` });
      await files.makeFolder(FOLDER);
      await files.rename(path, `${FOLDER}/${sha256}.gguf`);
      const row = { id: newId(), name, size_bytes: sizeBytes, sha256, summary: JSON.stringify(summary) };
      const values = [
        row.id,
        name,
        sizeBytes,
        sha256,
        licence,
        row.summary,
        ports.clock.now(),
        seals.modelFiles.of(row),
      ];
      await census.write({ model_files: 1 }, { rows: [{ into: INSERT, rows: [values] }], events: [event] });
      imported = await load();
      const kept = find(name);
      if (!kept) throw new Error('an imported model was not kept');
      return kept.model;
    },

    async remove(name, event) {
      const found = find(name);
      if (!found) throw new ConsoleError('NOT_FOUND');
      if (!found.fileId)
        throw new ConsoleError('CONFLICT', { reason: 'The starter model belongs to the console and stays.' });
      const sql = 'DELETE FROM model_files WHERE id = ?';
      const write: Write = { statements: [{ sql, params: [found.fileId], expect: 1 }], events: [event] };
      await census.write({ model_files: -1 }, write);
      imported = await load();
      const shared = imported.some(({ model }) => model.digest === found.model.digest);
      if (!shared) await files.remove(`${FOLDER}/${found.model.digest}.gguf`);
    },
  };
}

/** Whether a model is the one that comes with the console. */
export function isStarter({ ports }: Pick<ControlContext, 'ports'>, id: ModelId): boolean {
  return ports.starterModel !== null && id === starterId(ports.starterModel);
}

function starterId({ name }: StarterModel): ModelId {
  return `${EMBEDDED}/${name}`;
}

function starterFrom(starter: StarterModel): EmbeddedModel {
  return {
    model: {
      id: starterId(starter),
      provider: EMBEDDED,
      name: starter.name,
      kind: 'chat',
      place: HERE,
      sizeBytes: starter.sizeBytes,
      parameters: '135M',
      quantization: 'Q4_1',
      contextTokens: 8192,
      digest: starter.sha256,
      licence: starter.licence,
      price: null,
      starter: true,
    },
    file: starter.file,
    licenceText: starter.licenceText,
    fileId: null,
  };
}

/** The answerer of last resort among the models. */
export const EXTRACTIVE: Model = {
  id: EXTRACTIVE_MODEL,
  provider: 'extractive',
  name: 'Quotations from documents',
  kind: 'chat',
  place: HERE,
  sizeBytes: null,
  parameters: null,
  quantization: null,
  contextTokens: null,
  digest: null,
  licence: null,
  price: null,
  starter: false,
};
