import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readEndpoints } from './pipeline.ts';

describe('readEndpoints', () => {
  const folder = mkdtempSync(join(tmpdir(), 'evaluate-'));

  it('reads address and key', () => {
    const file = join(folder, 'endpoints.json');
    writeFileSync(file, '{"api":"http://127.0.0.1:1","apiKey":"k","broker":"x"}');
    expect(readEndpoints(file)).toEqual({ api: 'http://127.0.0.1:1', apiKey: 'k' });
  });

  it('says how to start a fleet where there is none', () => {
    expect(() => readEndpoints(join(folder, 'nowhere.json'))).toThrow('Start it: npm start -- --keep');
  });
});
