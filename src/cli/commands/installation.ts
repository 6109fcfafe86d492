import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { type InstallationStatus, OLDER_WORDS, SEAL_WORDS, sheetsIn } from '../../contract';
import { readAnswer } from '../connection/answers';
import { EXIT, type ExitCode, failure } from '../failure';
import type { Output } from '../output/output';
import { askAtTerminal } from '../secrets';
import { type CommandContext, confirmByName, type Session } from './context';
import type { Definer } from './define';

async function showStatus({ output }: CommandContext, session: Session): Promise<ExitCode> {
  const { target } = session;
  if (!session.isLocal) {
    const version = await remoteVersion(session);
    if (output.json) output.value({ target, reachable: true, version });
    else
      output.facts([
        ['Console', target],
        ['Reachable', 'yes'],
        ['Version', version],
      ]);
    return EXIT.ok;
  }
  const status = await session.client.installation.status.read({});
  if (output.json) output.value({ target, reachable: true, ...status });
  else showState(output, target, status);
  return status.state === 'sealed' ? EXIT.closed : EXIT.ok;
}

function showState(output: Output, target: string, status: InstallationStatus): void {
  const { state, version, keystore, airGap, hosts, problems } = status;
  output.facts([
    ['Console', target],
    ['State', state],
    ['Version', version],
    ['Keystore', `${keystore.kind}, ${keystore.state}`],
    ['Air gap', airGap ? 'closed' : 'open'],
    ...hosts.map(
      ({ host, state: stands, restarts }) => [`Host ${host}`, `${stands}, ${restarts} restarts`] as const,
    ),
  ]);
  for (const { code, title, next } of problems) output.note(`${code}: ${title} ${next}`);
}

/** Over the network the state is for whoever has signed in; the version stands in the document of the interface. */
async function remoteVersion({ link }: Session): Promise<string> {
  const { connection, signal } = link;
  const headers = { accept: 'application/json' };
  const answer = await connection.exchange({ method: 'GET', path: '/api/v1/openapi.json', headers, signal });
  const document = await readAnswer(answer);
  const info = typeof document === 'object' && document !== null && 'info' in document ? document.info : null;
  if (typeof info !== 'object' || info === null || !('version' in info)) {
    throw failure('UNREACHABLE', 'What answers there is no RISCURA console.');
  }
  return String(info.version);
}

async function createFirst(context: CommandContext, { name, email }: { name: string; email: string }) {
  const session = await context.open({ mayCreate: true });
  const { output, secrets } = context;
  const password = await secrets.password(`Password of ${email}: `);
  if (context.secrets.asksAtTerminal) {
    const again = await askAtTerminal('The same once more: ', true);
    if (again !== password) throw failure('USAGE', 'The two are not the same. Nothing was done.');
  }
  const { operator } = await session.client.installation.operators.createFirst({ name, email, password });
  if (output.json) return output.value(operator);
  output.say(`${operator.name} <${operator.email}> runs this installation now.`);
  output.note(`Sign in with: riscura sign-in --email ${operator.email}`);
}

async function recover(
  context: CommandContext,
  {
    sheets,
    email,
    resetSecondFactor = false,
  }: { sheets: string; email?: string; resetSecondFactor?: boolean },
): Promise<void> {
  const { client } = await context.open();
  const operator =
    email === undefined
      ? null
      : { email, password: await context.secrets.password(`New password of ${email}: `), resetSecondFactor };
  await client.installation.recovery.restore({ sheets: sheetsIn(readSheets(sheets)), operator });
  if (context.output.json) return context.output.value({ state: 'ready' });
  context.output.say('The key of the installation is in keeping again.');
}

function readSheets(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (cause) {
    throw failure('USAGE', `The sheets cannot be read: ${cause instanceof Error ? cause.message : ''}`);
  }
}

