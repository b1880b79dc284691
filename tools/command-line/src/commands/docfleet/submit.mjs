import { define } from '../../command.mjs';
import { connectionNote, documentOptions, formatOption, verdictCodes } from './shared.mjs';

export const submit = define({
  call: 'docfleet submit',
  title: 'submit documents to a fleet, and wait for their results',
  description: [
    'Submits files to a running fleet and prints the id of each run, or with --wait the result of each. A file that is',
    'refused never stops the others.',
  ],
  operands: {
    kind: 'inputs',
    text: 'Files are PDF, PNG, JPEG, TIFF or WebP documents; - is standard input, which is sent as it is read.',
  },
  options: {
    wait: {
      type: 'boolean',
      short: 'w',
      default: false,
      text: 'wait until every run has ended, and print the results',
    },
    format: formatOption,
    ...documentOptions,
    'request-id': {
      type: 'string',
      placeholder: 'id',
      accepts: { kind: 'text' },
      defaultText: 'a new one for each file',
      text: 'idempotency key of one file: submitting it again gives the same run',
    },
    'cancel-on-interrupt': {
      type: 'boolean',
      default: false,
      text: 'cancel the runs when the wait is interrupted; without it they go on',
    },
  },
  notes: [connectionNote],
  examples: [
    'npm run docfleet -- submit invoice.pdf --wait',
    'npm run docfleet -- submit *.pdf --wait --format csv > fields.csv',
    'npm run docfleet -- submit scan.tif --lane urgent --request-id order-4711',
  ],
  exitCodes: { ...verdictCodes, 0: 'every document was accepted; with --wait: every one was approved' },
});
