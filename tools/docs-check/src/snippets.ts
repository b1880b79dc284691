/** A block of a page that is run, with what it must print where the page says so. */
export interface Snippet {
  readonly language: 'bash' | 'python' | 'ts';
  readonly code: string;
  /** Absent: whatever it prints is right. */
  readonly output?: string;
  /** Variables without which it is not run, and said to be. */
  readonly needs: readonly string[];
  /** Line of the page, from 1. */
  readonly line: number;
}

/**
 * The blocks of a page that are marked `bash run`, `python run` or `ts run`, each with the block `output` right behind it.
 * `needs=A,B` behind the mark names variables that must be set.
 *
 * @throws Error for an `output` that follows none, and for a block that is not closed
 */
export function snippetsOf(page: string): readonly Snippet[] {
  const snippets: Snippet[] = [];
  const lines = page.split('\n');
  let lastEnd = -1;
  for (let at = 0; at < lines.length; at++) {
    const info = /^```(\S.*)$/.exec(lines[at] ?? '')?.[1];
    if (info === undefined) continue;
    const end = lines.indexOf('```', at + 1);
    if (end === -1) throw new Error(`line ${at + 1}: the block is not closed`);
    const code = lines.slice(at + 1, end).join('\n');
    const [language = '', ...marks] = info.split(' ');
    const previous = snippets.at(-1);
    if (language === 'output') {
      const between = lines.slice(lastEnd + 1, at);
      if (previous === undefined || lastEnd === -1 || between.some((line) => line !== ''))
        throw new Error(`line ${at + 1}: the output follows no block that is run`);
      snippets[snippets.length - 1] = { ...previous, output: code };
      lastEnd = -1;
    } else if (marks.includes('run')) {
      if (language !== 'bash' && language !== 'python' && language !== 'ts')
        throw new Error(`line ${at + 1}: ${language} cannot be run`);
      const needs = marks.flatMap((mark) => /^needs=(.+)$/.exec(mark)?.[1]?.split(',') ?? []);
      snippets.push({ language, code, needs, line: at + 1 });
      lastEnd = end;
    } else {
      lastEnd = -1;
    }
    at = end;
  }
  return snippets;
}

/** What stands between the outputs of two blocks. */
const mark = '--- docfleet: end of block';

/**
 * One program for bash of all blocks of a page: variables and files of a block are there in the next ones. A block that
 * fails ends it.
 */
export function scriptOf(snippets: readonly Snippet[]): string {
  const blocks = snippets.map(({ language, code }) => {
    switch (language) {
      case 'bash':
        return code;
      case 'python':
        return `python3 - <<'END_OF_BLOCK'\n${code}\nEND_OF_BLOCK`;
      case 'ts':
        return `node "$DOCS_NODE_CONDITION" --input-type=module-typescript - <<'END_OF_BLOCK'\n${code}\nEND_OF_BLOCK`;
    }
  });
  return ['set -euo pipefail', ...blocks.map((block) => `${block}\necho '${mark}'`), ''].join('\n');
}

/** What each block printed. Fewer than the blocks where one failed. */
export function outputsOf(stdout: string): readonly string[] {
  return stdout.split(`${mark}\n`).slice(0, -1);
}

/** Whether a text is what a page shows. `<name>` there stands for any text on the line, which differs from run to run. */
export function matchesOutput(shown: string, printed: string): boolean {
  const escaped = shown.trim().replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll(/<[\w ]+>/g, '.+')}$`).test(printed.trim());
}
