import { FuseV1Options, FuseVersion, flipFuses, getCurrentFuseWire } from '@electron/fuses';

/**
 * Every fuse of Electron and how it stands in what is shipped. A fuse that is not named here fails the packaging
 * (`strictlyRequireAllFuses`), so that a newer Electron brings none that nobody has thought of.
 */
export const FUSES = {
  /** The binary is no Node: ELECTRON_RUN_AS_NODE runs nobody's script with the console's rights. */
  [FuseV1Options.RunAsNode]: false,
  /** There are no cookies. Turned on, Chromium would keep a key of its own in the person's keychain. */
  [FuseV1Options.EnableCookieEncryption]: false,
  /** NODE_OPTIONS and NODE_EXTRA_CA_CERTS load nothing into the process that holds the keys. */
  [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: false,
  /** --inspect and SIGUSR1 open no debugger. */
  [FuseV1Options.EnableNodeCliInspectArguments]: false,
  /** The archive is held against the digest in the signed program. Electron does so on macOS and Windows only. */
  [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: true,
  /** No folder `resources/app` takes the place of the archive. */
  [FuseV1Options.OnlyLoadAppFromAsar]: true,
  /** There is no snapshot of V8 of our own. */
  [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
  /** A page under file:// would have no more rights than in a browser; the console has none. */
  [FuseV1Options.GrantFileProtocolExtraPrivileges]: false,
  /** WebAssembly keeps checking its bounds by traps, as in a browser. */
  [FuseV1Options.WasmTrapHandlers]: true,
};

/**
 * Sets all fuses of a binary.
 * @param {string} binary
 * @param {Partial<Record<FuseV1Options, boolean>>} [differing] fuses that a test sets otherwise
 */
export async function setFuses(binary, differing = {}) {
  const known = await getCurrentFuseWire(binary);
  const wanted = Object.entries({ ...FUSES, ...differing }).filter(([fuse]) => fuse in known);
  await flipFuses(binary, {
    version: FuseVersion.V1,
    strictlyRequireAllFuses: true,
    ...Object.fromEntries(wanted),
  });
}
