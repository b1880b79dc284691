import { define } from '../command.mjs';

const mode = /** @type {const} */ ({ type: 'boolean', default: false });

export const chaos = define({
  call: 'npm run chaos',
  title: 'run real servers and services under faults',
  description: [
    'Starts servers and services of its own, kills them while they work, and checks afterwards that every document',
    'ended exactly once. Documents, their order and the faults follow from the seed, which is printed. Data is',
    'removed at the end; logs stay in .docfleet/chaos/logs.',
  ],
  operands: { kind: 'none' },
  options: {
    documents: {
      type: 'string',
      default: '300',
      placeholder: 'n',
      accepts: { kind: 'integer', min: 1, max: 1_000_000 },
      text: 'number of documents; repetitions and rejected records come on top',
    },
    kills: {
      type: 'string',
      default: '30',
      placeholder: 'n',
      accepts: { kind: 'integer', min: 0, max: 1_000_000 },
      text: 'number of processes killed with SIGKILL; other faults come on top',
    },
    seed: {
      type: 'string',
      placeholder: 'n',
      accepts: { kind: 'integer', min: 0, max: 4_294_967_295 },
      defaultText: 'random',
      text: 'seed of documents and faults',
    },
    brokers: {
      type: 'string',
      default: '1',
      placeholder: 'n',
      accepts: { kind: 'choice', of: ['1', '3'] },
      text: 'number of brokers; with 3, leaders of partitions are killed',
    },
    fairness: { ...mode, text: 'instead: urgent and small tenants beside a flood of one tenant' },
    scaling: { ...mode, text: 'instead: members of a stage come and go during long documents' },
    leaders: { ...mode, text: 'instead: many callers write while the leaders of three brokers are killed' },
    soak: { ...mode, text: 'instead: memory of a stage after 10,000 documents of 10,000 tenants' },
    restart: { ...mode, text: 'instead: every service is replaced while 200 short documents run' },
    fuzz: {
      ...mode,
      text: 'instead: fuzzed submissions of one tenant (--documents) beside normal ones of another',
    },
    json: { ...mode, text: 'print the report as JSON; progress goes to stderr' },
  },
  exclusive: ['fairness', 'scaling', 'leaders', 'soak', 'restart', 'fuzz'],
  notes: ['With the defaults it takes about 8 minutes on two cores.'],
  examples: [
    'npm run chaos -- --documents 2000 --kills 200 --seed 7',
    'npm run chaos -- --fairness',
    'npm run chaos -- --fuzz --documents 2000 --seed 7',
  ],
  exitCodes: {
    0: 'every accepted run ended exactly once, and no process is left',
    1: 'a guarantee was violated, or the run could not be carried out',
    137: 'ended at once by a second Ctrl-C',
  },
});
