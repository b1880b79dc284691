import { describe, expect, it } from 'vitest';
import { readsLikeLanguage } from './language.ts';

const english =
  'The station agrees to broadcast the announcements listed below at the rates shown, payable within thirty days.';
const german =
  'Wir bedanken uns für Ihren Auftrag und stellen Ihnen die folgenden Leistungen wie vereinbart in Rechnung.';
const french =
  'Nous vous prions de bien vouloir régler cette facture dans un délai de trente jours à réception.';

const shifted = (text: string, by: number): string =>
  text
    .toLowerCase()
    .replaceAll(/[a-z]/g, (letter) => String.fromCharCode(((letter.charCodeAt(0) - 97 + by) % 26) + 97));

describe('readsLikeLanguage (D-02)', () => {
  it.each([english, german, french, english.toUpperCase(), 'счёт на оплату '.repeat(10), 'Total 12.00'])(
    'accepts "%s"',
    (text) => {
      expect(readsLikeLanguage(text)).toBe(true);
    },
  );

  it.each([3, 7, 13, 21])('refuses an alphabet shifted by %d', (by) => {
    expect(readsLikeLanguage(shifted(english, by))).toBe(false);
  });

  it('refuses signs instead of letters', () => {
    expect(readsLikeLanguage('§$%&/()?!+#<>|'.repeat(10))).toBe(false);
  });
});
