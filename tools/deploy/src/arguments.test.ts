import { describe, expect, it } from 'vitest';
import { parseArguments } from './arguments.ts';

describe('parseArguments', () => {
  it('has defaults', () => {
    expect(parseArguments([])).toEqual({ help: false, dryRun: false, preset: null, waitSeconds: 60 });
  });

  it('reads every option', () => {
    expect(parseArguments(['--preset', 'local', '--dry-run', '--wait', '5', '--help'])).toEqual({
      help: true,
      dryRun: true,
      preset: 'local',
      waitSeconds: 5,
    });
  });

  it.each([[['--preset', 'huge']], [['--wait', 'long']], [['--what']], [['topics']]])(
    'refuses %j',
    (argv) => {
      expect(() => parseArguments(argv)).toThrow();
    },
  );
});
