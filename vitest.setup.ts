import { afterEach, beforeEach, expect } from 'vitest';

/**
 * A test that writes to the console fails: what is worth saying is asserted. Lines printed while a file is
 * collected (why a group of tests is skipped, for instance) are not touched.
 */
const methods = ['log', 'info', 'warn', 'error', 'debug'] as const;
const originals = methods.map((method) => console[method]);
let written: string[] = [];

beforeEach(() => {
  written = [];
  for (const method of methods) {
    console[method] = (...parts: readonly unknown[]) => {
      written.push(`${method}: ${parts.map(String).join(' ')}`);
    };
  }
});

afterEach(() => {
  methods.forEach((method, index) => {
    console[method] = originals[index] ?? console[method];
  });
  expect(written, 'lines written to the console').toEqual([]);
});
