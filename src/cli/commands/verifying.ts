import { type Command, Option } from 'commander';
import type { Terminal } from '../terminal';

/** Runs a command that needs no console. */
export type RunPlain = (json: boolean, act: (terminal: Terminal) => Promise<number>) => Promise<void>;

/** `publicKey` becomes `--public-key`. */
function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** Options as they were typed. */
function typed(options: Readonly<Record<string, string | boolean>>): string[] {
  return Object.entries(options).flatMap(([name, value]) =>
    typeof value === 'string' ? [flagOf(name), value] : value ? [flagOf(name)] : [],
  );
}

/** How the passphrase of a sealed file is had. */
function addPassphrase(command: Command): Command {
  return command
    .option('--passphrase-file <file>', 'holds the passphrase of a sealed file; closed to others')
    .option('--passphrase-fd <number>', 'the number of an open file that holds it');
}

/** What works on a data folder without a console. */
export function addServing(program: Command, runPlain: RunPlain): void {
  addPassphrase(
    program
      .command('serve')
      .description('Run the engine without a window until it is told to stop')
      .option('--data <folder>', 'the data folder (or RISCURA_DATA, or under systemd STATE_DIRECTORY)')
      .option('--listen <place>', 'open the REST API at [ADDRESS:]PORT, for this time, whatever is set')
      .option('--name <name>', 'the name under which it is reached then (localhost)')
      .option('--metrics <place>', 'open /healthz, /readyz and /metrics at [ADDRESS:]PORT')
      .option('--metrics-per-tenant', 'tell tenants apart in /metrics, by their ids')
      .option('--drain <seconds>', 'how long answers that run may go on at the end (10)')
      .addOption(
        new Option('--keystore <kind>', 'where the keys of a new data folder are kept').choices([
          'keychain',
          'sealed-file',
        ]),
      ),
  )
    .addHelpText(
      'after',
      '\nEnds with 0 when it was stopped, 1 when the engine failed, 2 when it could not start.\n\nExamples:\n  riscura serve --data /var/lib/riscura\n  riscura serve --data /var/lib/riscura --keystore sealed-file --passphrase-file /run/keys/riscura\n  riscura serve --data /var/lib/riscura --listen 0.0.0.0:8443 --name ai.site.example --metrics 9464',
    )
    .action((options: Record<string, string | boolean>) =>
      runPlain(false, async (terminal) => {
        const { serve } = await import('../serve');
        return serve(typed(options), terminal);
      }),
    );

  const keystore = program.command('keystore').description('Where the keys of a data folder are kept');
  const run =
    (act: string) =>
    (options: Record<string, string | boolean>): Promise<void> =>
      runPlain(false, async (terminal) => {
        const commands = await import('../keystore');
        return commands.keystore([act, ...typed(options)], terminal);
      });
  addPassphrase(
    keystore
      .command('change-passphrase')
      .description('Seal the keys under another passphrase, while nothing works on the data folder')
      .option('--data <folder>', 'the data folder (or RISCURA_DATA)'),
  )
    .option('--new-passphrase-file <file>', 'holds the new passphrase')
    .option('--new-passphrase-fd <number>', 'the number of an open file that holds it')
    .addHelpText('after', '\nExamples:\n  riscura keystore change-passphrase --data /var/lib/riscura')
    .action(run('change-passphrase'));

  keystore
    .command('replace-lost')
    .description(
      'Make an empty sealed file where the one of a data folder is lost; the keys come from the kits',
    )
    .option('--data <folder>', 'the data folder (or RISCURA_DATA)')
    .option('--new-passphrase-file <file>', 'holds the passphrase that it is to have')
    .option('--new-passphrase-fd <number>', 'the number of an open file that holds it')
    .addHelpText('after', '\nExamples:\n  riscura keystore replace-lost --data /var/lib/riscura')
    .action(run('replace-lost'));

  addPassphrase(
    keystore
      .command('move')
      .description(
        'Move all keys between the keychain and a sealed file, while nothing works on the data folder',
      )
      .addOption(
        new Option('--to <kind>', 'where they are to be')
          .choices(['keychain', 'sealed-file'])
          .makeOptionMandatory(),
      )
      .option('--data <folder>', 'the data folder (or RISCURA_DATA)'),
  )
    .addHelpText('after', '\nExamples:\n  riscura keystore move --to sealed-file --data /var/lib/riscura')
    .action(run('move'));
}

/** What can be verified with a public key alone, or with the keychain of this machine. */
export function addVerifying(program: Command, runPlain: RunPlain): void {
  program
    .command('verify <file>')
    .description(
      'Verify a deletion certificate, a residency statement or an access review by the public key alone',
    )
    .option('--public-key <key>', 'SPKI as base64, or a file that holds it; else the key that the file names')
    .option('--json', 'the verdict as JSON')
    .addHelpText(
      'after',
      '\nEnds with 0 when the signature holds, 1 when it does not, 2 when it could not be verified.\n\nExamples:\n  riscura verify certificate.json --public-key installation.pem',
    )
    .action((file: string, options: Record<string, string | boolean>) =>
      runPlain(options.json === true, async (terminal) => {
        const { verifyFile } = await import('../verify');
        return verifyFile([file, ...typed(options)], terminal);
      }),
    );

  addPassphrase(program.command('verify-audit [file]'))
    .description(
      'Verify an exported audit chain by the public key alone, or the chain of this machine’s data folder',
    )
    .option('--public-key <key>', 'SPKI as base64, or a file that holds it; else the key that the file names')
    .option('--checkpoint <file>', 'a checkpoint that was kept elsewhere: the chain must reach it')
    .option('--tenant <tenant>', 'the chain of a tenant of this machine, by domain or id')
    .option('--installation', 'the chain of the installation of this machine')
    .option('--data <folder>', 'the data folder (or RISCURA_DATA)')
    .option('--json', 'the verdict as JSON')
    .addHelpText(
      'after',
      '\nEnds with 0 when the chain holds, 1 when it does not, 2 when it could not be verified.\n\nExamples:\n  riscura verify-audit acme-audit.jsonl --public-key installation.pem\n  riscura verify-audit --tenant acme.example',
    )
    .action((file: string | undefined, options: Record<string, string | boolean>) =>
      runPlain(options.json === true, async (terminal) => {
        const { verifyAudit } = await import('../verifyAudit');
        return verifyAudit([...(file === undefined ? [] : [file]), ...typed(options)], terminal);
      }),
    );
}
