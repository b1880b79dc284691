import { cleanText, isIdentifier } from './text-rules.ts';

/** What a client names in a submission, by whichever way it comes in. */
export interface SubmissionNames {
  readonly requestId: string | null;
  readonly documentId: string | null;
  readonly callbackUrl: string | null;
  /** Of the document. */
  readonly uri: string;
  readonly expectations: Readonly<Record<string, string>>;
}

/** Longest identifiers, in UTF-16 code units. */
const maxLengths = { tenantId: 64, requestId: 256, documentId: 256, callbackUrl: 2_048, uri: 1_100 } as const;

/** Whether a text can be the id of a tenant. */
export function isTenantId(text: string): boolean {
  return isIdentifier(text, maxLengths.tenantId);
}

/**
 * Whether names of expectations remain different names when they are cleaned, and none is `__proto__`, which readers of
 * JSON and Avro take for something else than a name.
 */
export function hasPlainNames(names: readonly string[]): boolean {
  return new Set(names.map(cleanText)).size === names.length && !names.includes('__proto__');
}

/**
 * The one rule for what a submission may name, whichever way it comes in. Identifiers that break their rule
 * (`isIdentifier`) are refused, because cleaning would make two of them one, and so are names of expectations that
 * cleaning would make one. That the address is one that every store takes is `parseObjectUri`'s rule.
 */
export function mayBeSubmitted({
  requestId,
  documentId,
  callbackUrl,
  uri,
  expectations,
}: SubmissionNames): boolean {
  return (
    (requestId === null || isIdentifier(requestId, maxLengths.requestId)) &&
    (documentId === null || isIdentifier(documentId, maxLengths.documentId)) &&
    (callbackUrl === null || isIdentifier(callbackUrl, maxLengths.callbackUrl)) &&
    isIdentifier(uri, maxLengths.uri) &&
    hasPlainNames(Object.keys(expectations))
  );
}
