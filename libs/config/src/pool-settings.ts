import { documentClasses, parsePools, type Pool } from '@docfleet/contracts';
import { z } from 'zod';

const classNames = documentClasses.map(({ name }) => name);

/** The pools of a deployment: whoever writes tasks of extraction routes by them, and the deploy step makes their topics. */
export const poolSettings = {
  /** Extraction pools with their classes, such as `bank=invoice,receipt;forms=registration-form` (docs/pools.md). */
  EXTRACTION_POOLS: z
    .string({ error: 'pools as name=class,class;name=class' })
    .default('')
    .transform((text, context): readonly Pool[] => {
      const parsed = parsePools(text, classNames);
      if ('pools' in parsed) return parsed.pools;
      context.addIssue({ code: 'custom', message: parsed.problem });
      return z.NEVER;
    }),
};
