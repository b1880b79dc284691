import { describe, expect, it } from 'vitest';
import { elsewhereOf, parseRegions } from './region.ts';

const regions = new Map([['south', 'https://south.example']]);
const facts = {
  named: undefined,
  ofTenant: undefined,
  own: 'north',
  routing: undefined,
  regions,
  hops: undefined,
};
const refused = expect.objectContaining({ code: 'REGION_MISMATCH' }) as Error;

describe('M-22: where a document goes', () => {
  it('stays when it names no region, or this one', () => {
    expect(elsewhereOf(facts)).toBeUndefined();
    expect(elsewhereOf({ ...facts, named: 'north', ofTenant: 'south', routing: 'proxy' })).toBeUndefined();
  });

  it('is refused unless the tenant has it routed', () => {
    expect(() => elsewhereOf({ ...facts, named: 'south' })).toThrow(refused);
    expect(elsewhereOf({ ...facts, named: 'south', routing: 'redirect' })).toEqual({
      how: 'redirect',
      baseUrl: 'https://south.example',
    });
  });

  it('goes to the region of its tenant when it names none', () => {
    expect(elsewhereOf({ ...facts, ofTenant: 'south', routing: 'proxy' })?.how).toBe('proxy');
  });

  it('is refused when its region is unknown, or another gateway has passed it on', () => {
    expect(() => elsewhereOf({ ...facts, named: 'west', routing: 'proxy' })).toThrow(refused);
    expect(() => elsewhereOf({ ...facts, named: 'south', routing: 'proxy', hops: '1' })).toThrow(refused);
  });
});

it.each([
  ['south=https://south.example/', new Map([['south', 'https://south.example']])],
  [
    'a=http://a:1, b=https://b/x',
    new Map([
      ['a', 'http://a:1'],
      ['b', 'https://b/x'],
    ]),
  ],
  ['south', undefined],
  ['south=ftp://x', undefined],
  ['a=http://a,a=http://b', undefined],
  ['a=http://a?x=1', undefined],
])('reads %s', (text, expected) => {
  expect(parseRegions(text)).toEqual(expected);
});
