import { z } from 'zod';
import { initialRates } from './control-rate.ts';

const stateSchema = z.object({
  rates: z.object({
    at: z.number(),
    fleet: z.number().positive(),
    tenants: z.record(z.string(), z.number().positive()),
    fill: z.number(),
    fillBehindIntake: z.number(),
  }),
  /** Estimated seconds until what waits in a lane is done. */
  lanes: z.object({ urgent: z.number(), high: z.number(), normal: z.number() }),
});

/** What one process has decided, from which backlog, as it is published for all others. */
export type IntakeState = z.infer<typeof stateSchema>;

/** Before anything was measured. */
export const initialState: IntakeState = {
  rates: { ...initialRates, tenants: {} },
  lanes: { urgent: 0, high: 0, normal: 0 },
};

/** Undefined for what cannot be read, such as the text of another release. */
export function parseIntakeState(text: string): IntakeState | undefined {
  try {
    return stateSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
