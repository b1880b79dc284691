import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { GenerateError } from './generate-error.ts';

/** What a command would write: paths from the repository's root, with the whole content. */
export interface Plan {
  readonly created: ReadonlyMap<string, string>;
  readonly changed: ReadonlyMap<string, string>;
}

/** The repository as the plan is made for: reads files, and keeps what is to be written. */
export class Draft {
  readonly #root: string;
  readonly #created = new Map<string, string>();
  readonly #changed = new Map<string, string>();

  constructor(root: string) {
    this.#root = root;
  }

  /** @throws GenerateError when the path is taken */
  create(path: string, content: string): void {
    if (existsSync(join(this.#root, path))) throw new GenerateError(`${path} exists already`);
    this.#created.set(path, content);
  }

  read(path: string): string {
    return this.#changed.get(path) ?? readFileSync(join(this.#root, path), 'utf8');
  }

  /**
   * Replaces a text wherever it stands.
   * @throws GenerateError when it does not stand there: the file was changed by hand, and the change must be too
   */
  replace(path: string, text: string | RegExp, replacement: string): void {
    const before = this.read(path);
    const after = before.replaceAll(text, () => replacement);
    if (after === before) {
      throw new GenerateError(
        `${path} has no ${String(text)}, where the new entry belongs. Nothing was written; docs/add-a-stage.md lists what the command writes, for doing it by hand.`,
      );
    }
    this.#changed.set(path, after);
  }

  /** Files below a folder, without what is installed or built. */
  files(folder: string): readonly string[] {
    return readdirSync(join(this.#root, folder), { recursive: true, withFileTypes: true })
      .filter(
        (entry) => entry.isFile() && !/[/\\](?:node_modules|dist|out-tsc)(?:[/\\]|$)/.test(entry.parentPath),
      )
      .map((entry) => join(entry.parentPath, entry.name).slice(this.#root.length + 1));
  }

  plan(): Plan {
    return { created: this.#created, changed: this.#changed };
  }
}

export function writePlan(root: string, { created, changed }: Plan): void {
  for (const [path, content] of [...created, ...changed]) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
}

/** Fills `{{name}}` places of a template. @throws Error for a place that has no value */
export function fillTemplate(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/\{\{(\w+)\}\}/g, (_, key: string) => {
    const value = values[key];
    if (value === undefined) throw new Error(`the template asks for ${key}`);
    return value;
  });
}
