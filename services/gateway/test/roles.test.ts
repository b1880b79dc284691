import { randomUUID } from 'node:crypto';
import { roles, type Role } from '@docfleet/domain';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { mayDo, type Action } from '../src/core/roles.ts';
import { startGateway, type Route, type TestGateway } from './gateway.ts';

let gateway: TestGateway;
let keys: Record<Role, string>;

beforeAll(async () => {
  gateway = await startGateway();
  const made = await Promise.all(
    roles.map(async (role) => [role, await gateway.keyOf('acme', role)] as const),
  );
  keys = Object.fromEntries(made) as Record<Role, string>;
});
afterAll(() => gateway.close());

/** The action of every route with a key; a new route needs a line here. */
const expected = {
  'GET /v1/me': 'readSelf',
  'POST /v1/class-drafts': 'draftClass',
  'GET /v1/review/labels': 'exportLabels',
  'GET /v1/classes': 'readSelf',
  'POST /v1/jobs': 'submit',
  'POST /v1/process': 'submit',
  'GET /v1/jobs': 'read',
  'GET /v1/jobs/:runId': 'read',
  'GET /v1/jobs/:runId/events': 'read',
  'POST /v1/jobs/:runId/cancel': 'cancel',
  'GET /v1/jobs/:runId/artifacts': 'readArtifacts',
  'GET /v1/jobs/:runId/artifacts/:name': 'readArtifacts',
  'POST /v1/jobs/:runId/artifacts/:name/url': 'readArtifacts',
  'GET /v1/dead-letters': 'readDeadLetters',
  'GET /v1/dead-letters/:id': 'readDeadLetters',
  'POST /v1/dead-letters/:id/redrive': 'redrive',
  'GET /v1/read-model/set-aside': 'readSetAside',
  'POST /v1/read-model/set-aside/:id/redrive': 'redriveSetAside',
  'GET /v1/tenants': 'readTenants',
  'POST /v1/tenants': 'manageTenants',
  'POST /v1/tenants/:tenantId/suspend': 'manageTenants',
  'POST /v1/tenants/:tenantId/resume': 'manageTenants',
  'GET /v1/tenants/:tenantId/keys': 'manageKeys',
  'POST /v1/tenants/:tenantId/keys': 'manageKeys',
  'POST /v1/tenants/:tenantId/keys/:keyId/rotate': 'manageKeys',
  'POST /v1/tenants/:tenantId/keys/:keyId/revoke': 'manageKeys',
  'GET /v1/tenants/:tenantId/public-keys': 'manageKeys',
  'POST /v1/tenants/:tenantId/public-keys': 'manageKeys',
  'POST /v1/tenants/:tenantId/public-keys/:keyId/revoke': 'manageKeys',
  'PUT /v1/tenants/:tenantId/sources': 'manageTenants',
  'PUT /v1/tenants/:tenantId/drop-folder': 'manageTenants',
  'GET /v1/fleet/keys': 'manageFleetKeys',
  'POST /v1/fleet/keys': 'manageFleetKeys',
  'POST /v1/fleet/keys/:keyId/rotate': 'manageFleetKeys',
  'POST /v1/fleet/keys/:keyId/revoke': 'manageFleetKeys',
  'POST /v1/jobs/:runId/erase': 'eraseRun',
  'POST /v1/tenants/:tenantId/erase': 'eraseTenant',
  'GET /v1/erasures/:erasureId': 'eraseRun',
  'GET /v1/fleet': 'readFleet',
  'GET /v1/fleet/lag': 'readFleet',
  'GET /v1/fleet/accounts': 'readFleet',
  'POST /v1/fleet/orders': 'orderFleet',
  'GET /v1/fleet/models': 'readFleet',
  'POST /v1/fleet/models/pin': 'manageModels',
  'POST /v1/fleet/models/rollback': 'manageModels',
  'GET /v1/audit': 'readAudit',
  'POST /v1/batches': 'submit',
  'PUT /v1/batches/:batchId/files/:n': 'submit',
  'POST /v1/batches/:batchId/start': 'submit',
  'GET /v1/batches': 'readBatches',
  'GET /v1/batches/:batchId': 'readBatches',
  'POST /v1/batches/:batchId/cancel': 'cancelBatch',
  'GET /v1/batches/:batchId/events': 'readBatches',
  'GET /v1/batches/:batchId/results': 'readArtifacts',
  'GET /v1/audit/export': 'readAudit',
  'GET /v1/webhooks': 'manageWebhooks',
  'POST /v1/webhooks': 'manageWebhooks',
  'GET /v1/webhooks/:endpointId': 'manageWebhooks',
  'PATCH /v1/webhooks/:endpointId': 'manageWebhooks',
  'DELETE /v1/webhooks/:endpointId': 'manageWebhooks',
  'POST /v1/webhooks/:endpointId/rotate': 'manageWebhooks',
  'POST /v1/webhooks/callbacks/rotate': 'manageWebhooks',
  'POST /v1/webhooks/:endpointId/test': 'manageWebhooks',
  'POST /v1/webhooks/:endpointId/replay': 'manageWebhooks',
  'GET /v1/webhook-deliveries': 'manageWebhooks',
  'GET /v1/webhook-deliveries/:deliveryId': 'manageWebhooks',
  'POST /v1/webhook-deliveries/:deliveryId/replay': 'manageWebhooks',
  'GET /v1/fleet/webhooks': 'readFleet',
  'GET /v1/usage': 'readUsage',
  'GET /v1/capacity': 'readUsage',
  'GET /v1/tenants/:tenantId/usage': 'readTenants',
  'GET /v1/tenants/:tenantId/quotas': 'readTenants',
  'PUT /v1/tenants/:tenantId/quotas': 'manageTenants',
  'PUT /v1/tenants/:tenantId/region': 'manageTenants',
  'GET /v1/tenants/:tenantId/review': 'readReviewPolicy',
  'PUT /v1/tenants/:tenantId/review': 'setReviewPolicy',
  'GET /v1/review/tasks': 'review',
  'POST /v1/review/next': 'review',
  'GET /v1/review/tasks/:taskId': 'review',
  'PUT /v1/review/tasks/:taskId/claim': 'review',
  'DELETE /v1/review/tasks/:taskId/claim': 'review',
  'POST /v1/review/tasks/:taskId/assign': 'manageReview',
  'POST /v1/review/tasks/:taskId/skip': 'review',
  'POST /v1/review/tasks/:taskId/changes': 'review',
  'POST /v1/review/tasks/:taskId/decision': 'review',
  'GET /v1/review/tasks/:taskId/history': 'review',
  'GET /v1/review/tasks/:taskId/pages': 'review',
  'GET /v1/review/tasks/:taskId/pages/:page/image': 'review',
  'GET /v1/review/tasks/:taskId/pages/:page/words': 'review',
} as const satisfies Record<string, Action>;

