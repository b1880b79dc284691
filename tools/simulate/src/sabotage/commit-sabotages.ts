import { one, rare, type Edit, type Sabotage } from './sabotage.ts';

const stage = (file: string, find: string, replace: string): Edit => ({
  file: `libs/stage/src/${file}`,
  find,
  replace,
});

/** Guards of offsets, of records in flight and of what a step writes. */
export const commitSabotages: readonly Sabotage[] = [
  one(
    'commit before work',
    stage(
      'runner.ts',
      'void this.#execute(record);',
      'void this.#execute(record); record.partition.window.finish([record.offset]); void record.partition.commitPosition();',
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
    'treat an offset that has not moved as not happened',
    stage(
      'partition.ts',
      'if (isSame(found, target)) return true;',
      'if (isSame(found, target)) return (found.offset ?? 0n) > (this.#known.offset ?? 0n);',
    ),
  ),
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
  one(
    'refuse adopted work',
    stage(
      'assignments.ts',
      'if (partition.window.isFinished(record.offset) || restartWhenInDoubt) {',
      'if (partition.window.isFinished(record.offset) || restartWhenInDoubt || true) {',
    ),
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
    'believe whatever a doubt was told',
    stage(
      'partition.ts',
      "if (error instanceof TransactionError && error.outcome === 'fenced') {",
      "if (error instanceof TransactionError && error.outcome === 'in-doubt') {\n        this.#window.finish(offsets);\n        for (const { record } of commits) record.moveTo('done', 'partition');\n        listener.progressed();\n        return true;\n      }\n      if (error instanceof TransactionError) {",
    ),
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
];
