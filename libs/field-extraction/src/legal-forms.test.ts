import { describe, expect, it } from 'vitest';
import { isBareLegalForm } from './legal-forms.ts';

describe('isBareLegalForm', () => {
  it.each(['GmbH', 'GmbH & Co. KG', '& Co. KG', 'S.à r.l.', 'Ltd.', 'Sdn Bhd', 'mbH', 'e.V.'])(
    'is true of %s',
    (text) => {
      expect(isBareLegalForm(text)).toBe(true);
    },
  );

  it.each(['Acme GmbH', 'AG Mitte', 'Supplier Ltd', '', '12', 'Co-op'])('is false of %j', (text) => {
    expect(isBareLegalForm(text)).toBe(false);
  });
});
