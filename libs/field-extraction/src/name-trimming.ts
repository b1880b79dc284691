/** What stands behind a name on its line: registers, tax numbers, telephone numbers. */
const registered =
  /[\s,;|(–-]+(?:HR[AB]|VAT|UST-?\s?ID\w*|UID|MWST|TVA|SIRE[NT]|RCS|NIF|CIF|P\.?\s?IVA|PARTITA IVA|BTW|KVK|CVR|ABN|ACN|EIN|GST|SST|GLN|ST-?NR|STEUER-?NR|(?:CO|COMPANY|REG|ROC|BUSINESS)\.?\s?(?:REG\w*\.?\s?)?(?:NO|NR|NUMBER)|TEL|TELEFON|FON|PHONE|FAX|MOBILE?)(?![A-Z])\.?.*$/iu;

/** A number in brackets or behind a dash, with three digits or more. */
const numberBehind = /\s*[([]\s*[A-Z-]{0,4}\d{3,}[\d\s/-]*[A-Z]{0,2}\s*[)\]]\.?\s*$|\s+-\s*\d{4,}\s*$/i;

/** Web and mail addresses. */
const address =
  /[\s,;|•·–-]*(?:https?:\/\/|www\.)\S+|[\s,;|•·–-]*\S+@\S+\.\S+|[\s,;|•·–-]+[a-z\d-]+\.(?:com|net|org|de|at|ch|fr|it|es|nl|pt|co\.uk|eu)(?:\/\S*)?$/giu;

/** A name without what surrounds it on its line: registration numbers, telephone numbers, web and mail addresses. */
export function trimmedName(text: string): string {
  const cut = text.replace(address, '').replace(registered, '').replace(numberBehind, '');
  if (cut === text) return text;
  return trimmedName(cut.replace(/^[\s:#*.,;|/\\_=~•·–-]+|[\s:#*;,|/\\_=~•·–-]+$/g, ''));
}
