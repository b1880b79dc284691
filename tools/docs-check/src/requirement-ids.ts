const idPattern = /\b[MDAHRO]-\d\d\b/g;

/** Ids of requirements that a text names. */
export function requirementIdsIn(text: string): ReadonlySet<string> {
  return new Set(text.match(idPattern) ?? []);
}

/** Ids that `docs/requirements.md` defines: the first cell of a row, in the order of the page. */
export function definedIds(page: string): readonly string[] {
  return [...page.matchAll(/^\| ([MDAHRO]-\d\d) +\|/gm)].flatMap(([, id]) => id ?? []);
}
