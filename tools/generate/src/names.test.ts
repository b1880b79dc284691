import { describe, expect, it } from 'vitest';
import { formsOf } from './names.ts';

describe('formsOf', () => {
  it('writes a name as code does', () => {
    expect(formsOf('page-check')).toEqual({
      kebab: 'page-check',
      camel: 'pageCheck',
      pascal: 'PageCheck',
      upper: 'PAGE_CHECK',
    });
  });

  it.each(['Redaction', 'page_check', '2nd', 'page--check', '-', '', 'a'.repeat(31)])(
    'refuses "%s"',
    (name) => {
      expect(() => formsOf(name)).toThrow('is not a name');
    },
  );
});
