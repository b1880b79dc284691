import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { trimmedName } from './name-trimming.ts';

describe('trimmedName', () => {
  it.each([
    ['Bergmann Werkzeugbau GmbH | www.bergmann.example', 'Bergmann Werkzeugbau GmbH'],
    ['Bergmann Werkzeugbau GmbH, HRB 12345', 'Bergmann Werkzeugbau GmbH'],
    ['Harwell Ltd VAT GB 980 7806 84', 'Harwell Ltd'],
    ['Kedai Bunga Sdn Bhd (784512-K)', 'Kedai Bunga Sdn Bhd'],
    ['Kedai Bunga Sdn Bhd Co. Reg. No: 784512', 'Kedai Bunga Sdn Bhd'],
    ['Boulangerie Martin SARL - SIRET 12345678900011', 'Boulangerie Martin SARL'],
    ['Acme Inc, Tel. 555 0142', 'Acme Inc'],
    ['Acme Inc info@acme.example', 'Acme Inc'],
    ['Studio 54 LLC', 'Studio 54 LLC'],
    ['Seaside Mall,', 'Seaside Mall,'],
    ['Hotel Vatican', 'Hotel Vatican'],
  ])('of %j is %j', (text, wanted) => {
    expect(trimmedName(text)).toBe(wanted);
  });

  it('takes nothing from a name that it has trimmed', () => {
    const word = fc.constantFrom(
      'Acme',
      'GmbH',
      'HRB',
      '12345',
      '(784512-K)',
      'www.acme.example',
      '|',
      '-',
      'Tel.',
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 6 }), (words) => {
        const once = trimmedName(words.join(' '));
        expect(trimmedName(once)).toBe(once);
      }),
    );
  });
});
