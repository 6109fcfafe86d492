import { accountProcedures } from '../account';
import { api } from './api';
import { audit } from './audit';
import { keys } from './keys';
import { models } from './models';
import { network } from './network';
import { operators } from './operators';
import { passwordCost } from './passwordCost';
import { plans } from './plans';
import { recovery } from './recovery';
import { sealing } from './sealing';
import { signOn } from './signOn';
import { status } from './status';
import { tenantHosts } from './tenantHosts';
import { tenants } from './tenants';

/** What can be asked of the installation. */
export const installationContract = {
  status,
  operators,
  sealing,
  passwordCost,
  account: accountProcedures('operator', 'installation.manage'),
  plans,
  tenants,
  models,
  network,
  signOn,
  keys,
  recovery,
  audit,
  api,
  tenantHosts,
};
