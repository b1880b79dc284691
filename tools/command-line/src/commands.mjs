import { chaos } from './commands/chaos.mjs';
import { charts } from './commands/charts.mjs';
import { codegen } from './commands/codegen.mjs';
import { deploy } from './commands/deploy.mjs';
import { docs } from './commands/docs.mjs';
import { docfleet } from './commands/docfleet.mjs';
import { evaluate } from './commands/evaluate.mjs';
import { generate } from './commands/generate.mjs';
import { images } from './commands/images.mjs';
import { k8s } from './commands/kubernetes.mjs';
import { licences } from './commands/licences.mjs';
import { long, mutation } from './commands/long-tests.mjs';
import { bench } from './commands/bench.mjs';
import { measure } from './commands/measure.mjs';
import { models } from './commands/models.mjs';
import { operate } from './commands/operate.mjs';
import { sabotage, simulate } from './commands/simulate.mjs';
import { documents, readings, train } from './commands/train.mjs';
import { browser, check, preflight, start, stop, test, unit, versions } from './commands/stack.mjs';

/** Every command of the project, by the name that the launcher takes. */
export const commands = {
  start,
  stop,
  docfleet,
  evaluate,
  bench,
  measure,
  operate,
  deploy,
  models,
  images,
  codegen,
  charts,
  new: generate,
  documents,
  readings,
  train,
  test,
  unit,
  browser,
  long,
  mutation,
  docs,
  simulate,
  sabotage,
  chaos,
  k8s,
  check,
  licences,
  preflight,
  versions,
};
