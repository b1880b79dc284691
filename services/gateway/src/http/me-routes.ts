import { roles } from '@docfleet/domain';
import { z } from 'zod';
import { actions, actionsOf } from '../core/roles.ts';
import { holderOf } from './access.ts';
import type { Api } from './parts.ts';
import { problemResponses } from './problem-responses.ts';

const meSchema = z
  .object({
    tenantId: z.string().nullable().describe('Null for fleet roles.'),
    role: z.enum(roles),
    keyId: z.string().nullable().describe('Null where no API key was used.'),
    subject: z.string().nullable().describe('Who it is, as the token or the certificate says.'),
    actions: z.array(z.enum(actions)).describe('What the role may do.'),
  })
  .meta({ id: 'Me' });

/** Who a key, token or certificate stands for, so that an application offers what its user may do. */
export function meRoutes(api: Api): void {
  api.get(
    '/v1/me',
    {
      config: { action: 'readSelf' },
      schema: {
        operationId: 'readMe',
        summary: 'Read whom the key, token or certificate stands for, and what that role may do',
        tags: ['keys'],
        response: { 200: meSchema, ...problemResponses },
      },
    },
    (request) => {
      const { tenantId, role, keyId, identity } = holderOf(request);
      return {
        tenantId,
        role,
        keyId: identity === undefined ? keyId : null,
        subject: identity?.subject ?? null,
        actions: [...actionsOf(role)],
      };
    },
  );
}
