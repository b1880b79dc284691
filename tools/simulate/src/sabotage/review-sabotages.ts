import type { Edit, Sabotage } from './sabotage.ts';

const edit = (file: string, find: string, replace: string): Edit => ({ file, find, replace });

/** Guards of runs that people hold, as schedules or tests without servers notice them. */
export const reviewSabotages: readonly Sabotage[] = [
  {
    name: 'let a stage end a run that a person holds',
    edits: [
      edit(
        'services/integration/src/core/hold-rule.ts',
        "return context.review === 'never' ? 'none' : { round: context.round };",
        "return 'none';",
      ),
    ],
  },
  {
    name: 'take an ending of an earlier round for one of the next',
    edits: [
      edit(
        'services/integration/src/core/hold-rule.ts',
        '{ round: context.round }',
        '{ round: context.round + 1 }',
      ),
    ],
  },
  {
    name: 'refuse what a person decided',
    edits: [edit('services/integration/src/core/hold-rule.ts', 'ending.decisionId !== null || ', '')],
  },
  {
    name: 'end the time of people with that of the run',
    edits: [
      edit(
        'services/review/src/stage.ts',
        'return waiting(task.pageCount, stored.expiresAt);',
        'return waiting(task.pageCount, task.context.expiresAt);',
      ),
    ],
  },
  {
    name: 'shorten the time of people by a late event',
    edits: [
      edit(
        'services/ledger/src/core/projection.ts',
        'isNew ? event.expiresAt : Math.max(run.expiresAt, event.expiresAt)',
        'event.expiresAt',
      ),
    ],
    tests: ['services/ledger/src/core/projection.test'],
  },
  {
    name: 'take a run out of review by a late event',
    edits: [
      edit(
        'services/ledger/src/core/projection.ts',
        "run.endedAt === null && run.status !== 'in_review' ? 'running' : run.status",
        "run.endedAt === null ? 'running' : run.status",
      ),
    ],
    tests: ['services/ledger/src/core/projection.test'],
  },
  {
    name: 'let an event of an earlier round move a run',
    edits: [edit('services/ledger/src/core/projection.ts', 'event.round < current.round', 'false')],
    tests: ['services/ledger/src/core/projection.test'],
  },
  {
    name: 'leave the round out of names of objects',
    edits: [edit('libs/domain/src/object-names.ts', 'round === 0 ?', 'round >= 0 ?')],
    tests: ['libs/domain/src/names.test'],
  },
  {
    name: 'leave the round out of outcomeIds',
    edits: [edit('libs/domain/src/ids.ts', 'round === 0 ? [revision] : [revision, round]', '[revision]')],
    tests: ['libs/domain/src/ids.test'],
  },
  {
    name: 'approve what is unsure while nobody can review',
    edits: [edit('services/validation/src/stage.ts', '> sureEnough', '> -1')],
    tests: ['services/validation/src/stage.test'],
  },
  {
    name: 'forget what was approved without a person',
    edits: [edit('services/validation/src/stage.ts', 'endRun(ending, [forPeople(true)])', 'endRun(ending)')],
    tests: ['services/validation/src/stage.test'],
  },
  {
    name: 'be sure of a document with a broken rule',
    edits: [edit('libs/judgement/src/doubt.ts', 'if (wrong || documents.length === 0) return 1;', '')],
    tests: ['libs/judgement/src/doubt.test'],
  },
];

/** Those that a real database notices. */
export const liveReviewSabotages: readonly Sabotage[] = [
  {
    name: 'store a task and claim an ending without seeing each other',
    edits: [
      edit(
        'libs/database/src/review/run-lock.ts',
        'await sql`',
        'if (runId === session.toString()) await sql`',
      ),
    ],
    tests: ['services/integration/test/fences.test'],
  },
  {
    name: 'store a task for a run that has ended',
    edits: [
      edit('libs/database/src/review/tasks.ts', 'return outcome !== undefined;', 'return outcome === null;'),
    ],
    tests: ['services/integration/test/fences.test'],
  },
  {
    name: 'hold a run for a task that ends nothing',
    edits: [edit('libs/database/src/review/hold-rule.ts', ".where('afterwards', '=', false)", '')],
    tests: ['services/integration/test/fences.test'],
  },
  {
    name: 'leave tasks of ended runs open',
    edits: [
      edit(
        'services/ledger/src/adapters/read-model-writer.ts',
        'await reviewHoldsIn(session).close(folded.published, clock.now());',
        '',
      ),
    ],
    tests: ['services/ledger/test/in-flight-count.test'],
  },
  {
    name: 'look for runs in topics that people hold',
    edits: [
      edit(
        'services/ledger/src/adapters/in-flight-count.ts',
        'const open = all.filter(({ runId }) => !held.has(runId));',
        'const open = all;',
      ),
    ],
    tests: ['services/ledger/test/in-flight-count.test'],
  },
  {
    name: 'take a decided run for held after its decision was sent',
    edits: [edit('libs/database/src/review/tasks.ts', ' and o.sent_at is null', '')],
    tests: ['services/ledger/test/in-flight-count.test'],
  },
];
