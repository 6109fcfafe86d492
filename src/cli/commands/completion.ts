import { Argument, type Command } from 'commander';
import { bashCompletion } from '../completion/bash';
import { listCommands } from '../completion/model';
import { zshCompletion } from '../completion/zsh';

/** Adds `completion SHELL`, which prints a script that knows every command and option. */
export function addCompletion(program: Command): void {
  program
    .command('completion')
    .description('Print a script with which bash or zsh completes commands and options')
    .addArgument(new Argument('<shell>', 'which shell').choices(['bash', 'zsh']))
    .addHelpText(
      'after',
      '\nExamples:\n  riscura completion bash > ~/.local/share/bash-completion/completions/riscura\n  riscura completion zsh > "$fpath[1]/_riscura"\n  source <(riscura completion bash)',
    )
    .action((shell: 'bash' | 'zsh') => {
      const commands = listCommands(program);
      process.stdout.write(shell === 'bash' ? bashCompletion(commands) : zshCompletion(commands));
    });
}
