import type { IntegrationTask } from '@docfleet/contracts';
import { stageNames, type HoldRule } from '@docfleet/domain';

/**
 * What people have to do with this ending. A stage's ending says nothing about a run that a person holds: its record may be
 * a second copy of one that was sent. Whoever decides, cancels or lets a run expire ends it all the same.
 */
export function holdRuleOf({ context, ending }: Pick<IntegrationTask, 'context' | 'ending'>): HoldRule {
  const isOrder = ending.decisionId !== null || !stageNames.some((name) => name === ending.endedBy);
  if (isOrder) return 'order';
  return context.review === 'never' ? 'none' : { round: context.round };
}
