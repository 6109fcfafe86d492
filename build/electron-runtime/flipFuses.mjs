/**
 * Usage: node flipFuses.mjs BINARY. The product that ships this Electron closed the inspector, through which
 * Playwright drives the console, and made the main process start from a snapshot of its own code.
 */
import { FuseV1Options, FuseVersion, flipFuses } from '@electron/fuses';

const [binary] = process.argv.slice(2);

await flipFuses(binary, {
  version: FuseVersion.V1,
  [FuseV1Options.EnableNodeCliInspectArguments]: true,
  [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
});
