import type { contract, Role } from '../../../src/contract';

type NamesOf<Part, Prefix extends string> = {
  [Name in keyof Part & string]: Part[Name] extends { '~orpc': unknown }
    ? `${Prefix}${Name}`
    : NamesOf<Part[Name], `${Prefix}${Name}.`>;
}[keyof Part & string];

/** The dotted name of every procedure of the contract. */
export type ProcedureName = NamesOf<typeof contract, ''>;

/** Who may call a procedure: anybody, anybody with a session, or the roles that are named. */
export type Callers = 'anybody' | 'signed-in' | readonly Role[];

const operator: Callers = ['operator'];
const administrator: Callers = ['tenant-admin'];
const administrators: Callers = ['operator', 'tenant-admin'];
const users: Callers = ['operator', 'tenant-admin', 'user'];
const readers: Callers = ['tenant-admin', 'user'];

/**
 * Who may call what, procedure by procedure, written down a second time and by hand: a procedure that is not here
 * does not compile, and one whose permission is changed fails the test of the pairs.
 */
export const PAIRS: Readonly<Record<ProcedureName, Callers>> = {
  'installation.status.read': 'anybody',
  'installation.status.watch': 'anybody',
  'installation.operators.passwordRules': 'anybody',
  'installation.operators.createFirst': 'anybody',
  'installation.operators.signIn': 'anybody',
  'installation.operators.signOut': 'signed-in',
  'installation.operators.current': 'anybody',
  'installation.operators.stepUp': 'signed-in',
  'installation.plans.list': operator,
  'installation.tenants.list': operator,
  'installation.tenants.read': operator,
  'installation.tenants.environment': operator,
  'installation.tenants.create': operator,
  'installation.tenants.progress': operator,
  'installation.tenants.update': operator,
  'installation.tenants.suspend': operator,
  'installation.tenants.resume': operator,
  'installation.tenants.check': operator,
  'installation.tenants.delete': operator,
  'installation.models.providers': operator,
  'installation.models.declareProvider': operator,
  'installation.models.removeProvider': operator,
  'installation.models.discover': operator,
  'installation.models.list': operator,
  'installation.models.show': operator,
  'installation.models.setPrice': operator,
  'installation.models.pull': operator,
  'installation.models.beginImport': operator,
  'installation.models.appendImport': operator,
  'installation.models.finishImport': operator,
  'installation.models.jobs': operator,
  'installation.models.progress': operator,
  'installation.models.cancel': operator,
  'installation.models.remove': operator,
  'installation.keys.tenants': operator,
  'installation.keys.setPolicy': operator,
  'installation.keys.rotate': operator,
  'installation.keys.cancelRotation': operator,
  'installation.keys.makeKit': operator,
  'installation.keys.rehearse': operator,
  'installation.keys.restoreTenantKey': operator,
  'installation.recovery.restore': 'anybody',
  'installation.network.policy': operator,
  'installation.network.setAirGap': operator,
  'installation.network.declareHost': operator,
  'installation.network.withdrawHost': operator,
  'installation.network.ledger': operator,
  'tenant.identity.signIn': 'anybody',
  'tenant.identity.signOut': 'signed-in',
  'tenant.identity.current': 'signed-in',
  'tenant.identity.stepUp': 'signed-in',
  'tenant.identity.standing': 'signed-in',
  'tenant.users.list': administrators,
  'tenant.access.roles': administrators,
  'tenant.access.createRole': administrator,
  'tenant.access.updateRole': administrator,
  'tenant.access.removeRole': administrator,
  'tenant.access.people': administrators,
  'tenant.access.assign': administrator,
  'tenant.access.actions': administrators,
  'tenant.access.explain': administrators,
  'tenant.overview.read': users,
  'tenant.overview.watch': users,
  'tenant.usage.list': users,
  'tenant.usage.groups': users,
  'tenant.assistant.ask': users,
  'tenant.assistant.follow': users,
  'tenant.assistant.stop': users,
  'tenant.assistant.conversations': users,
  'tenant.assistant.read': users,
  'tenant.assistant.rename': users,
  'tenant.assistant.remove': users,
  'tenant.knowledge.documents': readers,
  'tenant.knowledge.watch': readers,
  'tenant.knowledge.add': administrator,
  'tenant.knowledge.remove': administrator,
  'tenant.knowledge.search': readers,
  'tenant.configuration.read': administrators,
  'tenant.configuration.update': administrators,
  'tenant.configuration.models': users,
  'tenant.isolation.ledger': administrators,
  'tenant.isolation.audit': administrators,
  'tenant.isolation.exportLedger': administrators,
  'tenant.isolation.exportAudit': administrators,
  'installation.audit.state': operator,
  'installation.audit.events': operator,
  'installation.audit.event': operator,
  'installation.audit.verify': operator,
  'installation.audit.export': operator,
  'tenant.audit.state': administrators,
  'tenant.audit.events': administrators,
  'tenant.audit.event': administrators,
  'tenant.audit.verify': administrators,
  'tenant.audit.export': administrators,
  'tenant.sso.list': administrator,
  'tenant.sso.add': administrator,
  'tenant.sso.update': administrator,
  'tenant.sso.setState': administrator,
  'tenant.sso.remove': administrator,
  'tenant.sso.test': administrator,
  'tenant.sso.recheck': administrator,
};
