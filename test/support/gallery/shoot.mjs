// Looks at the gallery: screenshots, console errors, violations of the policy, axe.
// node test/support/gallery/shoot.mjs OUT [filter]   (needs `vite preview` of the gallery on 4199)
import { mkdirSync, readFileSync } from 'node:fs';
import { chromium } from 'playwright';

const [out = 'out/gallery-shots', filter = ''] = process.argv.slice(2);
const AXE = readFileSync('node_modules/axe-core/axe.min.js', 'utf8');
const SIZES = { wide: [1440, 900], middle: [1024, 768], narrow: [390, 844] };
const firstTenant = async (page) => {
  await page.getByRole('link', { name: 'Northgate Insurance' }).click();
  await page.getByRole('region', { name: /Key figures of/ }).waitFor();
};
const go = (page, path) =>
  page.evaluate((to) => {
    window.location.hash = to;
  }, path);
async function wizard(page, steps) {
  await page.getByRole('link', { name: 'Create tenant' }).click();
  const fill = [
    async () => {
      await page.getByLabel('Organisation name').fill('Acme Industries');
      await page.getByLabel('Domain').fill('acme.example');
    },
    async () => {
      await page.getByRole('radio', { name: 'Professional' }).click();
    },
    async () => {
      await page.getByRole('radio', { name: 'Local only' }).click();
    },
    async () => {
      await page.getByRole('radio', { name: 'llama3.1:8b' }).waitFor();
    },
    async () => {
      await page.getByLabel('Administrator’s name').fill('Ada Byron');
      await page.getByLabel('Administrator’s e-mail').fill('ada@acme.example');
      await page.getByLabel('First password').fill('engine-of-difference');
    },
  ];
  for (const step of fill.slice(0, steps)) {
    await step();
    await page.getByRole('button', { name: 'Continue' }).click();
  }
}
const securityPart = (part) => async (page) => {
  await page.getByRole('link', { name: 'Security' }).click();
  await page.getByText(part, { exact: true }).click();
};
async function security(page) {
  await securityPart('Sign-on')(page);
  await page.getByText('Northgate Active Directory').waitFor();
}
async function apiDialog(page) {
  await go(page, '/installation');
  await page.getByRole('button', { name: 'Change…' }).click();
  await page.getByRole('dialog').waitFor();
}
async function users(page) {
  await page.getByRole('link', { name: 'Users' }).click();
  await page.getByText('Jonas Berg').waitFor();
}
async function invitation(page) {
  await page.getByText('Member of a tenant').click();
  await page.getByRole('button', { name: 'I have an invitation' }).click();
  await page.getByLabel('Tenant domain').fill('northgate.example');
  await page.getByLabel('E-mail').fill('tomas.vik@northgate.example');
}
const providerMenu = (name, item) => async (page) => {
  await security(page);
  await page.getByRole('button', { name: `More for ${name}` }).click();
  await page.getByRole('menuitem', { name: item }).click();
};
async function importFile(page) {
  await page.getByRole('link', { name: 'Users' }).click();
  const buffer = Buffer.from('Surname;First name;Mail;Cost centre;Role');
  await page
    .getByLabel('Choose a CSV file of people')
    .setInputFiles({ name: 'staff.csv', mimeType: 'text/csv', buffer });
  await page.getByRole('button', { name: /^Preview/ }).waitFor();
}
async function importReport(page) {
  await importFile(page);
  await page.getByRole('combobox', { name: 'The role of the word Claims lead' }).click();
  await page.getByRole('option', { name: 'User' }).click();
  await page.getByRole('button', { name: /^Preview/ }).click();
  await page.getByRole('button', { name: /^Import \d/ }).click();
  await page.getByText('Save as CSV').waitFor();
}
const SHOTS = [
  { name: 'limits', search: 'door=member', open: securityPart('Limits'), settle: 600 },
  {
    name: 'limits-keys',
    search: 'door=member',
    open: async (page) => {
      await securityPart('Sessions')(page);
      await page.getByRole('table', { name: 'API keys of everybody' }).scrollIntoViewIfNeeded();
      await page.getByRole('button', { name: 'Limits' }).first().click();
      await page.getByRole('dialog').waitFor();
    },
    settle: 600,
  },
  { name: 'import-mapping', search: 'door=member', open: importFile, settle: 600 },
  {
    name: 'import-preview',
    search: 'door=member',
    open: async (page) => {
      await importFile(page);
      await page.getByRole('button', { name: /^Preview/ }).click();
      await page.getByText('All 7').click();
    },
    settle: 600,
  },
  { name: 'import-report', search: 'door=member', open: importReport, settle: 600 },
  { name: 'users', search: 'door=member', open: users, settle: 600 },
  {
    name: 'users-operator',
    open: async (page) => {
      await firstTenant(page);
      await users(page);
    },
    settle: 600,
  },
  {
    name: 'users-person',
    search: 'door=member',
    open: async (page) => {
      await users(page);
      await page.getByRole('link', { name: 'Jonas Berg' }).click();
      await page.getByRole('button', { name: 'Reset password' }).waitFor();
    },
    settle: 600,
  },
  {
    name: 'users-edit',
    search: 'door=member',
    open: async (page) => {
      await users(page);
      await page.getByRole('link', { name: 'Mikkel Thorsen' }).click();
      await page.getByRole('button', { name: 'Edit' }).click();
    },
    settle: 600,
  },
  {
    name: 'users-bulk',
    search: 'door=member',
    open: async (page) => {
      await users(page);
      await page.getByRole('checkbox', { name: 'Choose Jonas Berg' }).press('Space');
      await page.getByRole('checkbox', { name: 'Choose Ingrid Sørlie' }).press('Space');
      await page.getByRole('checkbox', { name: 'Choose Bo Ek' }).press('Space');
      await page.getByRole('toolbar').getByRole('button', { name: 'Disable' }).click();
      await page.getByText('Refused for 1 person').waitFor();
    },
    settle: 600,
  },
  {
    name: 'users-remove',
    search: 'door=member',
    open: async (page) => {
      await users(page);
      await page.getByRole('link', { name: 'Jonas Berg' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
      await page.getByText('to confirm').waitFor();
    },
    settle: 600,
  },
  {
    name: 'users-invite',
    search: 'door=member',
    open: async (page) => {
      await users(page);
      await page.getByRole('button', { name: 'Invite' }).click();
    },
    settle: 600,
  },
  {
    name: 'users-invited',
    search: 'door=member',
    open: async (page) => {
      await users(page);
      await page.getByRole('button', { name: 'Invite' }).click();
      await page.getByLabel('Name', { exact: true }).fill('Greta Dahl');
      await page.getByLabel('E-mail').fill('greta.dahl@northgate.example');
      await page.getByRole('dialog').getByRole('button', { name: 'Invite' }).click();
      await page.getByText('shown this once').waitFor();
    },
    settle: 600,
  },
  {
    name: 'invitation',
    search: 'door=signed-out',
    open: async (page) => {
      await invitation(page);
      await page.getByLabel('Code').fill('wrong');
      await page.getByRole('button', { name: 'Continue' }).click();
      await page.getByText('There is no open invitation').waitFor();
    },
    settle: 400,
  },
  {
    name: 'invitation-password',
    search: 'door=signed-out',
    open: async (page) => {
      await invitation(page);
      await page.getByLabel('Code').fill('right');
      await page.getByRole('button', { name: 'Continue' }).click();
      await page.getByText('Welcome, Tomas Vik').waitFor();
    },
    settle: 400,
  },
  { name: 'access', search: 'door=member', open: securityPart('Access'), settle: 600 },
  {
    name: 'access-compose',
    search: 'door=member',
    open: async (page) => {
      await securityPart('Access')(page);
      await page.getByRole('button', { name: 'Compose role' }).click();
    },
    settle: 600,
  },
  { name: 'reviews', search: 'door=member', open: securityPart('Reviews'), settle: 600 },
  {
    name: 'reviews-decide',
    search: 'door=member',
    open: async (page) => {
      await securityPart('Reviews')(page);
      await page.getByRole('button', { name: 'Change: Jonas Berg' }).click();
    },
    settle: 600,
  },
  {
    name: 'reviews-notice',
    search: 'door=member',
    open: (page) => page.getByText('The access review is overdue.').waitFor(),
    settle: 600,
  },
  { name: 'two-persons', search: 'door=member', open: securityPart('Two persons'), settle: 600 },
  { name: 'break-glass', search: 'door=member&fail=glass', open: securityPart('Break-glass'), settle: 600 },
  {
    name: 'break-glass-recover',
    search: 'door=operator&fail=glass',
    open: async (page) => {
      await firstTenant(page);
      await securityPart('Break-glass')(page);
      await page.getByRole('button', { name: 'Use', exact: true }).click();
      await page.getByRole('button', { name: /^Give a code to/ }).click();
    },
    settle: 600,
  },
  { name: 'sign-on', search: 'door=member', open: security, settle: 500 },
  {
    name: 'sign-on-edit',
    search: 'door=member',
    open: async (page) => {
      await security(page);
      await page.getByRole('button', { name: 'More for Northgate' }).click();
      await page.getByRole('menuitem', { name: 'Edit and test' }).click();
    },
    settle: 600,
  },
  {
    name: 'sign-on-test',
    search: 'door=member',
    open: async (page) => {
      await security(page);
      await page.getByRole('button', { name: 'More for Northgate' }).click();
      await page.getByRole('menuitem', { name: 'Edit and test' }).click();
      await page.getByLabel('E-mail of a person').fill('tomasz@northgate.example');
      await page.getByRole('button', { name: 'Test', exact: true }).click();
      await page.getByText('None of the groups').waitFor();
      await page.getByText('None of the groups').scrollIntoViewIfNeeded();
    },
    settle: 600,
  },
  {
    name: 'sign-on-saml',
    search: 'door=member',
    open: providerMenu('Claims portal', 'Edit and test'),
    settle: 600,
  },
  {
    name: 'sign-on-saml-lower',
    search: 'door=member',
    open: async (page) => {
      await providerMenu('Claims portal', 'Edit and test')(page);
      await page.getByLabel('Longer than 15 minutes').scrollIntoViewIfNeeded();
    },
    settle: 600,
  },
  {
    name: 'sign-on-saml-addresses',
    search: 'door=member',
    open: providerMenu('Claims portal', 'For the provider'),
    settle: 600,
  },
  {
    name: 'sign-on-oidc',
    search: 'door=member',
    open: providerMenu('Staff account', 'Edit and test'),
    settle: 600,
  },
  {
    name: 'sign-on-oidc-lower',
    search: 'door=member',
    open: async (page) => {
      await providerMenu('Staff account', 'Edit and test')(page);
      await page.getByRole('button', { name: 'Test', exact: true }).click();
      await page.getByText('As it should be').first().waitFor();
      await page.getByRole('button', { name: 'Test', exact: true }).scrollIntoViewIfNeeded();
    },
    settle: 600,
  },
  {
    name: 'sign-in-browser',
    search: 'door=signed-out',
    open: async (page) => {
      await page.getByText('Member of a tenant').click();
      await page.getByRole('button', { name: 'Account of my organisation' }).click();
      await page.getByLabel('Tenant domain').fill('northgate.example');
      await page.getByRole('button', { name: 'Continue' }).click();
      await page.getByText('I have a sign-on code').click();
    },
    settle: 600,
  },
  {
    name: 'sign-in-waiting',
    search: 'door=signed-out',
    open: async (page) => {
      await page.getByText('Member of a tenant').click();
      await page.getByRole('button', { name: 'Account of my organisation' }).click();
      await page.getByLabel('Tenant domain').fill('northgate.example');
      await page.getByRole('button', { name: 'Continue' }).click();
      await page.getByRole('button', { name: 'Sign in with Staff account' }).click();
    },
    settle: 600,
  },
  {
    name: 'network-listener',
    search: 'door=operator',
    open: async (page) => {
      await page.getByRole('link', { name: 'Network' }).click();
      await page.getByText('Listener of sign-on').scrollIntoViewIfNeeded();
    },
    settle: 600,
  },
  { name: 'vouching', search: 'door=member&fail=vouching', open: securityPart('Sign-on'), settle: 600 },
  { name: 'overview', open: firstTenant, settle: 1200 },
  {
    name: 'overview-24h',
    open: async (page) => {
      await firstTenant(page);
      await page.getByText('24 h', { exact: true }).click();
    },
    settle: 1200,
  },
  {
    name: 'overview-table',
    open: async (page) => {
      await firstTenant(page);
      await page.getByRole('button', { name: 'Show Latency as a table' }).click();
    },
    settle: 800,
  },
  {
    name: 'overview-empty',
    open: async (page) => {
      await page.getByRole('link', { name: 'Brightwater Health Trust' }).click();
    },
    settle: 800,
  },
  {
    name: 'overview-skeleton',
    search: 'delay=1500',
    open: async (page) => {
      await page.getByRole('link', { name: 'Northgate Insurance' }).click();
      await page.getByText('The key figures are being read.').waitFor({ state: 'attached' });
    },
    settle: 100,
  },
  {
    name: 'overview-error',
    search: 'fail=tenant.overview',
    open: async (page) => {
      await page.getByRole('link', { name: 'Northgate Insurance' }).click();
      await page.getByRole('alert').waitFor();
    },
  },
  {
    name: 'usage',
    open: async (page) => {
      await firstTenant(page);
      await page.getByRole('link', { name: 'Usage' }).click();
    },
  },
  { name: 'tenants', open: async () => {} },
  { name: 'preparing', search: 'door=preparing', open: async () => {} },
  { name: 'tenants-empty', search: 'door=no-tenants', open: async () => {} },
  {
    name: 'suspended',
    open: async (page) => {
      await page.getByRole('link', { name: 'Stadtwerke Auental' }).click();
    },
  },
  {
    name: 'quarantined',
    open: async (page) => {
      await page.getByRole('link', { name: 'Tessellate Engineering' }).click();
    },
  },
  {
    name: 'switcher',
    open: async (page) => {
      await firstTenant(page);
      await page.getByRole('button', { name: 'Switch tenant' }).click();
    },
  },
  {
    name: 'delete',
    open: async (page) => {
      await firstTenant(page);
      await page.getByRole('button', { name: 'Actions' }).click();
      await page.getByRole('menuitem', { name: 'Delete tenant…' }).click();
    },
  },
  {
    name: 'commands',
    open: async (page) => {
      await page.keyboard.press('Control+K');
      await page.getByPlaceholder('Find a tenant, page or action').fill('a');
    },
  },
  {
    name: 'shortcuts',
    open: async (page) => {
      await page.keyboard.press('?');
    },
  },
  {
    name: 'network',
    open: async (page) => {
      await go(page, '/network');
    },
  },
  {
    name: 'network-gap',
    open: async (page) => {
      await go(page, '/network');
      await page.getByRole('button', { name: 'Open the air gap…' }).click();
    },
  },
  {
    name: 'models',
    open: async (page) => {
      await go(page, '/models');
      await page.getByRole('list', { name: 'Pulls and imports' }).waitFor();
    },
  },
  {
    name: 'models-declare',
    open: async (page) => {
      await go(page, '/models');
      await page.getByRole('button', { name: 'Declare a provider' }).first().click();
      await page.getByLabel('Address').fill('https://api.eu.example/v1');
      await page.getByRole('radio', { name: 'Cloud' }).click();
    },
  },
  {
    name: 'isolation',
    open: async (page) => {
      await firstTenant(page);
      await page.getByRole('link', { name: 'Isolation' }).click();
      await page.getByRole('table', { name: 'Egress ledger' }).waitFor();
    },
  },
  {
    name: 'keys',
    open: async (page) => {
      await go(page, '/keys');
      await page.getByRole('table', { name: 'Database keys of the tenants' }).waitFor();
    },
  },
  {
    name: 'keys-rotation',
    open: async (page) => {
      await go(page, '/keys');
      await page.getByRole('button', { name: 'Rotate… Northgate Insurance' }).click();
      await page.getByRole('button', { name: 'Rotate the key', exact: true }).click();
      await page.getByText(/Writers stood still/).waitFor();
    },
  },
  {
    name: 'keys-kit',
    open: async (page) => {
      await go(page, '/keys');
      await page.getByRole('button', { name: 'Kit… Northgate Insurance' }).click();
      await page.getByRole('button', { name: 'Make the sheets' }).click();
      await page.getByText('Sheet 5 of 5').waitFor();
    },
  },
  {
    name: 'keys-rehearsal',
    open: async (page) => {
      await go(page, '/keys');
      await page.getByRole('button', { name: 'Rehearse a kit…' }).click();
      await page.getByLabel('Sheets').fill('RISCURA1-ABCDE');
      await page.getByRole('button', { name: 'Rehearse', exact: true }).click();
      await page.getByText(/The sheets restore/).waitFor();
    },
  },
  {
    name: 'audit',
    open: async (page) => {
      await firstTenant(page);
      await page.getByRole('link', { name: 'Audit', exact: true }).last().click();
      await page.getByRole('table', { name: 'Audit events' }).waitFor();
    },
  },
  {
    name: 'audit-checkpoint',
    open: async (page) => {
      await go(page, '/audit');
      await page.getByRole('button', { name: 'Export' }).first().click();
      await page.getByRole('menuitem', { name: /to keep elsewhere/ }).click();
    },
    settle: 400,
  },
  {
    name: 'audit-event',
    open: async (page) => {
      await go(page, '/audit/42');
      await page.getByText('The checkpoint carries the signature').waitFor();
    },
  },
  {
    name: 'audit-verified',
    open: async (page) => {
      await go(page, '/audit?outcome=refused');
      await page.getByRole('button', { name: 'Verify now' }).click();
      await page.getByText('The chain holds').waitFor();
    },
  },
  {
    name: 'installation',
    open: async (page) => {
      await go(page, '/installation');
    },
  },
  {
    name: 'installation-api',
    open: apiDialog,
  },
  {
    name: 'ui-kit',
    open: async (page) => {
      await go(page, '/ui-kit');
    },
    settle: 1200,
  },
  { name: 'wizard-plan', open: (page) => wizard(page, 1) },
  {
    name: 'wizard-residency',
    open: async (page) => {
      await wizard(page, 2);
      await page.getByRole('radio', { name: 'Region-bound' }).click();
    },
  },
  { name: 'wizard-model', open: (page) => wizard(page, 3) },
  { name: 'wizard-administrator', open: (page) => wizard(page, 4) },
  { name: 'wizard-review', open: (page) => wizard(page, 5) },
  {
    name: 'wizard-progress',
    open: async (page) => {
      await wizard(page, 5);
      await page.getByRole('button', { name: 'Create tenant' }).click();
      await page.getByText('Create the encrypted database').waitFor();
    },
    settle: 900,
  },
  {
    name: 'wizard-done',
    open: async (page) => {
      await wizard(page, 5);
      await page.getByRole('button', { name: 'Create tenant' }).click();
      await page.getByRole('link', { name: 'Open tenant' }).waitFor();
    },
  },
  {
    name: 'deleted',
    open: async (page) => {
      await firstTenant(page);
      await page.getByRole('button', { name: 'Actions' }).click();
      await page.getByRole('menuitem', { name: 'Delete tenant…' }).click();
      await page.getByLabel(/to confirm/).fill('Northgate Insurance');
      await page.getByRole('button', { name: 'Delete tenant' }).click();
      await page.getByRole('button', { name: 'Back to tenants' }).waitFor();
    },
  },
  {
    name: 'your-account',
    open: async (page) => {
      await page.getByRole('button', { name: /^Account:/ }).click();
      await go(page, '/account');
      await page.getByText('Laptop at the desk').waitFor();
    },
  },
  { name: 'sign-in', search: 'door=signed-out', open: async () => {} },
  {
    name: 'sign-in-member',
    search: 'door=signed-out',
    open: async (page) => {
      await page.getByText('Member of a tenant').click();
    },
  },
  {
    name: 'first-run',
    search: 'door=first-run',
    open: async (page) => {
      await page.getByLabel('Your name').fill('Maren Holt');
      await page.getByLabel('Password', { exact: true }).fill('maren-horse');
    },
  },
  { name: 'sealed', search: 'door=sealed', open: async () => {} },
  {
    name: 'older',
    search: 'door=older',
    open: async (page) => {
      await page.getByRole('button', { name: 'Accept an older state…' }).click();
    },
  },
  { name: 'member', search: 'door=member', open: async () => {}, settle: 1500 },
  { name: 'guest', search: 'door=guest', open: async () => {} },
  {
    name: 'reconnecting',
    open: async (page) => {
      await page.evaluate(() => window.dispatchEvent(new Event('gallery:restart')));
      await page.getByText('Reconnecting…').waitFor();
    },
  },
];

mkdirSync(out, { recursive: true });
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
for (const shot of SHOTS.filter((each) => each.name.match(filter || /./))) {
  for (const scheme of ['light', 'dark']) {
    for (const [size, [width, height]] of Object.entries(SIZES)) {
      if (process.env.ONLY && !`${scheme}-${size}`.match(process.env.ONLY)) continue;
      const context = await browser.newContext({
        viewport: { width, height },
        colorScheme: scheme,
        reducedMotion: 'reduce',
        bypassCSP: false,
      });
      await context.addInitScript(
        (domain) => window.localStorage.setItem('riscura.last-domain', domain),
        shot.search?.match(/member|guest/) ? 'northgate.example' : '',
      );
      const page = await context.newPage();
      const complaints = [];
      page.on(
        'console',
        (message) => ['error', 'warning'].includes(message.type()) && complaints.push(message.text()),
      );
      page.on('pageerror', (error) => complaints.push(String(error)));
      const name = `${shot.name}-${scheme}-${size}`;
      try {
        await page.goto(`http://localhost:4199/?${shot.search ?? ''}`);
        await page.getByText('The console is opening.').first().waitFor({ state: 'detached' });
        await page.getByRole('heading', { level: 1 }).first().waitFor();
        await page.waitForTimeout(250);
        await shot.open(page);
        await page.waitForTimeout(shot.settle ?? 500);
      } catch (error) {
        complaints.push(`could not be opened: ${String(error).split('\n')[0]}`);
      }
      await page.screenshot({ path: `${out}/${name}.png`, fullPage: true });
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      if (wide > 0) complaints.push(`wider than the window by ${wide} px`);
      await page.evaluate(AXE).catch((error) => complaints.push(`axe: ${error}`));
      const violations = await page
        .evaluate(async () =>
          (
            await window.axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'] })
          ).violations.map(
            (v) =>
              `${v.impact} ${v.id}: ${v.nodes
                .slice(0, 3)
                .map((n) => `${n.target.join(' ')} ${n.any[0]?.message ?? ''}`)
                .join(' | ')}`,
          ),
        )
        .catch((error) => [String(error)]);
      console.log(`${name}${complaints.length + violations.length === 0 ? ' ok' : ''}`);
      for (const line of [...new Set([...complaints, ...violations])])
        console.log(`    ${line.slice(0, 400)}`);
      await context.close();
    }
  }
}
await browser.close();
