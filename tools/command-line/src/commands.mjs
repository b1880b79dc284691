import { chaos } from './commands/chaos.mjs';
import { codegen } from './commands/codegen.mjs';
import { deploy } from './commands/deploy.mjs';
import { evaluate } from './commands/evaluate.mjs';
import { generate } from './commands/generate.mjs';
import { licences } from './commands/licences.mjs';
import { long, mutation } from './commands/long-tests.mjs';
import { measure } from './commands/measure.mjs';
import { models } from './commands/models.mjs';
import { operate } from './commands/operate.mjs';
import { sabotage, simulate } from './commands/simulate.mjs';
import { readings, train } from './commands/train.mjs';
import { check, preflight, start, stop, test, unit, versions } from './commands/stack.mjs';

/** Every command of the project, by the name that the launcher takes. */
export const commands = {
  start,
  stop,
  evaluate,
  measure,
  operate,
  deploy,
  models,
  codegen,
  new: generate,
  readings,
  train,
  test,
  unit,
  long,
  mutation,
  simulate,
  sabotage,
  chaos,
  check,
  licences,
  preflight,
  versions,
};
