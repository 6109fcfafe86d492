import type { PlanId, ResidencyMode, Tenant, TenantHealth, TenantState } from '../../../src/contract';
import { seeded, uuidv7 } from './random';

const DAY = 86_400_000;
const random = seeded(7);

type Row = [
  name: string,
  domain: string,
  plan: PlanId,
  mode: ResidencyMode,
  state: TenantState,
  health: TenantHealth,
  ageDays: number,
];

const ROWS: readonly Row[] = [
  ['Northgate Insurance', 'northgate.example', 'enterprise', 'local-only', 'active', 'healthy', 210],
  ['Aldermoor Bank', 'aldermoor-bank.example', 'enterprise', 'region-bound', 'active', 'healthy', 188],
  [
    'Hallam & Price Solicitors',
    'hallamprice.example',
    'professional',
    'local-only',
    'active',
    'healthy',
    120,
  ],
  ['Kestrel Biologics', 'kestrelbio.example', 'enterprise', 'local-only', 'active', 'read-only', 96],
  ['Lindqvist Energi', 'lindqvist.example', 'professional', 'region-bound', 'active', 'healthy', 80],
  ['Stadtwerke Auental', 'auental.example', 'professional', 'local-only', 'suspended', 'healthy', 77],
  ['Moreau Logistique', 'moreau-log.example', 'starter', 'cloud-allowed', 'active', 'healthy', 51],
  ['Port of Ravnhavn', 'ravnhavn.example', 'custom', 'local-only', 'active', 'healthy', 43],
  ['Tessellate Engineering', 'tessellate.example', 'starter', 'local-only', 'active', 'quarantined', 40],
  ['Oakhurst County Council', 'oakhurst.example', 'professional', 'local-only', 'active', 'healthy', 33],
  ['Verdant Foods Group', 'verdantfoods.example', 'starter', 'cloud-allowed', 'active', 'healthy', 12],
  ['Brightwater Health Trust', 'brightwater.example', 'enterprise', 'local-only', 'active', 'healthy', 0.01],
];

/** The tenants of the gallery. The last one is fresh: nobody has asked it anything. */
export function makeTenants(now: number): Tenant[] {
  return ROWS.map(([name, domain, plan, mode, state, health, age]) => {
    const createdAt = Math.floor(now - age * DAY);
    return {
      id: uuidv7(createdAt, random),
      name,
      domain,
      plan,
      residency: { mode, regions: mode === 'region-bound' ? ['eu-de', 'eu-se'] : [] },
      model: mode === 'cloud-allowed' ? 'openai/gpt-5-mini' : 'ollama/llama3.1:8b',
      state,
      health,
      revision: 1 + Math.floor(age / 30),
      createdAt,
      updatedAt: createdAt + Math.floor((age * DAY) / 2),
    };
  });
}
