import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { longRuns, runsNamed } from './long-runs.ts';

describe('long runs', () => {
  let root = '';

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'docfleet-long-'));
    mkdirSync(join(root, 'tools/chaos/test/long'), { recursive: true });
  });

  afterEach(() => {
    rmSync(root, { recursive: true });
  });

  const put = (text: string): void => {
    writeFileSync(join(root, 'tools/chaos/test/long/faults.test.ts'), text);
  };

  it('finds a test by its folder, with its time and what it checks', () => {
    put("import x from 'x';\n\n/** About 9 min: nothing is lost. */\ntest();\n");
    expect(longRuns(root)[0]).toMatchObject({ name: 'faults', takes: '9 min', checks: 'nothing is lost' });
  });

  it('starts servers around a test that says so', () => {
    put('/** About 9 min, with servers: nothing is lost. */\n');
    expect(longRuns(root)[0]).toMatchObject({ takes: '9 min', needsServers: true });
    put('/** About 9 min: nothing is lost. */\n');
    expect(longRuns(root)[0]?.needsServers).toBe(false);
  });

  it('refuses a test that does not say how long it takes', () => {
    put('test();\n');
    expect(() => longRuns(root)).toThrow('tools/chaos/test/long/faults.test.ts needs a comment of one line');
  });

  it('gives the named runs in the order given, and all for no name', () => {
    const runs = longRuns(root);
    expect(runsNamed(runs, ['mutation', 'schedules']).map(({ name }) => name)).toEqual([
      'mutation',
      'schedules',
    ]);
    expect(runsNamed(runs, [])).toEqual(runs);
  });

  it('says which runs there are when a name is none of them', () => {
    expect(() => runsNamed(longRuns(root), ['mutations'])).toThrow(
      "There is no long run 'mutations'. There are: schedules, sabotage, sabotage-live, mutation.",
    );
  });
});
