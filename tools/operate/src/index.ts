export { parseArguments, type Arguments } from './arguments.ts';
export { deadLettersApi, type DeadLettersApi } from './dead-letters/dead-letters-api.ts';
export { deadLettersCommand } from './dead-letters/dead-letters-command.ts';
export { lifeOf, type Life, type Moment } from './trace/moment.ts';
export { printLife } from './trace/print-life.ts';
export { traceRun } from './trace/trace-run.ts';
