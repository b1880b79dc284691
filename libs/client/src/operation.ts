/** What one call may set. */
export interface CallOptions {
  /** Ends the call, its pauses and its tries. */
  readonly signal?: AbortSignal;
  /** Longest time until an answer begins, in milliseconds; default: the client's. */
  readonly timeoutMs?: number;
}

/** How an operation becomes a request. */
export interface OperationRoute {
  readonly method: string;
  /** With names of parameters in braces. */
  readonly path: string;
  /** Names of the parameters that go into the query. */
  readonly query: readonly string[];
  readonly hasBody: boolean;
  /** The call may be made again without a second effect. */
  readonly isRepeatable: boolean;
  /** An `Idempotency-Key` makes it so. */
  readonly takesIdempotencyKey: boolean;
  /** `raw`: the caller reads the answer. */
  readonly answer: 'json' | 'raw' | 'none';
}

/** The address of a call below the API's, from its parameters. Every value is encoded. */
export function pathOf(route: OperationRoute, input: Readonly<Record<string, unknown>>): string {
  const path = route.path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(textOf(input[name])),
  );
  const query = new URLSearchParams(
    route.query.flatMap((name): [string, string][] =>
      input[name] === undefined ? [] : [[name, textOf(input[name])]],
    ),
  ).toString();
  return query === '' ? path : `${path}?${query}`;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
