export { interruptedCode, UsageError, wrongArgumentsCode } from './command.mjs';
export { commands } from './commands.mjs';
export { fileProblems, folderProblem } from './input-paths.mjs';
export { parseCall } from './parse.mjs';
export { failureText, runCommand } from './run.mjs';
export { overviewOf, usageOf } from './usage.mjs';
