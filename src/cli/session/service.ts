import { z } from 'zod';
import { SignInNeed } from '../../contract';
import { readAnswer, understood } from '../connection/answers';
import type { Connection } from '../connection/connection';

/** What a sign-in or a renewal gives out. */
export const IssuedSession = z.object({
  accessToken: z.string(),
  refreshToken: z.string(),
  /** When the access token ends, in milliseconds since 1970. */
  expiresAt: z.number(),
  /** Only a sign-in says it. */
  needs: SignInNeed.nullable().optional(),
  /** `null` for an operator. */
  tenantId: z.string().nullable(),
});
export type IssuedSession = z.infer<typeof IssuedSession>;

const Progress = z.object({ needs: SignInNeed.nullable() });

/** A session as the console sees it. */
export const CurrentSession = z.object({
  tenantId: z.string().nullable(),
  person: z.object({ id: z.string(), name: z.string(), email: z.string() }).nullable(),
  role: z.string(),
  permissions: z.array(z.string()),
  /** When the session ends at the latest, in milliseconds since 1970. */
  expiresAt: z.number(),
});
export type CurrentSession = z.infer<typeof CurrentSession>;

export interface SignInWishes {
  /** A domain or an id; without it an operator signs in. */
  readonly tenant?: string;
  readonly email: string;
  readonly password: string;
}

/** The sessions of `/api/v1/sessions`, which are no procedures of the contract. Each throws a Failure. */
export interface SessionService {
  signIn(wishes: SignInWishes): Promise<IssuedSession>;
  /** @returns what the sign-in waits for after the code */
  confirm(accessToken: string, code: string): Promise<SignInNeed | null>;
  refresh(refreshToken: string): Promise<IssuedSession>;
  signOut(accessToken: string): Promise<void>;
  stepUp(accessToken: string, password: string): Promise<void>;
  /** Who the access token is of, as the console sees it now. */
  current(accessToken: string): Promise<CurrentSession>;
}

export function createSessionService(connection: Connection, signal: AbortSignal): SessionService {
  async function send(method: string, path: string, body: unknown, credential?: string): Promise<unknown> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const answer = await connection.exchange({
      method,
      path: `/api/v1/sessions${path}`,
      headers: {
        accept: 'application/json',
        ...(text !== undefined && {
          'content-type': 'application/json',
          'content-length': String(Buffer.byteLength(text)),
        }),
        ...(credential !== undefined && { authorization: `Bearer ${credential}` }),
      },
      ...(text !== undefined && { body: text }),
      signal,
    });
    return readAnswer(answer);
  }

  return {
    signIn: async (wishes) => understood(IssuedSession, await send('POST', '', wishes)),
    confirm: async (accessToken, code) =>
      understood(Progress, await send('POST', '/current/second-factor', { code }, accessToken)).needs,
    refresh: async (refreshToken) =>
      understood(IssuedSession, await send('POST', '/refresh', { refreshToken })),
    signOut: async (accessToken) => void (await send('DELETE', '/current', undefined, accessToken)),
    current: async (accessToken) =>
      understood(CurrentSession, await send('GET', '/current', undefined, accessToken)),
    stepUp: async (accessToken, password) =>
      void (await send('POST', '/current/step-up', { password }, accessToken)),
  };
}
