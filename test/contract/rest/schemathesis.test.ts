import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { ADMINISTRATOR, OPERATOR } from '../../support/engine/world';
import { startRest } from '../../support/rest';
import { temporaryFolder } from '../../support/temporaryFolder';

/** schemathesis (PyPI) of a Python that has it; where there is none, `fuzz.test.ts` stands alone. */
const PROGRAM = process.env.RISCURA_SCHEMATHESIS;
const EXAMPLES = 3;
const SEED = 20261124;

/** What would end the session that all of it goes on, or the installation itself. */
const NOT_ASKED = [
  '^sessions\\.',
  'account\\.(endSession|changePassword|setPolicy|revokeSession)',
  'installation\\.(sealing|keys|api|network|signOn)\\.',
  'installation\\.tenants\\.(delete|suspend|update)',
];

const PEOPLE = [
  ['an operator', { email: OPERATOR.email, password: OPERATOR.password }],
  [
    'an administrator',
    { tenant: 'acme.example', email: ADMINISTRATOR.email, password: ADMINISTRATOR.password },
  ],
] as const;

it.skipIf(!PROGRAM).each(PEOPLE)(
  'the REST API keeps to its document for %s, says schemathesis',
  async (_name, account) => {
    const { origin, send, tenant, log } = await startRest(undefined, 'custom');
    const folder = await temporaryFolder();
    const config = join(folder, 'schemathesis.toml');
    await writeFile(config, `[parameters]\n"path.tenantId" = "${tenant}"\n`);
    const signedIn = await send('POST', '/sessions', { credential: null, body: account });
    const { accessToken } = (await signedIn.json()) as { accessToken: string };
    const options = [
      ...['--config-file', config, 'run', `${origin}/api/v1/openapi.json`, '--url', `${origin}/api/v1`],
      ...['--header', `Authorization: Bearer ${accessToken}`],
      ...['--max-examples', String(EXAMPLES), '--seed', String(SEED), '--generation-database', 'none'],
      ...['--checks', 'not_a_server_error,status_code_conformance,content_type_conformance'],
      ...['--checks', 'response_headers_conformance,response_schema_conformance'],
      ...['--phases', 'examples,coverage,fuzzing', '--suppress-health-check', 'all', '--no-color'],
      ...NOT_ASKED.flatMap((pattern) => ['--exclude-operation-id-regex', pattern]),
    ];
    const run = promisify(execFile)(PROGRAM ?? '', options, { cwd: folder, maxBuffer: 64 * 1024 * 1024 });
    const { stdout } = await run.catch((problem: { stdout: string }) => problem);
    expect(stdout).not.toMatch(/FAILURES|ERRORS/);
    expect(log.lines.filter((line) => line.includes('a call failed'))).toEqual([]);
  },
  600_000,
);
