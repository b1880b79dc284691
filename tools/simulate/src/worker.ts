import { parseArgs } from 'node:util';
import { everyNth, playSeeds } from './play-seeds.ts';

/** Interval of progress messages, in milliseconds. */
const reportEveryMs = 2_000;

/** A child process of `main.ts`: plays its share of the seeds and sends the tally to its parent. */
const { values } = parseArgs({
  options: {
    from: { type: 'string' },
    to: { type: 'string' },
    step: { type: 'string' },
    'until-failure': { type: 'boolean', default: false },
    'limit-ms': { type: 'string' },
  },
});
const endsAt = performance.now() + Number(values['limit-ms'] ?? Infinity);
const seeds = everyNth(Number(values.from), Number(values.to), Number(values.step));
let reportedAt = performance.now();
const tally = await playSeeds(seeds, ({ schedules, failed }) => {
  if (performance.now() - reportedAt > reportEveryMs) {
    reportedAt = performance.now();
    process.send?.({ kind: 'progress', schedules, failed: failed.length });
  }
  return performance.now() < endsAt && !(values['until-failure'] && failed.length > 0);
});
process.send?.({ kind: 'tally', ...tally, counts: [...tally.counts] });
process.disconnect();