const publicRoutes =
  /^\/(?:health|ready|metrics|openapi\.json|docs(?:\/.*)?|console(?:\/.*)?|v1\/artifact-links)$/;

/** All routes but the one that the test gateway adds without an action. */
const routesOf = (): readonly Route[] => gateway.routes.filter(({ url }) => url !== '/unguarded');

/** A path that names nothing that exists, so that an allowed call is answered with 404, 400 or an empty list. */
const pathOf = ({ url }: Route): string =>
  url
    .replace(':runId', randomUUID())
    .replace(':batchId', randomUUID())
    .replace(':n', '1')
    .replace(':keyId', randomUUID())
    .replace(':taskId', randomUUID())
    .replace(':page', '1')
    .replace(':erasureId', randomUUID())
    .replace(':tenantId', 'acme')
    .replace(':name', 'result.json')
    .replace('set-aside/:id', 'set-aside/documents.events-0-0')
    .replace(':id', 'ocr-0-0');

const call = async (route: Route, key: string | undefined): Promise<number> => {
  const response = await gateway.api.inject({
    method: route.method as 'GET',
    url: pathOf(route),
    headers: key === undefined ? {} : { authorization: `Bearer ${key}` },
  });
  return response.statusCode;
};

it('A-07: every route names an action or is public', () => {
  const withAction = routesOf().filter(({ method, isPublic }) => method !== 'HEAD' && !isPublic);
  expect(
    Object.fromEntries(withAction.map(({ method, url, action }) => [`${method} ${url}`, action])),
  ).toEqual(expected);
  const open = routesOf().filter(({ isPublic }) => isPublic);
  expect(open.filter(({ url }) => !publicRoutes.test(url))).toEqual([]);
  expect(open.length).toBeGreaterThan(4);
});

it('A-07: every route answers every role as the table says, and nobody without a key', async () => {
  for (const route of routesOf().filter(({ isPublic }) => !isPublic)) {
    expect([route, await call(route, undefined)]).toEqual([route, 401]);
    for (const role of roles) {
      const allowed = route.action !== undefined && mayDo(role, route.action);
      const status = await call(route, keys[role]);
      expect({ role, ...route, refused: status === 403, failed: status >= 500 }).toEqual({
        role,
        ...route,
        refused: !allowed,
        failed: false,
      });
    }
  }
});

it('A-07: a route without action is refused', async () => {
  const response = await gateway.api.inject({
    url: '/unguarded',
    headers: { authorization: `Bearer ${keys['fleet-admin']}` },
  });
  expect(response.statusCode).toBe(403);
  expect((await gateway.api.inject({ url: '/nothing' })).statusCode).toBe(404);
});
