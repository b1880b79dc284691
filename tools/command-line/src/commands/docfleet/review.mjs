import { define } from '../../command.mjs';
import { connectionNote, groupOf, jsonOption, limitOption, textOption } from './shared.mjs';

const task = /** @type {const} */ ({
  kind: 'name',
  placeholder: '<taskId>',
  what: 'the id of one task',
  text: 'The id of a task, as list and next print it.',
});

const codes = /** @type {const} */ ({
  0: 'done',
  1: 'the fleet cannot be reached, or it refuses',
  3: 'no task is free, or a second person must approve as well',
});

const reasonOption = /** @type {const} */ ({
  ...textOption,
  placeholder: 'text',
  text: 'why; it is kept with the decision',
});

const claimNote = 'The task is claimed first; it is refused while somebody else works on it.';

const list = define({
  call: 'docfleet review list',
  title: 'list what waits for a person',
  description: ['Lists the tasks of the tenant in the order of the queue.'],
  operands: { kind: 'none' },
  options: {
    state: {
      type: 'string',
      placeholder: 'state',
      accepts: { kind: 'choice', of: ['waiting', 'decided', 'closed'] },
      default: 'waiting',
      text: 'tasks in this state',
    },
    class: { ...textOption, placeholder: 'class', text: 'tasks of this class of documents' },
    limit: limitOption(20),
    json: jsonOption,
  },
  notes: [connectionNote],
  examples: ['npm run docfleet -- review list --class invoice'],
  exitCodes: codes,
});

const next = define({
  call: 'docfleet review next',
  title: 'claim the best free task and print it',
  description: ['Claims the task that should be done next, and prints its documents.'],
  operands: { kind: 'none' },
  options: {
    class: { ...textOption, placeholder: 'class', text: 'a task of this class of documents' },
    json: jsonOption,
  },
  notes: [connectionNote],
  examples: ['npm run docfleet -- review next'],
  exitCodes: codes,
});

const show = define({
  call: 'docfleet review show',
  title: 'print a task with its documents as they are now',
  description: ['Prints a task with its documents as they are now.'],
  operands: task,
  options: { json: jsonOption },
  notes: [connectionNote],
  examples: ['npm run docfleet -- review show 5b0f7d0c-6c57-5b3c-9e0a-1f2e3d4c5b6a'],
  exitCodes: codes,
});

const approve = define({
  call: 'docfleet review approve',
  title: 'approve a job, with corrected values where they are given',
  description: ['Approves the job of a task: it ends with the documents as they are then.'],
  operands: task,
  options: {
    set: {
      ...textOption,
      multiple: true,
      placeholder: 'field=value',
      text: 'gives a field of the first document a value before the approval; may be given several times',
    },
    reason: reasonOption,
    json: jsonOption,
  },
  notes: [claimNote, connectionNote],
  examples: ['npm run docfleet -- review approve 5b0f7d0c-6c57-5b3c-9e0a-1f2e3d4c5b6a --set total=12.50'],
  exitCodes: codes,
});

const reject = define({
  call: 'docfleet review reject',
  title: 'reject a job',
  description: ['Rejects the job of a task: it ends with the verdict reject.'],
  operands: task,
  options: { reason: reasonOption, json: jsonOption },
  notes: [claimNote, connectionNote],
  examples: ['npm run docfleet -- review reject 5b0f7d0c-6c57-5b3c-9e0a-1f2e3d4c5b6a --reason "not ours"'],
  exitCodes: codes,
});

const subcommands = { list, next, show, approve, reject };

export const review = define({
  call: 'docfleet review',
  title: 'look at what the machine doubts, and decide',
  description: [
    'Lists what waits for a person, and decides it. It needs a key of the role reviewer or tenant-admin.',
  ],
  ...groupOf(subcommands),
  examples: ['npm run docfleet -- review list', 'npm run docfleet -- review next'],
});
