/** A line of a source file and what is put in its place. */
export interface Edit {
  /** Below the repository's root. */
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly find: string;
  readonly replace: string;
}

/** A guard that is taken away, to see that the schedules notice. Nothing of this is ever part of the product. */
export interface Sabotage {
  readonly name: string;
  readonly edits: readonly Edit[];
  /** Test files, or parts of their paths, that notice what schedules come to too seldom. */
  readonly tests?: readonly string[];
}

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
const memoryLog = (file: string, find: string, replace: string): Edit => ({
  file: `libs/memory-log/src/${file}`,
  find,
  replace,
});

const one = (name: string, edit: Edit): Sabotage => ({ name, edits: [edit] });

/** With the tests that play just the situation in which it matters. */
const rare = (name: string, edit: Edit): Sabotage => ({
  name,
  edits: [edit],
  tests: ['tools/simulate/test/changes-of-the-group'],
});

export const sabotages: readonly Sabotage[] = [
  one(
    'commit before work',
    stage(
      'runner.ts',
      'void this.#bench.begin(item);',
      'void this.#bench.begin(item); this.#holdings.find(item.record)?.commit({ offset: item.record.offset, records: [], repeatable: true });',
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
      'holdings.ts',
      'if (!mine.has(partitionName(work.item.record))) bench.abandon(work);',
      'void mine;',
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
        'this.#shareOf(at, epoch);\n    const session',
        'this.#shareOf(at, epoch);\n    const early = broker.committed.get(group, at);\n    const session',
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
  one('let an unverified record claim', preprocess('proof.prove(task);', '')),
  one(
    'miss cancels sent while down',
    stage('stops.ts', 'await Promise.all(pending);', 'await Promise.all(pending);\n  stopped.clear();'),
  ),
  one(
    'refuse adopted work',
    stage(
      'holdings.ts',
      'else if (stage.restartWhenInDoubt) bench.abandon(work);',
      'else if (stage.restartWhenInDoubt || true) bench.abandon(work);',
    ),
  ),
  one(
    'let a stop end the run',
    stage(
      'work.ts',
      "tried.reason === 'cancelled' ? { kind: 'skipped', reason: 'cancelled' } : { kind: 'handedBack' },",
      "tried.reason === 'cancelled' ? { kind: 'endRun', ending: failedEnding(failure('RUN_CANCELLED')) } : { kind: 'handedBack' },",
    ),
  ),
  one(
    'try again before it is due',
    stage('hand.ts', 'const waitMs = item.delivery.dueAtMs - clock.now();', 'const waitMs = 0;'),
  ),
  one(
    'write no window into the metadata',
    stage('partition.ts', '        metadata,\n', "        metadata: '',\n"),
  ),
  one(
    'believe metadata that is damaged',
    stage('window-metadata.ts', 'if (crc32(body) !== bytes.readUInt32BE(1)) return undefined;', ''),
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
    stage('partition.ts', 'step.repeatable || !restartWhenInDoubt', '!restartWhenInDoubt'),
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
    stage('holdings.ts', 'else member.resume(partition.at);', ''),
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
  one(
    'start while starting is held',
    stage('runner.ts', 'this.#draining || gate?.isOpen() === false) return;', 'this.#draining) return;'),
  ),
  one(
    'start work on stopped runs',
    stage('bench.ts', 'const stopped = work.accepted && this.#isStopped(work);', 'const stopped = false;'),
  ),
  one(
    'take in without end',
    stage(
      'runner.ts',
      'if (records >= maxRecords || bytes >= maxBytes) this.#pauseFetching();',
      'if (bytes >= maxBytes) this.#pauseFetching();',
    ),
  ),
  one(
    'believe whatever a doubt was told',
    stage(
      'partition.ts',
      "if (error instanceof TransactionError && error.outcome === 'fenced') {",
      "if (error instanceof TransactionError && error.outcome === 'in-doubt') {\n        this.#window.finish(offsets);\n        this.#options.onCommitted(offsets);\n        return true;\n      }\n      if (error instanceof TransactionError) {",
    ),
  ),
];
