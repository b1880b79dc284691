import { commitSabotages } from './commit-sabotages.ts';
import { endingSabotages } from './ending-sabotages.ts';
import { logSabotages } from './log-sabotages.ts';
import { reviewSabotages } from './review-sabotages.ts';
import type { Sabotage } from './sabotage.ts';
import { schedulingSabotages } from './scheduling-sabotages.ts';

/** Guards that schedules on the log in memory execute, by subject. */
export const sabotages: readonly Sabotage[] = [
  ...commitSabotages,
  ...endingSabotages,
  ...logSabotages,
  ...reviewSabotages,
  ...schedulingSabotages,
];
