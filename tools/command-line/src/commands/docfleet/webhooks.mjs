import { define } from '../../command.mjs';
import { connectionNote, groupOf, jsonOption, limitOption, textOption } from './shared.mjs';

const endpoint = /** @type {const} */ ({
  kind: 'name',
  placeholder: '<endpointId>',
  what: 'the id of one webhook',
  text: 'The id of a webhook, as create and list print it.',
});

const codes = /** @type {const} */ ({ 0: 'done', 1: 'the fleet cannot be reached, or it refuses' });

const secretNote =
  'The secret that messages are signed with is shown this once and stored nowhere; rotate makes another one.';

const eventOption = /** @type {const} */ ({
  ...textOption,
  multiple: true,
  placeholder: 'type',
  text: 'a type of event, such as document.failed, or batch.* for all of a kind; may be given several times',
});

const list = define({
  call: 'docfleet webhooks list',
  title: 'list the webhooks',
  description: ['Lists the webhooks of the tenant.'],
  operands: { kind: 'none' },
  options: { json: jsonOption },
  notes: [connectionNote],
  examples: ['npm run docfleet -- webhooks list'],
  exitCodes: codes,
});

const create = define({
  call: 'docfleet webhooks create',
  title: 'create a webhook and show its secret once',
  description: ['Creates a webhook: an address that is told how documents and batches end.'],
  operands: {
    kind: 'name',
    placeholder: '<url>',
    what: 'one address',
    text: 'The address: https, public, without a password.',
  },
  options: {
    event: { ...eventOption, defaultText: 'all' },
    description: { ...textOption, placeholder: 'text', text: 'a description for people' },
    json: jsonOption,
  },
  notes: [secretNote, connectionNote],
  examples: [
    'npm run docfleet -- webhooks create https://hooks.example.com/docfleet --event "batch.*"',
    'npm run --silent docfleet -- webhooks create https://hooks.example.com --json > webhook.json',
  ],
  exitCodes: codes,
});

const show = define({
  call: 'docfleet webhooks show',
  title: 'print a webhook',
  description: ['Prints a webhook; its secret is not stored and cannot be shown.'],
  operands: endpoint,
  options: { json: jsonOption },
  notes: [connectionNote],
  examples: ['npm run docfleet -- webhooks show $WEBHOOK'],
  exitCodes: codes,
});

const update = define({
  call: 'docfleet webhooks update',
  title: 'change, enable or disable a webhook',
  description: ['Changes what is named of a webhook; the rest stays.'],
  operands: endpoint,
  options: {
    url: { ...textOption, placeholder: 'url', text: 'another address' },
    event: eventOption,
    'all-events': { type: 'boolean', default: false, text: 'every type of event' },
    description: { ...textOption, placeholder: 'text', text: 'another description' },
    enable: { type: 'boolean', default: false, text: 'send to it again, also what has waited' },
    disable: { type: 'boolean', default: false, text: 'send nothing to it' },
    json: jsonOption,
  },
  exclusive: ['enable', 'disable'],
  notes: [connectionNote],
  examples: ['npm run docfleet -- webhooks update $WEBHOOK --event document.failed --enable'],
  exitCodes: codes,
});

const remove = define({
  call: 'docfleet webhooks delete',
  title: 'delete a webhook',
  description: ['Deletes a webhook. What was not delivered yet fails.'],
  operands: endpoint,
  options: { json: jsonOption },
  notes: [connectionNote],
  examples: ['npm run docfleet -- webhooks delete $WEBHOOK'],
  exitCodes: codes,
});

const rotate = define({
  call: 'docfleet webhooks rotate',
  title: 'replace the secret of a webhook and show the new one once',
  description: [
    'Makes a new secret. For --grace, messages carry two signatures, with the new secret and with the former one.',
  ],
  operands: {
    ...endpoint,
    placeholder: '<endpointId | callbacks>',
    what: 'the id of one webhook, or callbacks',
    text: 'The id of a webhook; callbacks: the secret of all callbacks of jobs.',
  },
  options: {
    grace: {
      type: 'string',
      default: '86400',
      placeholder: 'seconds',
      accepts: { kind: 'integer', min: 0, max: 2_592_000 },
      text: 'how long messages are signed with the former secret as well, in seconds',
    },
    json: jsonOption,
  },
  notes: [secretNote, connectionNote],
  examples: [
    'npm run docfleet -- webhooks rotate $WEBHOOK',
    'npm run docfleet -- webhooks rotate callbacks --grace 0',
  ],
  exitCodes: codes,
});

