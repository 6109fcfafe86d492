import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { RouterProvider } from 'react-router/dom';
import type { InstallationStatus } from '../../contract';
import { ErrorNotice } from '../ui';
import { installation } from './api';
import { FrameSkeleton } from './frame/FrameSkeleton';
import { router } from './routes';
import { PrincipalProvider, usePrincipalQuery } from './session';

const FirstRunPage = lazy(async () => ({
  default: (await import('../features/first-run')).FirstRunPage,
}));
const PreparingPage = lazy(async () => ({
  default: (await import('../features/first-run')).PreparingPage,
}));
const SealedPage = lazy(async () => ({ default: (await import('../features/first-run')).SealedPage }));
const SignInPage = lazy(async () => ({ default: (await import('../features/sign-in')).SignInPage }));

const IdleLock = lazy(async () => ({ default: (await import('../features/account')).IdleLock }));
const UnfinishedSignIn = lazy(async () => ({
  default: (await import('../features/account')).UnfinishedSignIn,
}));
const StepUpDialog = lazy(async () => ({ default: (await import('../features/account')).StepUpDialog }));
const OPENED: ReadonlySet<InstallationStatus['state']> = new Set(['first-run', 'ready']);

/** Shows what the state of the installation and the session allow: first run, sign-in or the console. */
export function Gate() {
  return (
    <Suspense fallback={<FrameSkeleton />}>
      <Door />
    </Suspense>
  );
}

function Door() {
  const status = useQuery(installation.query.status.watch.experimental_liveOptions({ input: {} }));
  const principal = usePrincipalQuery(status.data !== undefined && OPENED.has(status.data.state));

  if (!status.data) {
    if (status.isError) return <Failure error={status.error} onRetry={status.refetch} />;
    return <FrameSkeleton />;
  }
  const { preparation } = status.data;
  if (preparation) return <PreparingPage preparation={preparation} />;
  if (status.data.state === 'sealed') return <SealedPage status={status.data} />;
  if (principal.isPending) return <FrameSkeleton />;
  if (principal.isError) return <Failure error={principal.error} onRetry={principal.refetch} />;
  if (principal.data?.needs) {
    return <UnfinishedSignIn principal={principal.data} needs={principal.data.needs} />;
  }
  if (principal.data) {
    return (
      <PrincipalProvider principal={principal.data}>
        <RouterProvider router={router} />
        <Suspense fallback={null}>
          <StepUpDialog principal={principal.data} />
          <IdleLock principal={principal.data} />
        </Suspense>
      </PrincipalProvider>
    );
  }
  return status.data.state === 'first-run' ? <FirstRunPage /> : <SignInPage />;
}

function Failure({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  return (
    <main style={{ maxWidth: 560, margin: '15vh auto', padding: 16 }}>
      <ErrorNotice error={error} doing="The console could not be opened." onRetry={onRetry} />
    </main>
  );
}
