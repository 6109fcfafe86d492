/** All variables of ours begin so: they name libraries, models and data folders of a checkout, or want sample data. */
const OURS = /^RISCURA_/;

/**
 * A packaged console knows none of our variables, whoever has set them: a library would be loaded into the process that
 * holds the keys, known passwords would be made, and with another data folder a console that somebody else prepared
 * would ask for an operator's password. Its child processes get none either.
 * @param env the environment of this process, which is changed
 */
export function forgetDevelopmentVariables(app: { isPackaged: boolean }, env: NodeJS.ProcessEnv): void {
  if (!app.isPackaged) return;
  for (const name of Object.keys(env)) if (OURS.test(name)) delete env[name];
}
