import type { CreateTenant } from '../../contract';

/** Who the sample data belongs to. The passwords are printed when it is made; it is for trying out only. */
export const OPERATOR = {
  name: 'Maren Holt',
  email: 'maren@riscura.example',
  password: 'sample-operator-2026',
};

/** The password of every tenant administrator of the sample. */
export const MEMBER_PASSWORD = 'sample-member-2026';

/** A tenant of the sample and what goes on in it. */
export interface SampleTenant {
  readonly tenant: Omit<CreateTenant, 'administrator' | 'model'>;
  readonly administrator: { readonly name: string; readonly email: string };
  readonly document: { readonly name: string; readonly text: string };
  readonly questions: readonly string[];
  /** Queries of an ordinary working day. */
  readonly perDay: number;
}

export const TENANTS: readonly SampleTenant[] = [
  {
    tenant: {
      name: 'Northgate Insurance',
      domain: 'northgate.example',
      plan: 'professional',
      residency: { mode: 'local-only', regions: [] },
    },
    administrator: { name: 'Ingrid Sørlie', email: 'ingrid@northgate.example' },
    document: {
      name: 'Risk report.md',
      text: [
        '# Key risk factors of the insurance industry',
        'Interest rate risk is the largest risk: a fall of rates by one point lowers solvency by 14 percentage points.',
        'Climate risk grows: losses from storms and floods rose by 31 percent within five years.',
        'Cyber risk is concentrated: three providers hold most of the data of the industry.',
        'Liquidity risk is small, because premiums are paid in advance.',
      ].join('\n\n'),
    },
    questions: [
      'What are the key risk factors for our industry?',
      'How much does a fall of interest rates cost us?',
      'Why does climate risk grow?',
    ],
    perDay: 26,
  },
  {
    tenant: {
      name: 'Harbour Clinic',
      domain: 'harbour-clinic.example',
      plan: 'enterprise',
      residency: { mode: 'region-bound', regions: ['on-premises'] },
    },
    administrator: { name: 'Adaeze Obi', email: 'adaeze@harbour-clinic.example' },
    document: {
      name: 'Hygiene plan.md',
      text: [
        '# Hygiene plan',
        'Hands are disinfected for 30 seconds before and after each patient.',
        'Instruments are sterilised at 134 degrees for 5 minutes and checked by an indicator.',
        'Rooms are aired for ten minutes between patients.',
      ].join('\n\n'),
    },
    questions: ['How long are hands disinfected?', 'At what temperature are instruments sterilised?'],
    perDay: 14,
  },
  {
    tenant: {
      name: 'Alder & Finch',
      domain: 'alder-finch.example',
      plan: 'starter',
      residency: { mode: 'local-only', regions: [] },
    },
    administrator: { name: 'Priya Raman', email: 'priya@alder-finch.example' },
    document: {
      name: 'Retention policy.txt',
      text: 'Contracts are kept for ten years. Applications of candidates are deleted after six months. Minutes are kept for good.',
    },
    questions: ['How long are contracts kept?', 'When are applications deleted?'],
    perDay: 6,
  },
];
