import { submittedClasses, type DocumentSubmitted } from '@docfleet/contracts';
import { lanes, readingRoutes, type Lane } from '@docfleet/domain';
import fc from 'fast-check';
import type { FuzzPlace } from './fuzz-place.ts';
import { hostileText, mostly } from './hostile-text.ts';
import { objectAddress } from './object-addresses.ts';

/** What is done to the bytes of an encoded record. */
export type Damage =
  | { readonly kind: 'none' | 'empty' | 'null' | 'no-magic' | 'surrogate' }
  | { readonly kind: 'schema-id'; readonly id: number }
  | { readonly kind: 'cut' | 'appended'; readonly bytes: number }
  | { readonly kind: 'overwritten'; readonly at: number; readonly byte: number };

/** A record on a lane, as a tenant's own producer may write it. */
export interface FuzzedRecord {
  readonly channel: 'record';
  readonly lane: Lane;
  readonly value: DocumentSubmitted;
  readonly damage: Damage;
  readonly key: string | null;
  readonly headers: Readonly<Record<string, string | Buffer>>;
}

/** Stands in a record where the bytes of lone surrogates are put after encoding: an encoder would replace them. */
export const surrogatePlace = 'SURROGATE';

/** Sizes in bytes around the limits of records (256 KiB) and of a broker's batch (1 MiB). */
const sizes = [200_000, 270_000, 900_000, 1_048_000, 1_048_400, 1_100_000] as const;

const headerNames = [
  'docfleet-origin',
  'docfleet-attempt',
  'docfleet-due-at',
  'docfleet-accepted',
  'docfleet-tenant',
  'docfleet-lane',
  'traceparent',
  'x',
] as const;

export function fuzzedRecord(place: FuzzPlace): fc.Arbitrary<FuzzedRecord> {
  return fc.record({
    channel: fc.constant('record' as const),
    lane: fc.constantFrom(...lanes),
    value: submitted(place),
    damage,
    key: fc.option(mostly(fc.constantFrom('a', 'b', 'c'))),
    headers,
  });
}

function submitted(place: FuzzPlace): fc.Arbitrary<DocumentSubmitted> {
  const text = fc.option(hostileText);
  const name = fc.oneof(
    { weight: 12, arbitrary: fc.uuid() },
    { weight: 1, arbitrary: fc.constantFrom('same-1', 'same-2') },
  );
  const orNull = (arbitrary: fc.Arbitrary<string>): fc.Arbitrary<string | null> =>
    fc.option(arbitrary, { freq: 8 });
  return fc
    .record({
      tenantId: mostly(fc.constant(place.tenantId)).map((each) => (each === '' ? ' ' : each)),
      requestId: orNull(fc.oneof({ weight: 8, arbitrary: mostly(name) }, fc.constant(surrogatePlace))),
      documentId: fc.oneof({ weight: 4, arbitrary: fc.constant(null) }, text),
      source: fc.record({
        uri: objectAddress(place),
        sha256: fc.oneof({ weight: 8, arbitrary: fc.constant(null) }, text),
      }),
      fileName: text,
      region: fc.oneof({ weight: 12, arbitrary: fc.constant(null) }, text),
      callbackUrl: fc.oneof({ weight: 8, arbitrary: fc.constant(null) }, text),
      route: fc.oneof({ weight: 12, arbitrary: fc.constantFrom(null, ...readingRoutes) }, text),
      expectations: fc.oneof(
        { weight: 8, arbitrary: fc.dictionary(hostileText, hostileText, { maxKeys: 4 }) },
        { weight: 1, arbitrary: fc.constantFrom(...sizes).map((size) => ({ long: 'x'.repeat(size) })) },
      ),
      documentClass: fc.oneof({ weight: 12, arbitrary: fc.constantFrom(null, ...submittedClasses) }, text),
      checks: fc.boolean(),
      submittedAt: fc.oneof(fc.constantFrom(0, -1, 2 ** 52, -(2 ** 52)), fc.nat()),
    })
    .map((value) => ({ ...value, review: reviewBeside(value.documentClass) }));
}

/** A text in place of a class stands in place of the choice of review as well; nobody is there to review the others. */
function reviewBeside(documentClass: string | null): string {
  return documentClass === null || submittedClasses.includes(documentClass) ? 'never' : documentClass;
}

const damage: fc.Arbitrary<Damage> = fc.oneof(
  { weight: 14, arbitrary: fc.constant({ kind: 'none' } as const) },
  { weight: 2, arbitrary: fc.constant({ kind: 'surrogate' } as const) },
  fc.constantFrom<Damage>({ kind: 'empty' }, { kind: 'null' }, { kind: 'no-magic' }),
  fc
    .oneof(fc.nat({ max: 60 }), fc.nat({ max: 2 ** 31 - 1 }))
    .map((id) => ({ kind: 'schema-id', id }) as const),
  fc.nat({ max: 80 }).map((bytes) => ({ kind: 'cut', bytes }) as const),
  fc
    .oneof(fc.nat({ max: 80 }), fc.constantFrom(...sizes))
    .map((bytes) => ({ kind: 'appended', bytes }) as const),
  fc
    .tuple(fc.nat({ max: 200 }), fc.nat({ max: 255 }))
    .map(([at, byte]) => ({ kind: 'overwritten', at, byte }) as const),
);

const headers: fc.Arbitrary<FuzzedRecord['headers']> = fc.oneof(
  { weight: 4, arbitrary: fc.constant({}) },
  {
    weight: 3,
    arbitrary: fc.dictionary(
      mostly(fc.constantFrom(...headerNames)),
      fc.oneof<fc.Arbitrary<string | Buffer>[]>(
        hostileText,
        fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
        fc.constantFrom('integration.tasks.normal 0 0 0', '9', 'true', '9999999999999'),
      ),
      { maxKeys: 5 },
    ),
  },
  { weight: 1, arbitrary: fc.constantFrom(...sizes).map((size) => ({ long: 'h'.repeat(size) })) },
);

/** The bytes as they are sent; null for a record without a value. */
export function damagedBytes(bytes: Buffer, how: Damage): Buffer | null {
  switch (how.kind) {
    case 'none':
      return bytes;
    case 'empty':
      return Buffer.alloc(0);
    case 'null':
      return null;
    case 'no-magic':
      return bytes.subarray(1);
    case 'surrogate':
      return withSurrogates(bytes);
    case 'schema-id': {
      const copy = Buffer.from(bytes);
      copy.writeUInt32BE(how.id, 1);
      return copy;
    }
    case 'cut':
      return bytes.subarray(0, Math.max(0, bytes.length - how.bytes));
    case 'appended':
      return Buffer.concat([bytes, Buffer.alloc(how.bytes, 7)]);
    case 'overwritten': {
      const copy = Buffer.from(bytes);
      copy[how.at % copy.length] = how.byte;
      return copy;
    }
  }
}

/** ED A0 80 is U+D800, as an encoder writes it that does not check. */
function withSurrogates(bytes: Buffer): Buffer {
  const at = bytes.indexOf(surrogatePlace);
  if (at === -1) return bytes;
  const surrogates = Buffer.from('eda080'.repeat(surrogatePlace.length / 3), 'hex');
  return Buffer.concat([bytes.subarray(0, at), surrogates, bytes.subarray(at + surrogates.length)]);
}
