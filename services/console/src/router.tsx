import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Navigate,
} from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { readDocumentSearch, readJobFilter } from './model/filters.ts';
import { readReviewSearch } from './model/review-filter.ts';
import { consolePath } from './session/provider.ts';
import { useApi } from './session/api.ts';
import { NotFound, Shell, ViewFault } from './shell.tsx';

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound });

/** What a role sees first: its own documents, or the fleet. */
function Start(): ReactNode {
  const { me } = useApi();
  return <Navigate to={me.tenantId === null ? '/operations' : '/home'} replace />;
}

const routes = root.addChildren([
  createRoute({ getParentRoute: () => root, path: '/', component: Start }),
  createRoute({
    getParentRoute: () => root,
    path: '/home',
    component: lazyRouteComponent(() => import('./views/home.tsx'), 'Home'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/documents',
    validateSearch: readJobFilter,
    component: lazyRouteComponent(() => import('./views/documents.tsx'), 'Documents'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/documents/$runId',
    validateSearch: readDocumentSearch,
    component: lazyRouteComponent(() => import('./views/document.tsx'), 'Document'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/review',
    validateSearch: readReviewSearch,
    component: lazyRouteComponent(() => import('./views/review.tsx'), 'Review'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/review/of/$runId',
    component: lazyRouteComponent(() => import('./views/review-of-run.tsx'), 'ReviewOfRun'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/review/$taskId',
    validateSearch: readReviewSearch,
    component: lazyRouteComponent(() => import('./views/review-task.tsx'), 'ReviewWork'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/batches',
    component: lazyRouteComponent(() => import('./views/batches.tsx'), 'Batches'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/batches/$batchId',
    component: lazyRouteComponent(() => import('./views/batch.tsx'), 'Batch'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/operations',
    component: lazyRouteComponent(() => import('./views/operations.tsx'), 'Operations'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/dead-letters',
    component: lazyRouteComponent(() => import('./views/dead-letters.tsx'), 'DeadLetterPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/tenants',
    component: lazyRouteComponent(() => import('./views/tenants.tsx'), 'Tenants'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/tenants/$tenantId',
    component: lazyRouteComponent(() => import('./views/tenant.tsx'), 'Tenant'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/usage',
    component: lazyRouteComponent(() => import('./views/usage.tsx'), 'OwnUsage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/keys',
    component: lazyRouteComponent(() => import('./views/keys.tsx'), 'OwnKeys'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/webhooks',
    component: lazyRouteComponent(() => import('./views/webhooks.tsx'), 'Webhooks'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/classes/new',
    component: lazyRouteComponent(() => import('./views/class-designer.tsx'), 'ClassDesigner'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/classes',
    component: lazyRouteComponent(() => import('./views/classes.tsx'), 'Classes'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/audit',
    component: lazyRouteComponent(() => import('./views/audit.tsx'), 'Audit'),
  }),
]);

export const router = createRouter({
  routeTree: routes,
  basepath: consolePath,
  defaultPreload: 'intent',
  defaultErrorComponent: ViewFault,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
