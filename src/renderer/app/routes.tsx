import { IconUserQuestion } from '@tabler/icons-react';
import { createHashRouter, Navigate, Outlet, type RouteObject, useRouteError } from 'react-router';
import { EmptyState, ErrorNotice, Section, SectionLevel } from '../ui';
import { Frame } from './frame/Frame';
import frame from './frame/Frame.module.css';
import { FrameSkeleton } from './frame/FrameSkeleton';
import { TenantLayout } from './frame/TenantLayout';
import { visibleTabs } from './frame/tabs';
import { permissionsOf, usePrincipal } from './session';
import { tenantPath, useTenant } from './tenant';

/** Goes to the first page that somebody may see. */
function Home() {
  const principal = usePrincipal();
  if (principal.kind === 'operator') return <Navigate to="/tenants" replace />;
  return <Navigate to={tenantPath(principal.session.tenant.id, '')} replace />;
}

/** Goes to the first tab that somebody may see. */
function FirstTab() {
  const permissions = permissionsOf(usePrincipal());
  const { id } = useTenant();
  const first = visibleTabs(permissions)[0];
  if (first) return <Navigate to={tenantPath(id, first.page)} replace />;
  return (
    <SectionLevel value={2}>
      <Section title="Your account">
        <EmptyState icon={IconUserQuestion} title="A guest’s account opens no page">
          Ask an administrator of your organisation for a role that may do more.
        </EmptyState>
      </Section>
    </SectionLevel>
  );
}

/** The pages of the installation; a member is led back to their tenant without a word of them. */
function OperatorOnly() {
  if (usePrincipal().kind !== 'operator') return <Home />;
  return (
    <div className={frame.content}>
      <Outlet />
    </div>
  );
}

function Mistake() {
  return (
    <div className={frame.content}>
      <ErrorNotice error={useRouteError()} onRetry={() => window.location.reload()} />
    </div>
  );
}

const tenantRoutes: RouteObject[] = [
  { index: true, Component: FirstTab },
  {
    path: 'overview',
    lazy: async () => ({ Component: (await import('../features/overview')).OverviewPage }),
  },
  {
    path: 'assistant',
    lazy: async () => ({ Component: (await import('../features/assistant')).AssistantPage }),
  },
  {
    path: 'documents',
    lazy: async () => ({ Component: (await import('../features/documents')).DocumentsPage }),
  },
  {
    path: 'isolation',
    lazy: async () => ({ Component: (await import('../features/isolation')).IsolationPage }),
  },
  ...['audit', 'audit/:sequence'].map((path) => ({
    path,
    lazy: async () => ({ Component: (await import('../features/audit')).AuditPage }),
  })),
  ...['users', 'users/:personId'].map((path) => ({
    path,
    lazy: async () => ({ Component: (await import('../features/people')).UsersPage }),
  })),
  {
    path: 'security',
    lazy: async () => ({ Component: (await import('../features/security')).SecurityPage }),
  },
  {
    path: 'account',
    lazy: async () => ({ Component: (await import('../features/account')).AccountPage }),
  },
  {
    path: 'settings',
    lazy: async () => ({ Component: (await import('../features/settings')).SettingsPage }),
  },
  { path: 'usage', lazy: async () => ({ Component: (await import('../features/usage')).UsagePage }) },
];

const operatorRoutes: RouteObject[] = [
  { path: 'tenants', lazy: async () => ({ Component: (await import('../features/tenants')).TenantsPage }) },
  {
    path: 'tenants/new',
    lazy: async () => ({ Component: (await import('../features/tenants')).NewTenantPage }),
  },
  { path: 'account', lazy: async () => ({ Component: (await import('../features/account')).AccountPage }) },
  { path: 'models', lazy: async () => ({ Component: (await import('../features/models')).ModelsPage }) },
  { path: 'network', lazy: async () => ({ Component: (await import('../features/network')).NetworkPage }) },
  { path: 'keys', lazy: async () => ({ Component: (await import('../features/keys')).KeysPage }) },
  ...['audit', 'audit/:sequence'].map((path) => ({
    path,
    lazy: async () => ({ Component: (await import('../features/audit')).InstallationAuditPage }),
  })),
  {
    path: 'installation',
    lazy: async () => ({ Component: (await import('../features/installation')).InstallationPage }),
  },
];

const developmentRoutes: RouteObject[] =
  import.meta.env.MODE === 'production'
    ? []
    : [{ path: 'ui-kit', lazy: async () => ({ Component: (await import('../features/ui-kit')).UiKitPage }) }];

/** Every page of the console. Pages are loaded when they are first opened. */
export const router = createHashRouter([
  {
    Component: Frame,
    ErrorBoundary: Mistake,
    HydrateFallback: FrameSkeleton,
    children: [
      {
        ErrorBoundary: Mistake,
        children: [
          { index: true, Component: Home },
          { Component: OperatorOnly, children: [...operatorRoutes, ...developmentRoutes] },
          { path: 'tenants/:tenantId', Component: TenantLayout, children: tenantRoutes },
          { path: '*', Component: Home },
        ],
      },
    ],
  },
]);
