import type { z } from 'zod';

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
 * files write it. The message of each check says what is expected (see `settings.ts`).
 *
 * @throws ConfigError naming every problem at once
 */
export function readConfig<T>(schema: z.ZodType<T>, environment: Environment): T {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value.trim() !== ''),
  );
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => {
    const name = issue.path.join('.');
    if (name === '') return issue.message;
    const wrong = Object.hasOwn(given, name) ? 'is not valid' : 'is missing';
    return `${name} ${wrong}: expected ${issue.message}`;
  });
  throw new ConfigError([...new Set(problems)].sort());
}
