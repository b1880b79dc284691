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
    acls: {
      type: 'string',
      placeholder: 'prefix',
      accepts: { kind: 'text' },
      text: 'create only the ACLs of the brokers, for principals User:<prefix><service>; with --dry-run list them',
    },
    check: {
      type: 'boolean',
      default: false,
      text: 'with --acls: change nothing, and say what is missing and who may write what only the fleet may',
    },
    'topic-per-tenant': {
      type: 'boolean',
      default: false,
      text: 'with --check: each intake topic belongs to one tenant, as TENANT_PROOF=broker needs it',
    },
    wait: {
      type: 'string',
      default: '60',
      placeholder: 'seconds',
      accepts: { kind: 'integer', min: 0, max: 99_999 },
      text: 'how long to wait for a server that does not answer',
    },
  },
  notes: [
    'Environment: KAFKA_BROKERS, SCHEMA_REGISTRY_URL, DATABASE_URL (the owner of the tables), TOPICS_PRESET; TLS and' +
      ' credentials: docs/connections.md. With DATABASE_REQUEST_URL, DATABASE_PIPELINE_URL,' +
      ' DATABASE_OPERATOR_URL, DATABASE_RETENTION_URL and DATABASE_WEBHOOKS_URL the roles of services get the passwords of these URLs, unless they can log in already' +
      ' (docs/database.md).',
  ],
  examples: [
    'npm run deploy -- --dry-run',
    'npm run deploy -- --preset local --wait 120',
    'npm run deploy -- --acls docfleet- --dry-run',
    'npm run deploy -- --acls docfleet- --check',
  ],
  exitCodes: {
    0: 'everything is as this version needs it',
    1: 'a server did not answer or refused a change, or --check found something',
  },
});
