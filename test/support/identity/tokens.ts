import { expect, onTestFinished } from 'vitest';
import type { AuditEventView } from '../../../src/contract';
import { splitCredential } from '../../../src/engine/mechanism/tokens';
import { startTestEngine, type TestEngine } from '../engine';
import { createCaller } from '../engine/calls';
import { openTestWindow } from '../engine/client';
import { folderUntil } from '../engine/folders';
import { TestClock } from '../engine/testClock';
import { ADMINISTRATOR, createOperator, createTenant } from '../engine/world';

export const MINUTE = 60_000;

/** A token taken apart: what an attacker changes. */
export interface Parts {
  readonly header: Record<string, unknown>;
  readonly claims: Record<string, unknown>;
  readonly signature: string;
}

function json(part: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as Record<string, unknown>;
}

export function partsOf(token: string): Parts {
  const [header = '', payload = '', signature = ''] = token.split('.');
  return { header: json(header), claims: json(payload), signature };
}

export function base64url(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** A token put together again, under a signature that was there before. */
export function tokenOf({ header, claims, signature }: Parts): string {
  return `${base64url(header)}.${base64url(claims)}.${signature}`;
}

/** Two tenants with an administrator each who is signed in, and what a thief of a transport would hold. */
export async function startWithTokens() {
  const clock = new TestClock();
  const test = startTestEngine(await folderUntil(onTestFinished), { clock });
  onTestFinished(() => test.engine.close());
  const { client: operator } = openTestWindow(test.engine);
  await createOperator(operator);
  const acme = await createTenant(operator);
  const other = await createTenant(operator, { domain: 'other.example' });
  return { test, clock, operator, acme, other, ...actors(test, acme, other) };
}

function actors({ engine }: TestEngine, acme: string, other: string) {
  /** Signs the administrator of a tenant in. @returns what the transport keeps */
  async function signIn(tenant: string, source = 'window:owner') {
    const caller = createCaller(engine, source);
    const { email, password } = ADMINISTRATOR;
    await caller.call('tenant', 'identity.signIn', { email, password }, { tenant });
    return { caller, ...held(caller.credential) };
  }

  function held(credential: string | null) {
    const { access, refresh } = splitCredential(credential ?? '');
    return { credential: credential ?? '', access, refresh: refresh ?? '' };
  }

  /** Calls with nothing but an access token, as somebody does who found one. */
  function use(access: string, tenant = acme): Promise<unknown> {
    const request = { scope: 'tenant' as const, tenant, name: 'identity.current', input: {}, bytes: 0 };
    const signal = new AbortController().signal;
    return engine.call({ ...request, credential: access, source: 'address:thief', signal });
  }

  async function expectRefused(access: string, tenant = acme): Promise<void> {
    await expect(use(access, tenant)).rejects.toMatchObject({ code: 'NOT_SIGNED_IN' });
  }

  /** The events of a name in a tenant's chain, read by somebody who signs in for it. */
  async function eventsOf(event: string, tenant = acme): Promise<readonly AuditEventView[]> {
    const { caller } = await signIn(tenant, 'window:auditor');
    const page = (await caller.call('tenant', 'audit.events', { event, limit: 20 }, { tenant })) as {
      events: AuditEventView[];
    };
    return page.events;
  }

  return { signIn, held, use, expectRefused, eventsOf, tenants: { acme, other } };
}
