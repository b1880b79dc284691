import { editIn, tested, type Edit, type Sabotage } from './sabotage.ts';

const gateway = editIn('services/gateway');
const preprocess = editIn('services/preprocess');

const dropped = (name: string, edited: Edit): Sabotage =>
  tested(name, edited, 'services/gateway/test/drop-folders', 'services/gateway/src/core/dropped-object');

/** Guards of drop folders, of class options, regions and callbacks of submissions, and of answers before a body. */
export const intakeSabotages: readonly Sabotage[] = [
  dropped(
    'read the drop folder of a suspended tenant',
    gateway('core/dropped-object.ts', " || state === 'suspended'", ''),
  ),
  dropped(
    'read drop folders in the bucket of the fleet',
    gateway('core/dropped-object.ts', 'if (isOwn || !mayRead', 'void isOwn;\n  if (!mayRead'),
  ),
  dropped(
    'read drop folders that are not among the sources of their tenant',
    gateway(
      'core/dropped-object.ts',
      'if (isOwn || !mayReadObject({',
      'void mayReadObject;\n  if (isOwn || !Object({',
    ),
  ),
  dropped(
    'take an empty object of a drop folder for a document',
    gateway('core/dropped-object.ts', ' && sizeBytes > 0', ''),
  ),
  dropped(
    'take a folder in a drop folder for a document',
    gateway('core/dropped-object.ts', "!key.endsWith('/') && sizeBytes > 0", 'sizeBytes > 0 && key !== null'),
  ),
  dropped(
    'submit objects of drop folders of any size',
    gateway(
      'core/dropped-object.ts',
      "sizeBytes > maxBytes ? 'DOC_TOO_LARGE' : undefined",
      'void sizeBytes, void maxBytes, undefined',
    ),
  ),
  dropped(
    'submit objects whose key is another name in some stores',
    gateway(
      'core/dropped-object.ts',
      "if (parseObjectUri(uri) === undefined) return 'INVALID_SUBMISSION';",
      'void parseObjectUri, void uri;',
    ),
  ),
  dropped(
    'look at objects of drop folders of any age',
    gateway('drop-folders.ts', ' && object.modifiedAt >= oldest', ''),
  ),
  dropped(
    'make as many runs of a drop folder at once as there are objects',
    gateway('drop-folders.ts', 'if (made >= maxAtOnce) return { made, refused };', 'void maxAtOnce;'),
  ),
  dropped(
    'pass over objects of drop folders that quotas hold back',
    gateway(
      'drop-folders.ts',
      'else if (refusesForNow.has(code)) return { made, refused };',
      'else if (refusesForNow.has(code)) continue;',
    ),
  ),
  dropped(
    'end the round at a folder that cannot be listed',
    gateway(
      'drop-folders.ts',
      "if (toFailure(error).code !== 'SOURCE_NOT_FOUND') throw error;",
      'throw error;',
    ),
  ),
  dropped(
    'submit objects again that have a run',
    gateway(
      'drop-folders.ts',
      '.filter(([runId]) => !known.has(runId))',
      '.filter(([runId]) => known.size >= 0 && runId)',
    ),
  ),
  dropped(
    'read drop folders at every gateway at once',
    gateway(
      'drop-folders.ts',
      'if (!(await leases.take(leaseName, holder, leaseMs))) {',
      'if (leases === undefined) {',
    ),
  ),
  dropped(
    'log a refused object of a drop folder in every round',
    gateway('drop-folders.ts', 'if (reported.has(uri)) return;', ''),
  ),
  dropped(
    'take in objects of drop folders beside the rate of intake',
    gateway(
      'drop-folders.ts',
      'await admission.admit(tenantId, { documents: 1, bytes: sizeBytes });',
      'void sizeBytes;',
    ),
  ),
  dropped(
    'accept objects of drop folders beside quotas',
    gateway('drop-folders.ts', 'check: admission.checkOf(tenantId),', ''),
  ),
  tested(
    'take another class or other checks for the same submission',
    gateway('core/submission.ts', '    ...understandingOf(options),\n', ''),
    'services/gateway/src/core/submission',
  ),
  tested(
    'take another class or other checks for the same record',
    preprocess('core/claim.ts', 'documentClass === null && checks ? [] : [documentClass, checks]', '[]'),
    'services/preprocess/src/core/claim',
  ),
  tested(
    'guess the class although the submission names it',
    editIn('services/classification')(
      'stage.ts',
      'submittedClassOf(task))',
      '(void submittedClassOf, undefined))',
    ),
    'services/classification/src/stage',
  ),
  tested(
    'guess the class that a newer release knows',
    editIn('services/classification')(
      'stage.ts',
      '  if (named === undefined) {\n    const cause',
      '  if (false as boolean) {\n    const cause',
    ),
    'services/classification/src/stage',
  ),
  tested(
    'check a document whose submission asks for no checks',
    editIn('services/validation')('stage.ts', 'checks: context.run.checks,', 'checks: true,'),
    'services/validation/src/stage',
  ),
  tested(
    'forget at the claim that a submission asks for no checks',
    preprocess('core/submission.ts', 'checks: task.checks,', 'checks: true,'),
    'services/preprocess/src/core/submission',
  ),
  tested(
    'forget at the claim which class a submission names',
    preprocess('core/submission.ts', 'documentClass: task.documentClass,', 'documentClass: null,'),
    'services/preprocess/src/core/submission',
  ),
  tested(
    'accept documents of another region',
    gateway(
      'intake.ts',
      "if ((options.region ?? ofTenant) !== region) throw new FailureError('REGION_MISMATCH');",
      'void ofTenant, void region, void options;',
    ),
    'services/gateway/test/regions',
  ),
  tested(
    'take documents without a region for those of this fleet',
    gateway(
      'intake.ts',
      '(options.region ?? ofTenant) !== region',
      '(options.region ?? region) !== region || ofTenant === undefined',
    ),
    'services/gateway/test/regions',
  ),
  tested(
    'add files to a draft whose tenant belongs elsewhere now',
    gateway(
      'batches/drafts.ts',
      '  refuseTenant(intake, tenantId, storedOptions(batch.options));\n  const runId',
      '  const runId',
    ),
    'services/gateway/test/regions',
  ),
  tested(
    'start a draft whose tenant belongs elsewhere now',
    gateway(
      'batches/drafts.ts',
      '    refuseTenant(intake, tenantId, options);\n    const files',
      '    const files',
    ),
    'services/gateway/test/regions',
  ),
  tested(
    'claim records of a tenant that belongs elsewhere',
    preprocess(
      'core/admission.ts',
      "if (task.region === null && ofTenant !== region) throw new FailureError('REGION_MISMATCH');",
      'void ofTenant, void region;',
    ),
    'services/preprocess/src/core/admission',
  ),
  tested(
    'claim records that name another region',
    preprocess(
      'stage.ts',
      'checkSubmission(task, defaults.region);',
      'checkSubmission(task, task.region ?? defaults.region);',
    ),
    'services/preprocess/test/stage.test',
    'services/preprocess/src/core/submission',
  ),
  tested(
    'accept a callback that would never be sent',
    gateway('intake.ts', '  refuseCallback(intake, options);\n', ''),
    'services/gateway/test/client-errors',
  ),
  tested(
    'accept a batch with callbacks that would never be sent',
    gateway('batches/accept-batch.ts', '  refuseCallback(intake, head.options);\n', ''),
    'services/gateway/test/batches',
    'services/gateway/test/webhooks',
  ),
  tested(
    'open a draft with callbacks that would never be sent',
    gateway('batches/drafts.ts', '  refuseCallback(intake, head.options);\n', ''),
    'services/gateway/test/batches',
    'services/gateway/test/webhooks',
  ),
  tested(
    'keep the connection of a refused body alive',
    gateway('http/unread-bodies.ts', "void reply.header('connection', 'close');", ''),
    'services/gateway/test/client-errors',
    'services/gateway/test/limits',
  ),
  tested(
    'reset the connection of a refused body',
    gateway('http/unread-bodies.ts', 'raw.socket.destroySoon = () => raw.socket.end();', ''),
    'services/gateway/test/client-errors',
    'services/gateway/test/limits',
  ),
];
