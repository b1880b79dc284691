import type { MicromarkToken, Rule } from 'markdownlint';

/** Blocks in which a line may begin with a bar. */
const blocks = new Set<string>(['table', 'codeFenced', 'codeIndented', 'htmlFlow']);

/**
 * A markdownlint rule: a line that begins with a bar belongs to a table. A header whose count of columns differs
 * from the line below it makes no table, and the renderer shows its rows as running text; the rules that come with
 * markdownlint look only at what was parsed as a table.
 */
const rowsInTables: Rule = {
  names: ['rows-in-tables'],
  description: 'A line that begins with a bar belongs to a table',
  tags: ['table'],
  parser: 'micromark',
  function: ({ lines, parsers }, onError) => {
    const inside = linesOf(parsers.micromark.tokens);
    lines.forEach((line, index) => {
      const lineNumber = index + 1;
      if (!/^\s*\|/.test(line) || inside.has(lineNumber)) return;
      onError({ lineNumber, detail: 'Header and delimiter row must have the same number of cells.' });
    });
  },
};

/** Numbers of the lines, from 1, that such blocks cover, at any depth. */
function linesOf(tokens: readonly MicromarkToken[]): ReadonlySet<number> {
  const covered = new Set<number>();
  const visit = (token: MicromarkToken): void => {
    if (blocks.has(token.type)) {
      for (let line = token.startLine; line <= token.endLine; line += 1) covered.add(line);
      return;
    }
    token.children.forEach(visit);
  };
  tokens.forEach(visit);
  return covered;
}

// markdownlint-cli2 takes a rule from the module's default export.
export { rowsInTables as default };
