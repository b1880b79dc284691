import { define } from '../command.mjs';

export const deploy = define({
  call: 'npm run deploy',
  title: 'create topics, schemas and tables that this version needs',
  description: [
    'Creates or extends topics, schemas and tables as this version needs them. Can be repeated. Partitions are',
    'added, never removed; settings that others made on a topic stay as they are.',
  ],
  operands: { kind: 'none' },
  options: {
    preset: {
      type: 'string',
      placeholder: 'name',
      accepts: { kind: 'choice', of: ['local', 'published'] },
      defaultText: 'TOPICS_PRESET, else published',
      text: 'partition counts of topics: local or published',
    },
    'dry-run': {
      type: 'boolean',
      default: false,
      text: 'print what would be done to topics and schemas, and change nothing',
    },
    wait: {
      type: 'string',
      default: '60',
      placeholder: 'seconds',
      accepts: { kind: 'integer', min: 0, max: 99_999 },
      text: 'how long to wait for a server that does not answer',
    },
  },
  notes: ['Environment: KAFKA_BROKERS, SCHEMA_REGISTRY_URL, DATABASE_URL, TOPICS_PRESET.'],
  examples: ['npm run deploy -- --dry-run', 'npm run deploy -- --preset local --wait 120'],
  exitCodes: {
    0: 'everything is as this version needs it',
    1: 'a server did not answer or refused a change',
  },
});
