import type { z } from 'zod';
import { connectionProblems } from './connection-rules.ts';
import { readSettingFiles } from './setting-files.ts';

/** Environment variables as a process has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Everything that is wrong with a configuration, one line a variable. Holds no values, so no secrets. */
export class ConfigError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(
      `The configuration is not valid:\n${problems.map((problem) => `  ${problem}`).join('\n')}\n` +
        'Set these environment variables and start again.',
    );
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

/**
 * Parses a service's settings once, before anything opens. An empty variable counts as absent, as charts and compose
 * files write it. Every setting X may be given as X_FILE, the name of a file with the value. The message of each check
 * says what is expected (see `settings.ts`).
 *
 * @throws ConfigError naming every problem at once
 */
export function readConfig<S extends z.ZodObject>(schema: S, environment: Environment): z.infer<S> {
  const { given, problems } = readSettingFiles(withoutEmpty(environment), Object.keys(schema.shape));
  const parsed = schema.safeParse(given);
  const broken = parsed.success ? connectionProblems(parsed.data) : problemsOf(parsed.error, given, problems);
  const all = [...problems, ...broken];
  if (parsed.success && all.length === 0) return parsed.data;
  throw new ConfigError([...new Set(all)].sort());
}

/** Names of the variables that a process with these settings reads: each setting, and the file it may come from. */
export function variablesOf(schema: z.ZodObject): readonly string[] {
  return Object.keys(schema.shape).flatMap((name) =>
    name.endsWith('_FILE') ? [name] : [name, `${name}_FILE`],
  );
}

function withoutEmpty(environment: Environment): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) =>
      value === undefined || value.trim() === '' ? [] : [[name, value]],
    ),
  );
}

/** One line for each setting that is wrong; a setting whose file could not be read has its line already. */
function problemsOf(
  error: z.ZodError,
  given: Readonly<Record<string, string>>,
  fileProblems: readonly string[],
): string[] {
  return error.issues.flatMap((issue) => {
    const name = issue.path.join('.');
    if (name === '') return [issue.message];
    if (fileProblems.some((problem) => problem.startsWith(`${name}_FILE `))) return [];
    const wrong = Object.hasOwn(given, name) ? 'is not valid' : 'is missing';
    return [`${name} ${wrong}: expected ${issue.message}`];
  });
}
