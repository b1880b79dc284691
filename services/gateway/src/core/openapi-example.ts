/** The parts of a JSON schema that an example is made from. */
export interface ExampleSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly format?: string;
  readonly minimum?: number;
  readonly properties?: Readonly<Record<string, ExampleSchema>>;
  readonly additionalProperties?: ExampleSchema | boolean;
  readonly items?: ExampleSchema;
  readonly anyOf?: readonly ExampleSchema[];
  readonly oneOf?: readonly ExampleSchema[];
}

const runId = '5f0c7d6e-3f0a-5d0b-9a43-2f6a1c9be001';

/** What a field of this name may say, wherever the schema only tells its type. */
const byName: Readonly<Record<string, unknown>> = {
  runId,
  requestId: 'order-4711',
  documentId: 'invoice-2041',
  tenantId: 'acme',
  tenant: 'acme',
  fileName: 'invoice.pdf',
  region: 'local',
  callbackUrl: 'https://acme.example/docfleet',
  uri: 's3://acme-inbox/invoice.pdf',
  sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  expectations: { fullName: 'Erika Muster' },
  stage: 'validation',
  status: 'completed',
  verdict: 'approve',
  failure: null,
  documentClass: 'invoice',
  classVersion: 1,
  confidence: 0.97,
  firstPage: 1,
  lastPage: 1,
  classSource: 'classified',
  checks: true,
  review: 'tenant',
  index: 1,
  name: 'invoiceNumber',
  value: '2024-118',
  normalised: '2024-118',
  page: 1,
  pageCount: 1,
  box: [812, 240, 1010, 268],
  findings: [],
  gaps: [],
  fieldsOmitted: false,
  revision: 1,
  attempt: 1,
  stagesDone: 7,
  stagesTotal: 7,
  queuedMs: 12,
  activeMs: 210,
  sizeBytes: 18_204,
  self: `/v1/jobs/${runId}`,
  job: `/v1/jobs/${runId}`,
  cancel: null,
  artifacts: `/v1/jobs/${runId}/artifacts`,
  href: `/v1/jobs/${runId}/artifacts/result.json`,
  redrive: null,
  redriven: null,
  keyId: '0b6b7a52-6a1f-4f0b-8f0e-5b8f2c3d4e5f',
  createdBy: '0b6b7a52-6a1f-4f0b-8f0e-5b8f2c3d4e5f',
  by: '0b6b7a52-6a1f-4f0b-8f0e-5b8f2c3d4e5f',
  prefix: 'df_ab12cd',
  key: 'df_ab12cd_the-key-is-shown-once',
  publicKey: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
  sources: ['acme-inbox'],
  digest: '9f86d081884c7d65',
  reason: 'the provider is slow',
  code: 'DOC_UNREADABLE',
  title: 'The document cannot be read.',
  message: 'The document cannot be read.',
  next: null,
  revokedAt: null,
  expiresAt: null,
  suspendedAt: null,
  notAfter: null,
  eventTypes: ['document.completed'],
  erasureId: '8d9f2a34-1c55-4c0f-9a67-6f2d1f0a7b11',
};

const byFormat: Readonly<Record<string, string>> = {
  'date-time': '2026-01-31T09:30:00.000Z',
  date: '2026-01-31',
  uuid: runId,
  guid: runId,
  uri: 'https://acme.example/docfleet',
};

/**
 * An example that a schema allows, made from the schema and the names of its fields: no example has to be kept in step
 * by hand. A schema's own `examples` come first.
 */
export function exampleOf(
  schema: ExampleSchema,
  components: Readonly<Record<string, ExampleSchema>>,
  name = '',
): unknown {
  const inner = (of: ExampleSchema, at = name): unknown => exampleOf(of, components, at);
  if (schema.examples?.[0] !== undefined) return schema.examples[0];
  if (schema.$ref !== undefined) return inner(components[schema.$ref.split('/').at(-1) ?? ''] ?? {});
  if (schema.const !== undefined) return schema.const;
  const known = byName[name];
  if (known !== undefined && fits(schema, known, components)) return known;
  if (schema.default !== undefined) return schema.default;
  if (schema.enum !== undefined) return schema.enum[0];
  const [first] = schema.anyOf ?? schema.oneOf ?? [];
  if (first !== undefined) return inner(first);
  switch (typesOf(schema)[0]) {
    case 'object':
      return Object.fromEntries(
        Object.entries(schema.properties ?? {}).map(([field, of]) => [field, inner(of, field)]),
      );
    case 'array':
      return schema.items === undefined ? [] : [inner(schema.items)];
    case 'integer':
    case 'number':
      return Math.max(schema.minimum ?? 0, 0);
    case 'boolean':
      return false;
    case 'null':
      return null;
    case 'string':
      return byFormat[schema.format ?? ''] ?? 'text';
    case undefined:
    default:
      return {};
  }
}

function typesOf({ type }: ExampleSchema): readonly string[] {
  return typeof type === 'string' ? [type] : (type ?? []);
}

/** Whether a value is of the kind that a schema asks for. */
function fits(
  schema: ExampleSchema,
  value: unknown,
  components: Readonly<Record<string, ExampleSchema>>,
): boolean {
  if (schema.enum !== undefined) return schema.enum.includes(value);
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (alternatives !== undefined) return alternatives.some((each) => fits(each, value, components));
  if (schema.$ref !== undefined)
    return fits(components[schema.$ref.split('/').at(-1) ?? ''] ?? {}, value, components);
  if (schema.format !== undefined && schema.format in byFormat) return schema.format === 'uri' || isId(value);
  const types = typesOf(schema);
  return kindsOf(value).some((kind) => types.includes(kind));
}

function isId(value: unknown): boolean {
  return typeof value === 'string' && /^[0-9a-f-]{36}$/.test(value);
}

function kindsOf(value: unknown): readonly string[] {
  if (value === null) return ['null'];
  if (Array.isArray(value)) return ['array'];
  if (typeof value === 'number') return Number.isInteger(value) ? ['integer', 'number'] : ['number'];
  return [typeof value];
}
