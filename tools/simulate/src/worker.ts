import { parseArgs } from 'node:util';
import { everyNth, playSeeds } from './play-seeds.ts';

/** One child of `main.ts`: plays its share of the seeds and sends the tally to its parent. */
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
const tally = await playSeeds(
  seeds,
  ({ failed }) => performance.now() < endsAt && !(values['until-failure'] && failed.length > 0),
);
process.send?.({ ...tally, counts: [...tally.counts] });
process.disconnect();
