import { one, rare, type Edit, type Sabotage } from './sabotage.ts';

const stage = (file: string, find: string, replace: string): Edit => ({
  file: `libs/stage/src/${file}`,
  find,
  replace,
});

/** Guards of what is started when, taken in and stopped. */
export const schedulingSabotages: readonly Sabotage[] = [
  one('work one run twice at once', stage('scheduler.ts', 'this.#busyRuns.add(item.runId);', '')),
  one(
    'miss cancels sent while down',
    stage('stops.ts', '  return {\n    isStopped:', '  stopped.clear();\n  return {\n    isStopped:'),
  ),
  rare(
    'warn of no time limit',
    stage('time-limit.ts', 'on.onSoft(limit);', 'void limit;'),
    'libs/stage/src/time-limit',
  ),
  one(
    'let a stop end the run',
    stage(
      'execute-task.ts',
      "return reason === 'cancelled' ? { kind: 'skipped', reason: 'cancelled' } : { kind: 'handedBack' };",
      "return reason === 'cancelled' ? { kind: 'endRun', ending: failedEnding(failure('RUN_CANCELLED')) } : { kind: 'handedBack' };",
    ),
  ),
  one(
    'try again before it is due',
    stage('runner.ts', 'const waitMs = delivery.dueAtMs - clock.now();', 'const waitMs = 0;'),
  ),
  one(
    'leave a partition paused that is opened again',
    stage('fetch-control.ts', 'else partition.resumeFetching();', ''),
  ),
  one(
    'keep no slot for urgent work',
    stage('scheduler.ts', "if (lane === 'urgent' || this.#slots === 1) return true;", 'return true;'),
  ),
  one('charge tenants nothing', stage('scheduler.ts', 'tenant.served += charged;', '')),
  one(
    'serve lanes by rank alone',
    stage('scheduler.ts', 'this.#laneOf(a).served - this.#laneOf(b).served ||', ''),
  ),
  one('leave what a removed pool has left', stage('removed-pools.ts', 'void removed.follow();', '')),
  one(
    'route to a pool that nobody reads',
    stage('runner.ts', 'stageTopics(stage.name, stage.pool)', 'stageTopics(stage.name)'),
  ),
  one(
    'finish a removed pool under the group of its stage',
    stage('removed-pools.ts', 'stage: { ...stage, pool,', 'group: stage.name, stage: { ...stage, pool,'),
  ),
  one(
    'give a removed pool all slots',
    stage('removed-pools.ts', 'const slotsPerPool = 1;', 'const slotsPerPool = 4;'),
  ),
  one(
    'start while starting is held',
    stage('runner.ts', 'this.#draining || gate?.isOpen() === false) return;', 'this.#draining) return;'),
  ),
  one(
    'start work on stopped runs',
    stage(
      'runner.ts',
      'const isCancelled = execution.accepted && this.#isStopped(run);',
      'const isCancelled = false;',
    ),
  ),
  one(
    'take in without end',
    stage('fetch-control.ts', 'if (used >= 1) this.#isFull = true;', 'if (used >= 1e9) this.#isFull = true;'),
  ),
  rare(
    'keep the bytes of what is done',
    stage('in-flight.ts', 'this.#bytes -= record.bytes;', ''),
    'libs/stage/test/backpressure',
  ),
  one(
    'start what an operator has paused',
    stage('scheduler.ts', '!this.#paused.has(lane) && this.#laneHasSlot(lane)', 'this.#laneHasSlot(lane)'),
  ),
  rare(
    'let a lane that was paused receive all that the others had meanwhile',
    stage('scheduler.ts', 'if (paused.has(name)) continue;', 'continue;'),
    'libs/stage/src/scheduler.test',
  ),
  rare(
    'fetch a paused lane until nothing else can be fetched',
    stage(
      'fetch-control.ts',
      '(this.#isFull || this.#isClosed || isPaused)',
      '(this.#isFull || this.#isClosed)',
    ),
    'libs/service/test/pause-lanes',
  ),
  rare(
    'count a paused lane against the look-ahead of the others',
    stage('fetch-control.ts', '(records - paused.records) / this.#maxRecords', 'records / this.#maxRecords'),
    'libs/service/test/pause-lanes',
  ),
];
