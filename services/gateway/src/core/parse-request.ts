import type { z } from 'zod';
import { InvalidRequest, type RequestFault } from './problem.ts';

/** Parses a value with a schema. @throws InvalidRequest with all faults */
export function parseRequest<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new InvalidRequest(
    parsed.error.issues.map((issue): RequestFault => ({
      path: issue.path.join('.'),
      message: issue.message,
    })),
  );
}
