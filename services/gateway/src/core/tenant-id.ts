import { isTenantId } from '@docfleet/domain';
import { z } from 'zod';

/** The id of a tenant in a path or a query. Records may name tenants that were never created here. */
export const tenantIdText = z
  .string()
  .min(1)
  .max(64)
  .refine(isTenantId, 'no control characters, lone surrogates and U+FFFD');