const test = define({
  call: 'docfleet webhooks test',
  title: 'send a test to a webhook and print how it went',
  description: ['Sends an event webhook.test, also to a disabled webhook, and waits for its first attempt.'],
  operands: endpoint,
  options: {
    timeout: {
      type: 'string',
      default: '60',
      placeholder: 'seconds',
      accepts: { kind: 'integer', min: 0, max: 600 },
      text: 'how long the attempt is waited for; 0: not at all',
    },
    json: jsonOption,
  },
  notes: [connectionNote],
  examples: ['npm run docfleet -- webhooks test $WEBHOOK'],
  exitCodes: {
    ...codes,
    0: 'delivered; with --timeout 0: it will be sent',
    4: 'the attempt failed, or there was none in time',
  },
});

const deliveries = define({
  call: 'docfleet webhooks deliveries',
  title: 'list what was sent, or print deliveries with their attempts',
  description: ['Lists deliveries to webhooks and callbacks, newest first.'],
  operands: {
    kind: 'filters',
    placeholder: '[deliveryId ...]',
    text: 'Ids of deliveries: each is printed with its last attempts, and nothing is listed.',
  },
  options: {
    endpoint: {
      ...textOption,
      placeholder: 'id',
      text: 'only those to this webhook; callbacks: to callbacks of jobs',
    },
    state: {
      type: 'string',
      placeholder: 'state',
      accepts: { kind: 'choice', of: ['pending', 'delivered', 'failed'] },
      text: 'only those in it',
    },
    subject: { ...textOption, placeholder: 'id', text: 'only those about this run or batch' },
    limit: limitOption(50),
    json: jsonOption,
  },
  notes: [connectionNote],
  examples: [
    'npm run docfleet -- webhooks deliveries --endpoint $WEBHOOK --state failed',
    'npm run docfleet -- webhooks deliveries $DELIVERY',
  ],
  exitCodes: codes,
});

const replay = define({
  call: 'docfleet webhooks replay',
  title: 'send deliveries again',
  description: ['Sends deliveries again: those that are named, or those of a webhook and a time.'],
  operands: {
    kind: 'filters',
    placeholder: '[deliveryId ...]',
    text: 'Ids of deliveries, as deliveries prints them.',
  },
  options: {
    endpoint: {
      ...textOption,
      placeholder: 'id',
      text: 'instead of ids: those of this webhook, with --since',
    },
    since: { ...textOption, placeholder: 'time', text: 'stored since, such as 2026-11-28T09:00:00Z' },
    until: { ...textOption, placeholder: 'time', defaultText: 'now', text: 'stored before' },
    state: {
      type: 'string',
      placeholder: 'state',
      accepts: { kind: 'choice', of: ['delivered', 'failed'] },
      defaultText: 'both',
      text: 'only those in it',
    },
    json: jsonOption,
  },
  notes: [connectionNote],
  examples: [
    'npm run docfleet -- webhooks replay $DELIVERY',
    'npm run docfleet -- webhooks replay --endpoint $WEBHOOK --since 2026-11-28T09:00:00Z',
  ],
  exitCodes: codes,
});

const subcommands = { list, create, show, update, delete: remove, rotate, test, deliveries, replay };

export const webhooks = define({
  call: 'docfleet webhooks',
  title: 'manage webhooks, and see and repeat what was sent to them',
  description: ['Manages the webhooks of a tenant. It needs a key of the role tenant-admin.'],
  ...groupOf(subcommands),
  examples: [
    'npm run docfleet -- webhooks create https://hooks.example.com/docfleet',
    'npm run docfleet -- webhooks deliveries --state failed',
  ],
});
