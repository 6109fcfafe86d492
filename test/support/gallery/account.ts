import { DEFAULT_IDENTITY_POLICY } from '../../../src/contract';
import { base } from './base';
import type { World } from './world';

const { account } = base.installation;
const MINUTE = 60_000;

/** The accounts of the operators of the sample installation: policy and sessions. */
export function accountRouter(world: World) {
  let policy = { ...DEFAULT_IDENTITY_POLICY, revision: 0 };
  const session = (name: string, index: number) => ({
    id: world.newId(),
    personId: world.newId(),
    person: { name, email: `${name.split(' ')[0]?.toLowerCase()}@console.example` },
    role: 'operator' as const,
    source: `window:${index + 1}`,
    createdAt: world.now() - (20 + index * 45) * MINUTE,
    lastUsedAt: world.now() - index * 7 * MINUTE,
    expiresAt: world.now() + (700 - index * 45) * MINUTE,
    complete: true,
    current: index === 0,
  });
  let sessions = ['Maren Holt', 'Edvin Aas'].map(session);
  const end = (id: string) => {
    sessions = sessions.filter((each) => each.id !== id);
    return {};
  };
  return {
    policy: account.policy.handler(() => policy),
    setPolicy: account.setPolicy.handler(({ input }) => {
      policy = { ...input, revision: policy.revision + 1 };
      return policy;
    }),
    sessions: account.sessions.handler(() => sessions.filter(({ current }) => current)),
    allSessions: account.allSessions.handler(() => sessions),
    endSession: account.endSession.handler(({ input }) => end(input.id)),
    revokeSession: account.revokeSession.handler(({ input }) => end(input.id)),
    secondFactors: account.secondFactors.handler(() => ({
      factors: [
        {
          id: world.newId(),
          kind: 'totp' as const,
          passkey: null,
          createdAt: world.now() - 60 * 24 * 60 * MINUTE,
          lastUsedAt: world.now() - 20 * MINUTE,
        },
        {
          id: world.newId(),
          kind: 'passkey' as const,
          createdAt: world.now() - 9 * 24 * 60 * MINUTE,
          lastUsedAt: world.now() - 26 * 60 * MINUTE,
          passkey: {
            name: 'Laptop at the desk',
            host: 'console.riscura.example',
            canBeCopied: false,
            backedUp: false,
            aaguid: '00000000-0000-0000-0000-000000000000',
            transports: ['internal'],
          },
        },
      ],
      recoveryCodesLeft: 8,
      required: false,
      passkeys: { host: null, alone: true },
    })),
    passwordRules: account.passwordRules.handler(() => [
      { id: 'length', text: 'At least 12 characters' },
      { id: 'variety', text: 'At least 6 different characters' },
      { id: 'personal', text: 'Does not hold your name or e-mail address' },
    ]),
  };
}
