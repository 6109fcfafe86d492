import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { AuditFileVerifier, faultWords, keyIdOf, readCheckpoint } from '../engine/mechanism/chain';
import { openLiveChain } from './compose';
import { keystoreOptions, PASSPHRASE_OPTIONS } from './keystoreOptions';
import { CommandProblem, type Terminal } from './terminal';

export const VERIFY_AUDIT_USAGE = `verify-audit FILE [--public-key KEY] [--checkpoint FILE] [--json]
verify-audit --tenant DOMAIN-OR-ID | --installation [--data FOLDER] [--json]
    verifies an exported audit chain with nothing but the public key, or the chain of this machine's console.
    --public-key   SPKI as base64, or a file that holds it; without it the key that the file names is taken
    --passphrase-file FILE, --passphrase-fd N   the passphrase, where the keys are in a sealed file
    --checkpoint   a checkpoint that was kept elsewhere: the chain must reach it
    Ends with 0 when the chain holds, 1 when it does not, 2 when it could not be verified.`;

/** Progress is said after so many events. */
const STEP = 10_000;

/** @returns 0 when the chain holds, 1 when it does not */
export async function verifyAudit(args: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = read(args);
  const [file] = positionals;
  if (values.tenant !== undefined || values.installation) {
    if (file !== undefined) throw new CommandProblem('Either a file or a chain of this machine, not both.');
    const owner = values.tenant ?? null;
    const opened = await openLiveChain(
      owner,
      keystoreOptions(values),
      values.data ?? process.env.RISCURA_DATA,
    );
    return verifyLiveChain(opened, values.json, terminal);
  }
  if (file === undefined || positionals.length > 1) throw new CommandProblem(VERIFY_AUDIT_USAGE);
  return verifyFile(file, values, terminal);
}

function read(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        tenant: { type: 'string' },
        installation: { type: 'boolean', default: false },
        data: { type: 'string' },
        'public-key': { type: 'string' },
        checkpoint: { type: 'string' },
        ...PASSPHRASE_OPTIONS,
        json: { type: 'boolean', default: false },
      },
    });
  } catch (problem) {
    throw new CommandProblem(`${problem instanceof Error ? problem.message : ''}\n\n${VERIFY_AUDIT_USAGE}`);
  }
}

async function verifyFile(
  file: string,
  given: { 'public-key'?: string | undefined; checkpoint?: string | undefined; json: boolean },
  terminal: Terminal,
): Promise<number> {
  const publicKey = given['public-key'] === undefined ? null : publicKeyOf(given['public-key']);
  const verifier = new AuditFileVerifier({ publicKey, checkpoint: checkpointOf(given.checkpoint) });
  if (!existsSync(file)) throw new CommandProblem(`There is no file ${file}.`);
  const input = createReadStream(file, { highWaterMark: 1 << 20 });
  let lines = 0;
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (!verifier.push(line)) break;
    lines += 1;
    if (lines % STEP === 0) terminal.progress(progressOf(verifier.checked, verifier.total));
  }
  input.destroy();
  terminal.progress('');
  const { ok, words, events, checkpoints, header } = verifier.end();
  if (given.json) {
    const origin = header?.origin ?? null;
    const signedBy = header ? keyIdOf(header.publicKey) : null;
    terminal.say(JSON.stringify({ ok, words, origin, keyId: signedBy, events, checkpoints }));
    return ok ? 0 : 1;
  }
  if (header) {
    terminal.say(`Chain       ${header.origin}`);
    terminal.say(
      `Signed by   key ${keyIdOf(header.publicKey)}${publicKey === null ? ' (named by the file: compare it with the console’s Audit screen)' : ''}`,
    );
    terminal.say(
      `Closing     checkpoint over ${header.checkpoint.size} events, ${timeOf(header.checkpoint.at)}`,
    );
    if (header.from) terminal.say(`Begins      after event ${header.from.sequence}; older ones were pruned`);
  }
  terminal.say(`Checked     ${events} events, ${checkpoints} checkpoints`);
  terminal.say(ok ? `OK. ${words}` : `NOT OK. ${words}`);
  return ok ? 0 : 1;
}

async function verifyLiveChain(
  { chain, close }: Awaited<ReturnType<typeof openLiveChain>>,
  json: boolean,
  terminal: Terminal,
): Promise<number> {
  try {
    const walk = chain.verify(new AbortController().signal);
    let step = await walk.next();
    for (; !step.done; step = await walk.next()) terminal.progress(progressOf(step.value, chain.through));
    terminal.progress('');
    const verdict = step.value;
    if (json) {
      const words = verdict.ok ? 'Every event is as it was signed.' : faultWords(verdict);
      const { events = 0, checkpoints = 0 } = verdict.ok ? verdict : {};
      const keyId = keyIdOf(chain.publicKey);
      terminal.say(
        JSON.stringify({ ok: verdict.ok, words, origin: chain.origin, keyId, events, checkpoints }),
      );
      return verdict.ok ? 0 : 1;
    }
    terminal.say(`Chain       ${chain.origin}`);
    terminal.say(`Signed by   key ${keyIdOf(chain.publicKey)}`);
    terminal.say(
      chain.kept
        ? `Kept        checkpoint over ${chain.kept.size} events in the keychain, ${timeOf(chain.kept.at)}`
        : 'Kept        no checkpoint in the keychain',
    );
    if (verdict.ok) {
      terminal.say(`Checked     ${verdict.events} events, ${verdict.checkpoints} checkpoints`);
      terminal.say('OK. Every event is as it was signed.');
      return 0;
    }
    terminal.say(`NOT OK. ${faultWords(verdict)}`);
    return 1;
  } finally {
    await close();
  }
}

function publicKeyOf(given: string): string {
  const text = existsSync(given) ? readFileSync(given, 'utf8') : given;
  return text.replace(/-----[A-Z ]+-----|\s/g, '');
}

function checkpointOf(file: string | undefined) {
  if (file === undefined) return null;
  if (!existsSync(file)) throw new CommandProblem(`There is no file ${file}.`);
  const checkpoint = readCheckpoint(readFileSync(file, 'utf8'));
  if (!checkpoint) throw new CommandProblem(`${file} holds no checkpoint.`);
  return checkpoint;
}

function progressOf(checked: number, total: number): string {
  return `${checked} of ${total} events (${total === 0 ? 100 : Math.floor((checked / total) * 100)} %)`;
}

function timeOf(at: number): string {
  return new Date(at).toISOString();
}
