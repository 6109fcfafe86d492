import type { Command, Option } from 'commander';

/** What can stand in a place of the command line: words, a file, a folder, or what nobody can guess. */
export type Offer =
  | { readonly kind: 'file' | 'folder' | 'unknown' }
  | { readonly kind: 'words'; readonly words: readonly string[] };

export interface OfferedOption {
  /** `--json` */
  readonly name: string;
  readonly summary: string;
  /** What stands after it; `null` when nothing does. */
  readonly value: Offer | null;
}

/** A command as a completion sees it. */
export interface OfferedCommand {
  /** From the program on: `riscura tenants list`. */
  readonly path: string;
  readonly commands: readonly { readonly name: string; readonly summary: string }[];
  readonly options: readonly OfferedOption[];
  /** What its arguments are. */
  readonly argument: Offer;
}

/** The program and every command below it. */
export function listCommands(command: Command, above = ''): OfferedCommand[] {
  const path = above === '' ? command.name() : `${above} ${command.name()}`;
  const help = command.createHelp();
  const visible = help.visibleCommands(command);
  const own: OfferedCommand = {
    path,
    commands: visible.map((one) => ({ name: one.name(), summary: one.description() })),
    options: optionsOf(command),
    argument: argumentOf(command),
  };
  return [own, ...visible.filter((one) => one.name() !== 'help').flatMap((one) => listCommands(one, path))];
}

function optionsOf(command: Command): OfferedOption[] {
  const options = command.createHelp().visibleOptions(command);
  return options.map((option) => ({
    name: option.long ?? option.flags,
    summary: option.description,
    value: option.required || option.optional ? offerAfter(option) : null,
  }));
}

function offerAfter({ flags, argChoices }: Option): Offer {
  if (argChoices) return { kind: 'words', words: argChoices };
  return placeholder(/<([\w.]+)>/.exec(flags)?.[1]);
}

function argumentOf({ registeredArguments: [first] }: Command): Offer {
  if (first?.argChoices) return { kind: 'words', words: first.argChoices };
  return placeholder(first?.name());
}

function placeholder(name: string | undefined): Offer {
  return { kind: name === 'file' || name === 'folder' ? name : 'unknown' };
}
