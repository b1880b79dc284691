import { one, type Edit, type Sabotage } from './sabotage.ts';

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

/** Guards of claims and endings. */
export const endingSabotages: readonly Sabotage[] = [
  one(
    'drop the fence',
    integration('core/fence.ts', "if (won) return { kind: 'emit' };", "return { kind: 'emit' };"),
  ),
  one(
    'emit again on claimed without looking',
    integration('core/fence.ts', "return { kind: 'scan-then-emit' };", "return { kind: 'emit' };"),
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
    'resume an ending at emit instead of at the claim',
    integration('stage.ts', 'restartWhenInDoubt: true,', 'restartWhenInDoubt: false,'),
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
    'scan from the end that is read now',
    integration('stage.ts', '{ from: row.scanFrom, to }', '{ from: to, to }'),
  ),
];
