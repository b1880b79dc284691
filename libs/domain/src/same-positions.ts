import { plainText } from './plain-text.ts';

/** Upper case without accents, character by character, so that positions in the text stay true; spaces stay as they are. */
export function samePositions(text: string): string {
  const whole = plainText(text);
  if (whole.length === text.length && whole === text.toUpperCase()) return whole;
  let plain = '';
  for (let i = 0; i < text.length; i += 1) {
    const upper = plainText(text.charAt(i));
    plain += upper.length === 1 && upper !== ' ' ? upper : text.charAt(i);
  }
  return plain;
}
