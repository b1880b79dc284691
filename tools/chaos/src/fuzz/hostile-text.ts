import fc from 'fast-check';

/** Texts that programs have failed at: each stands alone, or in the middle of other text. */
const specials = [
  '',
  ' ',
  '\u0000',
  '\u0001\u001f\u007f\u0085',
  '\r\nx-injected: 1',
  '\ud800',
  '\udc00\ud800',
  '\ufffd',
  '\ufffe\uffff',
  '\u202e',
  '\ufeff',
  'e\u0301'.repeat(40),
  '.',
  '..',
  '../',
  '/../../',
  '//',
  '/',
  '\\',
  '..\\',
  '%00',
  '%2e%2e%2f',
  '%',
  '%zz',
  '%c0%ae',
  '\uff0e\uff0e\uff0f',
  "'; drop table runs; --",
  '" or ""="',
  '${jndi:ldap://127.0.0.1/a}',
  '{{7*7}}',
  '<script>',
  '__proto__',
  'constructor',
  'null',
  'NaN',
  '-1',
  '1e999',
  '9'.repeat(40),
  'a'.repeat(300),
  'a'.repeat(5_000),
] as const;

/** Text of a stranger: ordinary, of any code points, lone surrogates and control characters among them, or one of `specials`. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ maxLength: 20 }),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom(...specials),
  fc
    .tuple(fc.string({ maxLength: 6 }), fc.constantFrom(...specials), fc.string({ maxLength: 6 }))
    .map((parts) => parts.join('')),
);

/** What no store keeps, in the middle of an identifier. */
const unstorable = fc.constantFrom('a\u0000b', 'a\u0000', 'a\ud800', 'a\u001b[2J', 'a\ufffd');

/** `usual` most of the time, else hostile text: a submission with one fault gets further than one with ten. */
export function mostly(usual: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 6, arbitrary: usual },
    { weight: 1, arbitrary: fc.oneof(hostileText, unstorable) },
  );
}
