import { define } from '../command.mjs';

export const generate = define({
  call: 'npm run new',
  title: 'create a new stage or document class',
  description: [
    'Creates the files of a new stage or document class and registers it where others are registered.',
  ],
  operands: {
    kind: 'words',
    placeholder: '<what>',
    commands: {
      'stage <name> --after <stage>':
        'a new stage after another one: its service, record, topics, failure code and scaling, and the stage before writes to it',
      'class <name>': 'a new document class with two fields to start from',
    },
  },
  options: {
    after: {
      type: 'string',
      placeholder: 'stage',
      accepts: { kind: 'text' },
      text: 'the stage that comes before the new one (required for a stage)',
    },
    'dry-run': {
      type: 'boolean',
      default: false,
      text: 'write nothing; list the files that would be created and changed',
    },
  },
  notes: [
    'Names are lower-case words joined by -, such as page-check. Guides: docs/add-a-stage.md, docs/add-a-class.md.',
  ],
  examples: ['npm run new -- stage page-check --after ocr --dry-run', 'npm run new -- class delivery-note'],
  exitCodes: { 0: 'created, or listed with --dry-run', 1: 'it cannot be created; nothing was changed' },
});
