import type { Model, Place } from '../../contract';
import type { Shown, Tag } from './schemas';

const CLOUD: Place = { kind: 'cloud', region: null };

/** Whether the server only passes on what it is asked, to somebody else's machine. */
export function isRemote(said: { remote_host?: string; remote_model?: string }, name: string): boolean {
  return Boolean(said.remote_host || said.remote_model) || /[:-]cloud$/.test(name);
}

/** Puts together what the list and the description of a model say. */
export function describeModel(provider: string, place: Place, tag: Tag, shown: Shown): Model {
  const details = shown.details ?? tag.details;
  const remote = isRemote(tag, tag.name) || isRemote(shown, tag.name);
  return {
    id: `${provider}/${tag.name}`,
    provider,
    name: tag.name,
    kind: isEmbedding(shown, details?.family) ? 'embedding' : 'chat',
    place: remote ? CLOUD : place,
    sizeBytes: remote ? null : (tag.size ?? null),
    parameters: details?.parameter_size || null,
    quantization: details?.quantization_level || null,
    contextTokens: contextLength(shown),
    digest: remote ? null : weightsDigest(shown.modelfile),
    licence: licenceName(shown),
    price: null,
    starter: false,
  };
}

export function licenceText({ license }: Shown): string | null {
  const text = Array.isArray(license) ? license.join('\n\n') : (license ?? '');
  return text.trim() === '' ? null : text;
}

/** The name of the licence: what the weights say, otherwise the first line of the text. */
function licenceName(shown: Shown): string | null {
  const named = shown.model_info?.['general.license'];
  if (typeof named === 'string' && named !== '') return named.slice(0, 100);
  const line = licenceText(shown)
    ?.split('\n')
    .map((text) => text.trim())
    .find((text) => text !== '');
  return line ? line.slice(0, 100) : null;
}

function isEmbedding(shown: Shown, family: string | undefined): boolean {
  if (shown.capabilities)
    return shown.capabilities.includes('embedding') && !shown.capabilities.includes('completion');
  return /bert/i.test(family ?? '');
}

function contextLength({ model_info: info }: Shown): number | null {
  const architecture = info?.['general.architecture'];
  const length = typeof architecture === 'string' ? info?.[`${architecture}.context_length`] : null;
  return typeof length === 'number' && Number.isSafeInteger(length) && length > 0 ? length : null;
}

/** The SHA-256 of the weights: the model's file names the blob that it is made from. */
function weightsDigest(modelfile: string | undefined): string | null {
  return /^FROM\s.*sha256[-:]([0-9a-f]{64})\s*$/m.exec(modelfile ?? '')?.[1] ?? null;
}
