import { join } from 'node:path';

/** The environment of a command: nothing of the person who runs the tests. */
export function cliEnvironment(
  state: string,
  env: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const { PATH = '', RISCURA_BETTER_SQLITE3_BINDING: binding } = process.env;
  return {
    PATH,
    HOME: state,
    XDG_STATE_HOME: join(state, 'state'),
    XDG_CONFIG_HOME: join(state, 'config'),
    ...(binding && { RISCURA_BETTER_SQLITE3_BINDING: binding }),
    ...env,
  };
}
