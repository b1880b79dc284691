// eslint-disable-next-line no-control-regex -- ASCII is the range meant: most text needs no normalisation
const ascii = /^[\x00-\x7f]*$/;

/** Upper case, without accents. */
export function plainText(text: string): string {
  if (ascii.test(text)) return text.toUpperCase();
  return text.normalize('NFKD').replace(/\p{M}/gu, '').replaceAll('ß', 'SS').toUpperCase();
}
