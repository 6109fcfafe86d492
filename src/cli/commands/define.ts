import type { Command } from 'commander';
import { InvalidArgumentError, Option } from 'commander';
import type { ExitCode } from '../failure';
import type { CommandContext, CommonOptions } from './context';

/** What a command does. It answers the code that the program ends with; nothing is 0. */
export type Act<Options> = (
  context: CommandContext,
  args: readonly string[],
  options: Options & CommonOptions,
) => Promise<ExitCode | undefined>;

/** Runs what a command does, with what its options say. */
export type Run = (
  options: CommonOptions,
  act: (context: CommandContext) => Promise<ExitCode | undefined>,
) => Promise<void>;

/** A command as it stands in the help. */
export interface Wording {
  /** `show TENANT` */
  readonly usage: string;
  readonly summary: string;
  /** Whole commands, as they are typed. */
  readonly examples: readonly string[];
  /** What else there is to know. */
  readonly more?: string;
  readonly isDefault?: boolean;
}

/** Defines commands that all understand the same common options. */
export interface Definer {
  /** A command that holds others. */
  group(parent: Command, name: string, summary: string): Command;
  /** A command that does something. Further options are added to what is returned. */
  leaf<Options>(parent: Command, wording: Wording, act: Act<Options>): Command;
}

const COMMON_GROUP = 'Where and how:';

/** @throws InvalidArgumentError for what is no whole number from 1 */
export function wholeNumber(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1)
    throw new InvalidArgumentError('It is no whole number from 1.');
  return number;
}

function addCommon(command: Command): void {
  const common: readonly [string, string][] = [
    ['--url <address>', 'a console or server over HTTPS (or RISCURA_URL)'],
    ['--ca <file>', 'a certificate in PEM to trust with --url (or RISCURA_CA)'],
    ['--data <folder>', 'the data folder on this machine (or RISCURA_DATA)'],
    ['--tenant <tenant>', 'which tenant, by domain or id'],
    ['--keystore <kind>', 'keychain or sealed-file, where the command starts an engine itself'],
    ['--passphrase-file <file>', 'the passphrase of a sealed file then'],
    ['--api-key-file <file>', 'a file with an API key (or the key in RISCURA_API_KEY)'],
    ['--password-file <file>', 'a file with the password; - is standard input'],
    ['--json', 'results as JSON, errors as problems of RFC 9457'],
  ];
  for (const [flags, words] of common) command.addOption(new Option(flags, words).helpGroup(COMMON_GROUP));
  const timeout = new Option('--timeout <seconds>', 'how long the console may say nothing').helpGroup(
    COMMON_GROUP,
  );
  command.addOption(timeout.argParser(wholeNumber).default(120));
}

export function createDefiner(run: Run): Definer {
  return {
    group: (parent, name, summary) => parent.command(name).description(summary),
    leaf: (parent, { usage, summary, examples, more, isDefault = false }, act) => {
      const command = parent.command(usage, { isDefault }).description(summary);
      const lines = [
        ...(more === undefined ? [] : ['', more]),
        '',
        'Examples:',
        ...examples.map((one) => `  ${one}`),
      ];
      command.addHelpText('after', lines.join('\n'));
      addCommon(command);
      command.action((...given: unknown[]) => {
        // Commander hands over each argument, then the options, then the command.
        const options = command.opts();
        const args = given
          .slice(0, -2)
          .flat()
          .filter((one): one is string => typeof one === 'string');
        return run(options, (context) => act(context, args, options as never));
      });
      return command;
    },
  };
}
