import { cleanText } from '@docfleet/domain';

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

/** Text as content or attribute of XML 1.0; characters that XML cannot have become U+FFFD. */
export function xmlText(text: string): string {
  return cleanText(text).replaceAll(/[&<>"'\t\n\r]/g, (character) => entities[character] ?? character);
}
