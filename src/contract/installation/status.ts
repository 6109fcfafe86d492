import { z } from 'zod';
import { procedure, subscription, view } from '../procedure';

/** A part of the console that runs in a process of its own. */
export const HostState = z.object({
  host: z.enum(['engine', 'model', 'embedding', 'parser']),
  state: z.enum(['running', 'restarting', 'failed', 'idle']),
  restarts: z.number().int().nonnegative(),
  /** Whether it runs without network, home and D-Bus. */
  confined: z.boolean(),
});

export const Problem = z.object({
  code: z.string(),
  title: z.string(),
  next: z.string(),
});

/** Work that is done before the installation is opened. */
export const PreparationProgress = z.object({
  title: z.string(),
  done: z.number().int().nonnegative(),
  total: z.number().int().nonnegative(),
});
export type PreparationProgress = z.infer<typeof PreparationProgress>;

export const InstallationStatus = z.object({
  state: z.enum(['preparing', 'first-run', 'ready', 'sealed']),
  /** Set while the state is `preparing`. */
  preparation: PreparationProgress.nullable(),
  version: z.string(),
  keystore: z.object({ kind: z.string(), state: z.enum(['ready', 'unavailable', 'insecure']) }),
  problems: z.array(Problem),
  hosts: z.array(HostState),
  airGap: z.boolean(),
});
export type InstallationStatus = z.infer<typeof InstallationStatus>;

const statement = {
  permission: 'public',
  audit: view('installation.status-viewed'),
  input: z.object({}),
  output: InstallationStatus,
} as const;

export const status = {
  read: procedure({ ...statement, summary: 'The state of the installation' }),
  watch: subscription({ ...statement, summary: 'The state of the installation, as it changes' }),
};
