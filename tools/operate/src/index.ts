export { parseArguments, type Arguments } from './arguments.ts';
export { lettersApi, type LettersApi } from './letters/letters-api.ts';
export { workLetters } from './letters/letters.ts';
export { lifeOf, type Life, type Moment } from './trace/moment.ts';
export { printLife } from './trace/print-life.ts';
export { traceRun } from './trace/trace-run.ts';
