/** Headers of answers that the OpenAPI document declares, by their name in lower case. */
export const responseHeaders = {
  location: { description: 'Path of the job or erasure.', schema: { type: 'string' } },
  'ratelimit-policy': {
    description:
      'The limit that applies: `"<name>";q=<calls>;w=<seconds>` (draft-ietf-httpapi-ratelimit-headers-11).',
    schema: { type: 'string' },
  },
  ratelimit: {
    description: 'What is left of it: `"<name>";r=<calls>;t=<seconds until it begins anew>`.',
    schema: { type: 'string' },
  },
  'retry-after': {
    description: 'Seconds to wait before the call is made again; on 429 and 503.',
    schema: { type: 'integer', minimum: 0 },
  },
  age: {
    description: 'Seconds since the answer was true; only while the database is unavailable.',
    schema: { type: 'integer', minimum: 0 },
  },
  warning: {
    description: '`110 - "Response is Stale"`, together with `Age`.',
    schema: { type: 'string' },
  },
  'content-disposition': { description: 'Names the file.', schema: { type: 'string' } },
} as const;

export type ResponseHeader = keyof typeof responseHeaders;

/** Headers of every answer to a call that carries a key. */
const ofEveryAnswer: readonly ResponseHeader[] = ['ratelimit-policy', 'ratelimit'];

/** The headers of one answer, as references to the document's components. `own` are those that its route sets. */
export function declaredHeaders(
  status: string,
  own: readonly ResponseHeader[],
): Readonly<Record<string, { readonly $ref: string }>> {
  const names = [...ofEveryAnswer, ...(/^[45]/.test(status) ? (['retry-after'] as const) : []), ...own];
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}
