import { define } from '../../command.mjs';
import { connectionNote, formatOption, verdictCodes } from './shared.mjs';

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
    lane: {
      type: 'string',
      default: 'normal',
      placeholder: 'lane',
      accepts: { kind: 'choice', of: ['urgent', 'high', 'normal'] },
      text: 'what is processed before what',
    },
    route: {
      type: 'string',
      placeholder: 'route',
      accepts: { kind: 'choice', of: ['fast', 'auto', 'accurate'] },
      defaultText: 'as the fleet is configured',
      text: 'what is spent on reading a page',
    },
    expect: {
      type: 'string',
      multiple: true,
      placeholder: 'name=value',
      accepts: { kind: 'text' },
      text: 'a value that each document is expected to show, such as fullName=Ann Lee; may be given up to 50 times',
    },
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
