/*
 * The walls of DESIGN: who may import whom. Each rule has a test in test/unit/layers that shows it failing.
 * Type-only imports count as imports.
 */
const library = (names) => `node_modules/(${names.join('|')})(/|$)`;

/** Libraries that the engine may use: pure code without drivers, network or files. */
const ENGINE_LIBRARIES = [
  'zod',
  'jose',
  'otpauth',
  '@simplewebauthn/server',
  'uuid',
  'shamir-secret-sharing',
  'papaparse',
  '@orpc/(contract|server|shared|client|standard-server[^/]*)',
];
const ENGINE_BUILT_INS = '^(node:)?(crypto|async_hooks)$';

/** Libraries that belong to adapters. */
const DRIVERS = [
  '@github/keytar',
  '@huggingface/transformers',
  '@journeyapps/sqlcipher',
  '@node-rs/argon2',
  '@node-saml/node-saml',
  '@peculiar/x509',
  'better-sqlite3',
  'electron-store',
  'ldapts',
  'node-llama-cpp',
  'ollama',
  'onnxruntime-node',
  'openid-client',
  'openai',
  'pdfjs-dist',
  'mammoth',
  'undici',
  'vscode-jsonrpc',
];

module.exports = {
  forbidden: [
    {
      name: 'no-circles',
      comment: 'Files that import each other in a circle cannot be understood one after the other.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'contract-alone',
      comment: 'The contract imports zod, the contract builder and its own kind.',
      severity: 'error',
      from: { path: '^src/contract/' },
      to: { pathNot: ['^src/contract/', library(['zod', '@orpc/contract'])] },
    },
    {
      name: 'engine-is-pure',
      comment:
        'The engine imports the contract, itself and pure libraries: no Electron, driver, keychain or socket.',
      severity: 'error',
      from: { path: '^src/engine/' },
      to: { pathNot: ['^src/(engine|contract)/', library(ENGINE_LIBRARIES), ENGINE_BUILT_INS] },
    },
    {
      name: 'ports-are-leaves',
      comment: 'Ports know the contract and each other, nothing of what uses them.',
      severity: 'error',
      from: { path: '^src/engine/ports/' },
      to: { pathNot: ['^src/engine/ports/', '^src/contract/'] },
    },
    {
      name: 'tenant-not-control',
      comment: 'A tenant runtime cannot name another tenant: it never sees control.',
      severity: 'error',
      from: { path: '^src/engine/tenant/' },
      to: { path: '^src/engine/(control/|createEngine)' },
    },
    {
      name: 'mechanism-neither',
      comment: 'A mechanism serves control and runtimes and knows neither.',
      severity: 'error',
      from: { path: '^src/engine/(mechanism|migrations)/' },
      to: { path: '^src/engine/(control|tenant|door)/' },
    },
    {
      name: 'door-neither',
      comment: 'The door is built from a contract and its handlers; it knows no capability.',
      severity: 'error',
      from: { path: '^src/engine/door/' },
      to: { path: '^src/engine/(control|tenant)/' },
    },
    {
      name: 'capabilities-meet-at-the-door',
      comment: 'A capability is used through its index.ts.',
      severity: 'error',
      from: { path: '^src/engine/(control|tenant|mechanism)/([^/]+)/' },
      to: {
        path: '^src/engine/(control|tenant|mechanism)/[^/]+/.+',
        pathNot: ['^src/engine/$1/$2/', '/index\\.ts$'],
      },
    },
    {
      name: 'adapters-know-ports',
      comment: 'An adapter sees the ports, the contract and its library: no capability and no shell.',
      severity: 'error',
      from: { path: '^src/adapters/' },
      to: { path: '^src/(engine/(?!ports/)|custodian/|main/|preload/|hosts/|server/|cli/|renderer/)' },
    },
    {
      name: 'adapters-apart',
      comment: 'An adapter knows another only where both speak over the link to a host.',
      severity: 'error',
      from: { path: '^src/adapters/([^/]+)/' },
      to: { path: '^src/adapters/[^/]+/', pathNot: ['^src/adapters/($1|hostLink)/'] },
    },
    {
      name: 'drivers-in-adapters',
      comment: 'Only adapters import drivers and clients.',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/adapters/'] },
      to: { path: library(DRIVERS) },
    },
    {
      name: 'electron-in-the-shell',
      comment: 'Only the shell, its preload and the preferences import Electron.',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/(main|preload|adapters/electronStore)/'] },
      to: { path: '^(electron$|node_modules/electron/)' },
    },
    {
      name: 'custodian-holds-no-engine',
      comment:
        'The custodian starts the engine and hands it keys: it knows the ports, no capability and no door.',
      severity: 'error',
      from: { path: '^src/custodian/' },
      to: { path: '^src/(engine/(?!ports/)|main/|preload/|hosts/|server/|cli/|renderer/)' },
    },
    {
      name: 'composers-see-adapters',
      comment: 'Adapters are put in by those who compose: custodian, main, hosts, server, cli.',
      severity: 'error',
      from: { path: '^src/(contract|engine|renderer|preload)/' },
      to: { path: '^src/adapters/' },
    },
    {
      name: 'renderer-knows-the-contract',
      comment:
        'The renderer sees the contract and UI libraries: no Node, no Electron, nothing of the engine.',
      severity: 'error',
      from: { path: '^src/renderer/' },
      to: { path: '^src/(?!contract/|renderer/)' },
    },
    {
      name: 'renderer-without-node',
      comment: 'The renderer runs in a sandbox without Node.',
      severity: 'error',
      from: { path: '^src/renderer/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'preload-is-one-bridge',
      comment: 'The preload script imports Electron and nothing of ours but names.',
      severity: 'error',
      from: { path: '^src/preload/' },
      to: { path: '^src/(?!preload/|main/channels)' },
    },
    {
      name: 'nothing-unresolved',
      comment: 'Every import leads somewhere.',
      severity: 'error',
      from: { path: '^src/' },
      to: { couldNotResolve: true, pathNot: '^virtual:' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types'],
    },
    exclude: { path: '\\.css$' },
  },
};
