/*
 * What text from outside may contain. Identifiers that break the rule are refused, because cleaning would make two ids
 * one; free text is cleaned. Postgres stores neither U+0000 nor a lone surrogate, and no reader of a log or a list
 * expects a control character.
 */

/** Stands for a character that cannot be kept, and for bytes that were no text (The Unicode Standard, section 23.8, Specials). */
export const replacement = '\ufffd';

/** Longest identifier, in UTF-16 code units, unless the caller names another limit. */
const defaultMaxLength = 256;

/** C0, DEL and C1. */
// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const control = /[\u0000-\u001f\u007f-\u009f]/;

/** Control characters that free text does not keep: all but tab, line feed and carriage return. */
// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const unkept = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\p{Noncharacter_Code_Point}\p{Cs}]/gu;

/**
 * Whether a text can be an identifier (tenantId, requestId, documentId, key of an object, value of a header): not empty,
 * at most `maxLength` UTF-16 code units, no control characters, no lone surrogates, and no U+FFFD, which a decoder writes
 * for bytes that are no text, so that two ids would become one.
 */
export function isIdentifier(text: string, maxLength = defaultMaxLength): boolean {
  return (
    text.length > 0 &&
    text.length <= maxLength &&
    text.isWellFormed() &&
    !text.includes(replacement) &&
    !control.test(text)
  );
}

/** Controls, lone surrogates, separators of lines, noncharacters, what stands for no text, and what changes the direction of text. */
const unshown = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}\p{Bidi_Control}\ufffd]/u;

/**
 * Whether a text can be a name that people read in lists (of a tenant, of a key): one line that looks the same everywhere.
 * Its length is the caller's matter.
 */
export function isDisplayName(text: string): boolean {
  return !unshown.test(text);
}

/**
 * A text as it may be shown in messages, records and logs: control characters, lone surrogates and backslashes as visible
 * escapes (`\u0000`), cut to `maxLength` code units with an ellipsis at the end.
 */
export function escapeText(text: string, maxLength = defaultMaxLength): string {
  const escaped = text
    .slice(0, maxLength + 1)
    // eslint-disable-next-line no-control-regex -- control characters are what is escaped
    .replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufffd\\\p{Cs}]/gu, escapeOf);
  return escaped.length <= maxLength
    ? escaped
    : `${escaped.slice(0, maxLength - 1).replace(openEscape, '')}…`;
}

/** An escape, or a pair of surrogates, of which the end was cut off. */
const openEscape = /(?:\\u?[0-9a-f]{0,3}|[\ud800-\udbff])$/;

function escapeOf(character: string): string {
  return character === '\\' ? '\\\\' : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** The identifier itself, or its escaped form where it is none: never anything that a reader cannot store or show. */
export function shownIdentifier(text: string, maxLength = defaultMaxLength): string {
  return isIdentifier(text, maxLength) ? text : escapeText(text, maxLength);
}

/**
 * Free text (names of files, expectations, words of documents) with U+FFFD for every control character but tab, line feed
 * and carriage return, every lone surrogate and every noncharacter.
 */
export function cleanText(text: string): string {
  return text.replaceAll(unkept, replacement);
}

/** Latin ligatures (U+FB00 to U+FB06) as the letters that they stand for: nobody searches for, or compares, the ligature. */
export function spellLigatures(text: string): string {
  return text.replace(/[\ufb00-\ufb06]/gu, (ligature) => ligature.normalize('NFKC'));
}
