import { makePdf } from '../support/pdf';

/** Somebody who signs in. */
export interface Person {
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

export interface Organisation {
  readonly name: string;
  readonly domain: string;
  readonly administrator: Person;
}

export interface GivenDocument {
  readonly name: string;
  readonly type: string;
  readonly content: Buffer;
}

/** Who and what the guided demonstration is about. */
export interface Story {
  readonly operator: Person;
  readonly tenant: Organisation;
  /** A second tenant, made to be deleted. */
  readonly leaver: Organisation;
  readonly documents: readonly GivenDocument[];
  readonly question: string;
  /** How long an answer may become. */
  readonly answerTokens: number;
}

const REPORT = [
  'Northgate Insurance: industry risk report 2026',
  '',
  'Key risk factors of the insurance industry',
  '',
  'Interest rate risk is the largest risk factor of our industry. A fall of rates by one',
  'point lowers the solvency ratio by 14 percentage points.',
  '',
  'Climate risk grows fastest. Insured losses from storms and floods rose by 31 percent',
  'within five years.',
  '',
  'Cyber risk is concentrated. Three providers hold most of the data of the industry, so',
  'one outage can reach every insurer on the same day.',
  '',
  'Liquidity risk is small, because premiums are paid in advance.',
];

const POLICY = `# Risk policy

The board reviews the key risk factors of the industry every quarter.

## Limits

- Reinsurance covers 80 percent of a storm loss above 40 million.
- No single data provider may serve more than a third of all contracts.
`;

export const STORY: Story = {
  operator: { name: 'Maren Holt', email: 'maren@riscura.example', password: 'seventeen grey herons' },
  tenant: {
    name: 'Northgate Insurance',
    domain: 'northgate.example',
    administrator: {
      name: 'Ingrid Sørlie',
      email: 'ingrid@northgate.example',
      password: 'copper lantern over water',
    },
  },
  leaver: {
    name: 'Fairway Logistics',
    domain: 'fairway.example',
    administrator: {
      name: 'Tomas Bell',
      email: 'tomas@fairway.example',
      password: 'nine quiet harbours',
    },
  },
  documents: [
    { name: 'Industry risk report 2026.pdf', type: 'application/pdf', content: makePdf(REPORT) },
    { name: 'Risk policy.md', type: 'text/markdown', content: Buffer.from(POLICY) },
  ],
  question: 'What are the key risk factors for our industry?',
  answerTokens: 192,
};
