import { Command } from 'commander';
import { addAudit } from './commands/audit';
import { addCall } from './commands/call';
import { addCompletion } from './commands/completion';
import { addConversations } from './commands/conversations';
import { createDefiner, type Run } from './commands/define';
import { addInstallation } from './commands/installation';
import { addModels } from './commands/models';
import { addQuery } from './commands/query';
import { addSignIn } from './commands/signIn';
import { addTenants } from './commands/tenants';
import { addUsage } from './commands/usage';
import { addUsers } from './commands/users';
import { addServing, addVerifying, type RunPlain } from './commands/verifying';
import { addWhoami } from './commands/whoami';

const EXIT_CODES = `
Ends with:
   0  done                     6  somebody else changed it, or it exists
   1  a verification refutes   7  too many requests, or too busy: try again later
   2  wrongly written          8  the console cannot be reached, or a part of it
   3  not signed in            9  sealed, suspended or quarantined
   4  not allowed             10  a mistake of the console
   5  not found               11  this version does not offer it
 130  interrupted`;

/**
 * The whole command line.
 * @param run runs what a command asks a console for
 * @param runPlain runs what needs no console
 */
export function buildProgram(run: Run, runPlain: RunPlain): Command {
  const program = new Command('riscura');
  program
    .description('RISCURA Console from the command line: the same contract, the same checks as in the window')
    .addHelpText('after', EXIT_CODES)
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({ outputError: () => undefined });
  const definer = createDefiner(run);
  addInstallation(program, definer);
  addSignIn(program, definer);
  addWhoami(program, definer);
  addTenants(program, definer);
  addUsers(program, definer);
  addQuery(program, definer);
  addConversations(program, definer);
  addUsage(program, definer);
  addModels(program, definer);
  addAudit(program, definer);
  addCall(program, definer);
  addServing(program, runPlain);
  addVerifying(program, runPlain);
  addCompletion(program);
  return program;
}
