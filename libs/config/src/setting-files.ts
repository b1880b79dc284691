import { readFileSync } from 'node:fs';

/** Values of settings, and what is wrong with those that name a file. */
export interface FilledIn {
  readonly given: Readonly<Record<string, string>>;
  readonly problems: readonly string[];
}

/**
 * Every setting X may come as X_FILE: the file's content, trimmed, is the value. Where X_FILE is a setting itself, as
 * `KAFKA_TLS_CA_FILE` is, it stays one. Both at once is a problem, as is a file that cannot be read or is empty.
 */
export function readSettingFiles(
  given: Readonly<Record<string, string>>,
  names: readonly string[],
  read: (path: string) => string = (path) => readFileSync(path, 'utf8'),
): FilledIn {
  const values = { ...given };
  const problems: string[] = [];
  const known = new Set(names);
  for (const name of names) {
    const fileName = `${name}_FILE`;
    const path = known.has(fileName) ? undefined : given[fileName];
    if (path === undefined) continue;
    if (given[name] !== undefined) {
      problems.push(`${name} and ${fileName} are both set: remove one of them`);
      continue;
    }
    const content = contentOf(path.trim(), read);
    if (content === '') problems.push(`${fileName} is not valid: expected a readable file that is not empty`);
    else values[name] = content;
  }
  return { given: values, problems };
}

function contentOf(path: string, read: (path: string) => string): string {
  try {
    return read(path).trim();
  } catch {
    return '';
  }
}
