/**
 * Variables that only development and tests need. The first names a native library, which would be loaded into the
 * process that holds the keys of open tenants; the second fills a fresh installation with known passwords.
 */
const NAMES = ['RISCURA_BETTER_SQLITE3_BINDING', 'RISCURA_SAMPLE'] as const;

/**
 * A packaged console does not know them, whoever has set them; its child processes get none.
 * @param env the environment of this process, which is changed
 */
export function forgetDevelopmentVariables(app: { isPackaged: boolean }, env: NodeJS.ProcessEnv): void {
  if (!app.isPackaged) return;
  for (const name of NAMES) delete env[name];
}
