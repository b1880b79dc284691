import { reviewSabotages } from './review-sabotages.ts';
import type { Edit, Sabotage } from './sabotage.ts';

const stage = (file: string, find: string, replace: string): Edit => ({
  file: `libs/stage/src/${file}`,
  find,
  replace,
});
const integration = (file: string, find: string, replace: string): Edit => ({
  file: `services/integration/src/${file}`,
  find,
  replace,
});
const preprocess = (find: string, replace: string): Edit => ({
  file: 'services/preprocess/src/stage.ts',
  find,
  replace,
});
const recordLog = (file: string, find: string, replace: string): Edit => ({
  file: `libs/record-log/src/${file}`,
  find,
  replace,
});
const memoryLog = (file: string, find: string, replace: string): Edit => ({
  file: `libs/memory-log/src/${file}`,
  find,
  replace,
});

const one = (name: string, edit: Edit): Sabotage => ({ name, edits: [edit] });

/** With tests for the situation in which the guard matters. */
const rare = (name: string, edit: Edit, test = 'libs/stage/test/changes-of-the-group'): Sabotage => ({
  name,
  edits: [edit],
  tests: [test],
});

export const sabotages: readonly Sabotage[] = [
  one(
    'commit before work',
    stage(
      'runner.ts',
      'void this.#execute(record);',
      'void this.#execute(record); record.partition.window.finish([record.offset]); void record.partition.commitPosition();',
    ),
  ),
  one(
    'drop the fence',
    integration('core/fence.ts', "if (won) return { kind: 'emit' };", "return { kind: 'emit' };"),
  ),
  one(
    'emit again on claimed without looking',
    integration('core/fence.ts', "return { kind: 'scan-then-emit' };", "return { kind: 'emit' };"),
  ),
  one(
    'look only as far as the last stable offset',
    memoryLog('memory-record-log.ts', 'reply.with(BigInt(log.end));', 'reply.with(BigInt(log.stable));'),
  ),
  one(
    'emit from a partition that is not home',
    integration(
      'core/fence.ts',
      "if (row.home !== partitionName(here)) return { kind: 'move', to: parsePartitionName(row.home) };",
      'void parsePartitionName;',
    ),
  ),
  one('let integration give up', integration('stage.ts', "retries: 'for-ever',", "retries: 'topics',")),
  one(
    'let a loser skip a claimed winner',
    integration(
      'core/fence.ts',
      "if (row.state === 'published') return { kind: 'skip' };",
      "return { kind: 'skip' };",
    ),
  ),
  one(
    'claim before the bundle',
    integration(
      'adapters/result-store.ts',
      "return write('result.json');",
      "void write('result.json').catch(() => undefined); return { uri: store.uriOf(`${folder}/result.json`), sha256: '', mediaType: 'application/json', sizeBytes: 0 };",
    ),
  ),
  one(
    'believe a position that somebody else has moved',
    stage(
      'partition.ts',
      'if (isSame(found, this.#known)) return false;',
      'if (found.offset !== -1n) return false;',
    ),
  ),
  one(
    'resume an ending at emit instead of at the claim',
    integration('stage.ts', 'restartWhenInDoubt: true,', 'restartWhenInDoubt: false,'),
  ),
  one(
    'treat an offset that has not moved as not happened',
    stage(
      'partition.ts',
      'if (isSame(found, target)) return true;',
      'if (isSame(found, target)) return (found.offset ?? 0n) > (this.#known.offset ?? 0n);',
    ),
  ),
  one('work one run twice at once', stage('scheduler.ts', 'this.#busyRuns.add(item.runId);', '')),
  one('ignore the epoch', stage('partition.ts', '    this.#ended = true;\n', '')),
  one(
    'work on for partitions that have moved away',
    stage(
      'assignments.ts',
      'if (!isWorthAdopting(record) || !names.has(partitionName(record.logRecord))) this.#giveUp(record);',
      'void names;\n      if (!isWorthAdopting(record)) this.#giveUp(record);',
    ),
  ),
  one(
    'advance over a gap',
    stage('window.ts', 'const offset = lowerOf(open[0], end);', 'const offset = end;'),
  ),
  rare(
    'let adopted work carry the position',
    stage(
      'window.ts',
      'return lowestOpen !== undefined && lowestOpen < fetchedTo ? lowestOpen : fetchedTo;',
      'return lowestOpen ?? fetchedTo;',
    ),
  ),
  one(
    'commit again without asking whether it happened',
    stage(
      'partition.ts',
      'if (isSame(found, target)) return true;',
      'if (isSame(found, target)) return false;',
    ),
  ),
  {
    name: 'read the offset before initialising',
    edits: [
      memoryLog(
        'memory-member.ts',
        'this.#assignedPartition(at, epoch);\n    const session',
        'this.#assignedPartition(at, epoch);\n    const early = broker.committed.get(group, at);\n    const session',
      ),
      memoryLog('memory-member.ts', 'return position;', 'void position;\n    return early;'),
    ],
  },
  one(
    "forget the retry's record",
    stage('step.ts', 'retry(input, conclusion.index, conclusion.failure),', ''),
  ),
  one(
    'forget the ending of a dead letter',
    stage(
      'step.ts',
      '? ending(input, context, failedEnding(conclusion.failure))',
      '? rejection(input, conclusion.failure)',
    ),
  ),
  one('skip the claim', preprocess("if (decision === 'duplicate') return duplicate();", '')),
  one(
    'let a conflict pass',
    preprocess("if (decision === 'conflict') throw new FailureError('REQUEST_CONFLICT');", ''),
  ),
  one(
    'let an unverified record claim',
    preprocess('admission.admit(task, { topic: receivedFrom.topic, ...received });', ''),
  ),
  one(
    'miss cancels sent while down',
    stage('stops.ts', '  return {\n    isStopped:', '  stopped.clear();\n  return {\n    isStopped:'),
  ),
  {
    name: 'drop what is followed while the registry is away',
    edits: [
      recordLog(
        'follow-values.ts',
        "const isAway = toFailure(error).code === 'REGISTRY_UNAVAILABLE';",
        'const isAway = false;\n    void toFailure;',
      ),
    ],
    tests: ['libs/record-log/src/follow-values', 'libs/stage/test/stops'],
  },
  rare(
    'warn of no time limit',
    stage('time-limit.ts', 'on.onSoft(limit);', 'void limit;'),
    'libs/stage/src/time-limit',
  ),
  {
    name: 'let the receiver of a value end its follower',
    edits: [
      recordLog(
        'follow-values.ts',
        '  } catch (error) {\n    report.unusable(error, record);',
        '  } catch (error) {\n    void report;\n    throw error;',
      ),
    ],
    tests: ['libs/record-log/src/follow-values'],
  },
  one(
    'refuse adopted work',
    stage(
      'assignments.ts',
      'if (partition.window.isFinished(record.offset) || restartWhenInDoubt) {',
      'if (partition.window.isFinished(record.offset) || restartWhenInDoubt || true) {',
    ),
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
    'write no window into the metadata',
    stage('partition.ts', '        metadata,\n', "        metadata: '',\n"),
  ),
  rare(
    'believe metadata that is damaged',
    stage('window-metadata.ts', 'if (crc32(body) !== bytes.readUInt32BE(1)) return undefined;', ''),
    'libs/stage/src/window-metadata',
  ),
  one(
    'scan from the end that is read now',
    integration('stage.ts', '{ from: row.scanFrom, to }', '{ from: to, to }'),
  ),
  one(
    'drop what cannot be decoded',
    stage('step.ts', 'return [...deadLetters(input, failed), rejection(input, failed)];', 'return [];'),
  ),
  one(
    'start over what was refused',
    stage('partition.ts', 'record.isRepeatable || !restartWhenInDoubt', '!restartWhenInDoubt'),
  ),
  one(
    'never commit the offset alone',
    stage(
      'partition.ts',
      'if (!this.#ended && this.#window.openCount === 0 && this.#isBehind()) this.#startCommitting();',
      '',
    ),
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
  one(
    'believe whatever a doubt was told',
    stage(
      'partition.ts',
      "if (error instanceof TransactionError && error.outcome === 'fenced') {",
      "if (error instanceof TransactionError && error.outcome === 'in-doubt') {\n        this.#window.finish(offsets);\n        for (const { record } of commits) record.moveTo('done', 'partition');\n        listener.progressed();\n        return true;\n      }\n      if (error instanceof TransactionError) {",
    ),
  ),
  rare(
    'keep the bytes of what is done',
    stage('in-flight.ts', 'this.#bytes -= record.bytes;', ''),
    'libs/stage/test/backpressure',
  ),
  rare(
    'take what was fetched before a partition was opened again',
    stage(
      'runner.ts',
      'partition?.epoch !== batch.epoch || !partition.isOpen',
      'partition?.epoch !== batch.epoch',
    ),
    'libs/stage/test/changes-of-the-group',
  ),
  rare(
    'weigh a record without its headers',
    recordLog('held-bytes.ts', '+ ofHeaders;', ';'),
    'libs/stage/test/backpressure',
  ),
  rare(
    'take submissions of any size',
    stage('encoding.ts', 'stage.acceptsRuns && bytesOf(record) > maxRecordBytes', 'false'),
    'libs/stage/test/strange-records',
  ),
  rare(
    'copy what is too large to a dead letter',
    stage('step.ts', "failed.code === 'RECORD_TOO_LARGE'", 'false'),
    'libs/stage/test/strange-records',
  ),
  rare(
    'write metadata longer than the log keeps',
    stage('partition.ts', 'metadata.length > maxMetadataBytes && ', 'false && '),
    'libs/stage/test/offsets',
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
  ...reviewSabotages,
];
