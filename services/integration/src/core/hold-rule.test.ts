import { integrationTask, runContext } from '@docfleet/testing';
import { expect, it } from 'vitest';
import { holdRuleOf } from './hold-rule.ts';

const context = runContext({ review: 'below-threshold', round: 2 });

function ruleOf(ending: Partial<ReturnType<typeof integrationTask>['ending']>, review = context.review) {
  const task = integrationTask({ context: { ...context, review } });
  return holdRuleOf({ ...task, ending: { ...task.ending, ...ending } });
}

it('H-01: an ending of a stage says nothing about a run that a person has in its round', () => {
  expect([ruleOf({}), ruleOf({ endedBy: 'review' }), ruleOf({ status: 'expired', endedBy: 'ocr' })]).toEqual([
    { round: 2 },
    { round: 2 },
    { round: 2 },
  ]);
});

it('H-01: a decision, a cancel and an expiry end a run whoever holds it', () => {
  expect([
    ruleOf({ endedBy: 'review', decisionId: 'decision' }),
    ruleOf({ status: 'cancelled', endedBy: 'gateway' }),
    ruleOf({ status: 'expired', endedBy: 'ledger' }, 'never'),
  ]).toEqual(['order', 'order', 'order']);
});

it('H-01: no person looks at a run whose policy is never', () => {
  expect(ruleOf({}, 'never')).toBe('none');
});
