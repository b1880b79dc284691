import { define } from '../command.mjs';

export const measure = define({
  call: 'npm run measure',
  title: 'measure memory, idle processor time and the cost of documents',
  description: [
    'Prints figures of the fleet that runs here (npm start -- --keep): memory in megabytes, idle processor time in',
    'percent of one core, and what each file costs in seconds of processor time. Files are sent one after another;',
    'the idle rate is subtracted; medians. Linux only.',
  ],
  operands: {
    kind: 'files',
    text: 'Files are documents to send; without any, only memory and idle time are measured.',
  },
  options: {
    idle: {
      type: 'string',
      default: '30',
      placeholder: 'seconds',
      accepts: { kind: 'number', above: 0 },
      text: 'how long to watch the idle fleet',
    },
    json: { type: 'boolean', default: false, text: 'print the figures as one JSON object' },
  },
  notes: ['DOCFLEET_ENDPOINTS names another endpoints file than .docfleet/endpoints.json.'],
  examples: ['npm run measure -- --idle 60 receipt.jpg'],
  exitCodes: { 0: 'the figures are printed', 1: 'no fleet runs here, or a document was refused' },
});
