/** An error in a log line. */
export interface DescribedError {
  readonly type: string;
  readonly message: string;
  /** Failure code (`FailureError`) or system code (`ECONNREFUSED`): the first one in the chain of causes. */
  readonly code?: string;
  readonly stack?: string;
  /** Causes, nearest first. */
  readonly causes?: readonly { readonly type: string; readonly message: string; readonly code?: string }[];
}

const maxCauses = 8;
const maxMessageLength = 500;

/** Describes a thrown value with its causes; never throws. */
export function describeError(thrown: unknown): DescribedError {
  const chain: { type: string; message: string; code?: string }[] = [];
  let current = thrown;
  while (chain.length <= maxCauses && current !== undefined && current !== null) {
    chain.push(describeOne(current));
    current = property(current, 'cause');
  }
  const [first = { type: typeof thrown, message: '' }, ...causes] = chain;
  const code = chain.find((link) => link.code !== undefined)?.code;
  const stack = property(thrown, 'stack');
  return {
    type: first.type,
    message: first.message,
    ...(code === undefined ? {} : { code }),
    ...(typeof stack === 'string' ? { stack: withoutPasswords(stack) } : {}),
    ...(causes.length === 0 ? {} : { causes }),
  };
}

function describeOne(thrown: unknown): { type: string; message: string; code?: string } {
  if (typeof thrown !== 'object' || thrown === null) return { type: typeof thrown, message: shorten(thrown) };
  const code = property(thrown, 'code');
  return {
    type: textOf(property(thrown, 'name')) ?? 'Error',
    message: shorten(property(thrown, 'message')),
    ...(typeof code === 'string' ? { code } : {}),
  };
}

function shorten(value: unknown): string {
  return withoutPasswords(textOf(value) ?? '').slice(0, maxMessageLength);
}

/** Passwords in URLs, as libraries put them into messages, become `***`. */
export function withoutPasswords(text: string): string {
  return text.replace(/(\b[a-z][a-z0-9+.-]*:\/\/[^\s:@/]*):[^\s@/]*@/gi, '$1:***@');
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** Reads a property; a getter that throws counts as absent. */
function property(from: unknown, name: string): unknown {
  if (typeof from !== 'object' || from === null) return undefined;
  try {
    return (from as Record<string, unknown>)[name];
  } catch {
    return undefined;
  }
}
