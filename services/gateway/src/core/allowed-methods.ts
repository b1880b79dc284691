/** A route as it is registered: `/v1/jobs/:runId`, or `/docs/*`. */
export interface KnownRoute {
  readonly methods: readonly string[];
  readonly url: string;
}

/** The methods of the routes whose pattern matches `path`, sorted; empty when there is no such path. */
export function allowedMethods(routes: readonly KnownRoute[], path: string): readonly string[] {
  const matching = routes.filter(({ url }) => matches(url, path));
  return [...new Set(matching.flatMap(({ methods }) => methods))].sort();
}

function matches(pattern: string, path: string): boolean {
  const expected = pattern.split('/');
  const given = path.split('/');
  for (const [index, segment] of expected.entries()) {
    if (segment === '*') return index < given.length;
    const part = given[index];
    if (part === undefined || (segment.startsWith(':') ? part === '' : part !== segment)) return false;
  }
  return given.length === expected.length;
}