export function addInstallation(program: Command, { group, leaf }: Definer): void {
  leaf(
    program,
    {
      usage: 'status',
      summary: 'How the installation stands; with --url only that it answers, and its version',
      examples: ['riscura status', 'riscura status --json | jq -e \'.state == "ready"\''],
      more: 'Ends with 9 while the installation is sealed.',
    },
    async (context) => {
      return showStatus(context, await context.open());
    },
  );

  const operators = group(program, 'operators', 'Those who run the installation');
  leaf<{ name: string; email: string }>(
    operators,
    {
      usage: 'create-first',
      summary: 'Create the first operator of a fresh installation; on the machine itself only',
      examples: [
        'riscura operators create-first --name "Olga Operator" --email olga@site.example',
        'riscura operators create-first --name Olga --email olga@site.example --password-file - < password.txt',
      ],
    },
    async (context, _args, options) => void (await createFirst(context, options)),
  )
    .requiredOption('--name <name>', 'their name')
    .requiredOption('--email <address>', 'their address');

  leaf<{ yes?: string }>(
    program,
    {
      usage: 'seal',
      summary: 'Seal everything: close all tenants and take all keys out of the engine; for operators',
      examples: ['riscura seal', `riscura seal --yes "${SEAL_WORDS}" --password-file -`],
    },
    async (context, _args, { yes }) => {
      const { client } = await context.open();
      await confirmByName(SEAL_WORDS, yes, 'This closes everything for everybody. Nothing is deleted.');
      await client.installation.sealing.seal({ confirm: SEAL_WORDS });
      if (context.output.json) context.output.value({ state: 'sealed' });
      else context.output.say('Sealed.');
      return EXIT.ok;
    },
  ).option('--yes <words>', `${SEAL_WORDS}, so that nobody is asked`);

  leaf<{ email: string }>(
    program,
    {
      usage: 'unseal',
      summary: 'Open what an operator has sealed, with an operator’s password; on the machine itself only',
      examples: ['riscura unseal --email olga@site.example'],
    },
    async (context, _args, { email }) => {
      const { client } = await context.open();
      const password = await context.secrets.password(`Password of ${email}: `);
      await client.installation.sealing.unseal({ email, password });
      if (context.output.json) context.output.value({ state: 'ready' });
      else context.output.say('Open again.');
      return EXIT.ok;
    },
  ).requiredOption('--email <address>', 'the operator');

  leaf<{ sheets: string; email?: string; resetSecondFactor?: boolean }>(
    program,
    {
      usage: 'recover',
      summary:
        'Bring the key of the installation back from the sheets of its recovery kit; on the machine itself only',
      examples: [
        'riscura recover --sheets sheets.txt',
        'riscura recover --sheets - --email olga@site.example --password-file new.txt < sheets.txt',
      ],
      more: 'With --email that operator gets a new password, which is asked for. The keys of tenants come back from their own kits.',
    },
    async (context, _args, options) => {
      await recover(context, options);
      return EXIT.ok;
    },
  )
    .requiredOption('--sheets <file>', 'the texts of the sheets, as many as it takes; - is standard input')
    .option('--email <address>', 'an operator who gets a new password')
    .option('--reset-second-factor', 'take the second factor of that operator away too');

  leaf<{ email: string; reason: string; yes?: string }>(
    program,
    {
      usage: 'accept-older',
      summary:
        'Open an installation whose catalogue was put back to an older state on purpose; on the machine itself only',
      examples: ['riscura accept-older --email olga@site.example --reason "Restored the backup of 3 May"'],
      more: 'What happened after that state is not in its audit chain any more; the chain says so.',
    },
    async (context, _args, { email, reason, yes }) => {
      const { client } = await context.open();
      await confirmByName(OLDER_WORDS, yes, 'What happened after that state is lost.');
      const password = await context.secrets.password(`Password of ${email}: `);
      await client.installation.recovery.acceptOlder({ email, password, reason, confirm: OLDER_WORDS });
      if (context.output.json) context.output.value({ state: 'ready' });
      else context.output.say('Open again.');
      return EXIT.ok;
    },
  )
    .requiredOption('--email <address>', 'an operator whom that catalogue knows')
    .requiredOption('--reason <text>', 'why it is older, for the audit chain')
    .option('--yes <words>', `${OLDER_WORDS}, so that nobody is asked`);

  leaf(
    program,
    {
      usage: 'backup',
      summary: 'Not offered yet: this version makes no backups; ends with 11',
      examples: [
        'riscura audit export --out audit.jsonl',
        'riscura usage export --tenant acme.example --out usage.csv',
      ],
      more: 'What can be taken out today: audit export, usage export, users export, conversations show. Stop the console and copy its data folder and keychain for a backup.',
    },
    async () => {
      throw failure(
        'NOT_OFFERED',
        'Backups are not made by this version.',
        'See riscura backup --help for what can be taken out today.',
      );
    },
  );
}
