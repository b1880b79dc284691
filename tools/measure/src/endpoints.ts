import { readFileSync } from 'node:fs';
import { z } from 'zod';

const endpointsSchema = z.object({
  api: z.string(),
  apiKey: z.string(),
  broker: z.string(),
  registry: z.string(),
  /** Every process of the fleet by its name. */
  pids: z.record(z.string(), z.number()),
});

export type Endpoints = z.infer<typeof endpointsSchema>;

/** @throws Error when the file does not exist or names no fleet */
export function readEndpoints(file: string): Endpoints {
  try {
    return endpointsSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    throw new Error(`No fleet runs here (${file} names none). Start it: npm start -- --keep`, { cause });
  }
}
