import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readEndpoints } from './pipeline.ts';

describe('readEndpoints', () => {
  const folder = mkdtempSync(join(tmpdir(), 'evaluate-'));

  it('reads address and key', () => {
    mkdirSync(join(folder, '.docfleet'));
    writeFileSync(
      join(folder, '.docfleet/endpoints.json'),
      '{"api":"http://127.0.0.1:1","apiKey":"k","broker":"x"}',
    );
    expect(readEndpoints(folder)).toEqual({ api: 'http://127.0.0.1:1', apiKey: 'k' });
  });

  it('tells how to start a stack where there is none', () => {
    expect(() => readEndpoints(join(folder, 'nowhere'))).toThrow('npm start');
  });
});
