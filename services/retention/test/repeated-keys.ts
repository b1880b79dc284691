/** Keys that one object of a JSON text has twice; `JSON.parse` keeps the last one silently. The text is valid JSON. */
export function repeatedKeys(text: string): readonly string[] {
  const repeated: string[] = [];
  const objects: Set<string>[] = [];
  // A string followed by a colon is a key; every other string is skipped as a whole.
  for (const [token, key, colon] of text.matchAll(/("(?:[^"\\]|\\.)*")(\s*:)?|[{}]/g)) {
    if (token === '{') objects.push(new Set());
    else if (token === '}') objects.pop();
    else if (colon !== undefined && key !== undefined) {
      const keys = objects.at(-1);
      if (keys?.has(key) === true) repeated.push(key);
      keys?.add(key);
    }
  }
  return repeated;
}
