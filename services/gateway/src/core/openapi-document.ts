import { submittedClasses } from '@docfleet/contracts';
import { reviewChoices } from '@docfleet/domain';
import { exampleOf, type ExampleSchema } from './openapi-example.ts';
import { declaredHeaders, responseHeaders, type ResponseHeader } from './openapi-headers.ts';

interface MediaType {
  schema?: ExampleSchema;
  example?: unknown;
}

interface Answer {
  required?: boolean;
  content?: Record<string, MediaType>;
  headers?: object;
}

interface Operation {
  readonly tags?: readonly string[];
  requestBody?: Answer;
  readonly parameters?: {
    readonly name: string;
    readonly in: string;
    schema?: ExampleSchema;
    example?: unknown;
  }[];
  readonly responses?: Record<string, Answer>;
  /** What the route's configuration says; taken out of the document. */
  'x-response-headers'?: Readonly<Record<string, readonly ResponseHeader[]>>;
}

/** An OpenAPI document as the routes give it, before it is completed. */
export interface OpenApiDocument {
  paths?: Record<string, Record<string, Operation>>;
  components?: { schemas?: Record<string, ExampleSchema>; headers?: object };
  tags?: readonly { readonly name: string; readonly description: string }[];
}

/** What the operations with a tag are about. */
export const tagDescriptions: Readonly<Record<string, string>> = {
  batches: 'Submit several documents together, follow them as one, and read their results as one.',
  review: 'What people look at before a job ends: queue, corrections and decisions.',
  webhooks: 'Receivers of events, and what was delivered to them.',
  usage: 'What a tenant may send and has used.',
  jobs: 'Submit documents, read their results, cancel them.',
  artifacts: 'Files that a finished job left: result, evidence, bundle.',
  erasure: 'Remove a job, or everything of a tenant.',
  keys: 'API keys of tenants and of fleet roles.',
  tenants: 'Tenants, the public keys they sign records with, and where their documents are read from.',
  'dead letters': 'Records that could not be processed, and their redrive.',
  fleet: 'Level, load and models of the fleet, and orders to it.',
  'read model': 'Records that the read model could not store.',
  audit: 'What was changed, and by whom.',
};

/**
 * Adds what the schemas cannot express: the multipart form of an upload, the media type of problems, headers of the
 * answers, examples, and what the tags mean. Schemas that nothing refers to are left out.
 */
export function completeDocument(document: OpenApiDocument): void {
  const { paths = {}, components = {} } = document;
  nameRequestSchemas(document);
  const schemas = components.schemas ?? {};
  const tags = new Set<string>();
  for (const [path, operations] of Object.entries(paths)) {
    for (const operation of Object.values(operations)) {
      for (const tag of operation.tags ?? []) tags.add(tag);
      const form = forms[path];
      if (form !== undefined && operation.requestBody?.content !== undefined) {
        operation.requestBody.content['multipart/form-data'] = { schema: form };
      }
      const json = operation.requestBody?.content?.['application/json'];
      if (path === '/v1/batches' && json !== undefined) json.example = batchExample;
      completeAnswers(path, operation);
      addExamples(operation, schemas);
    }
    const { put } = operations;
    if (path === '/v1/batches/{batchId}/files/{n}' && put !== undefined) {
      put.requestBody = { required: true, content: { 'multipart/form-data': { schema: fileForm } } };
      addExamples(put, schemas);
    }
  }
  components.headers = responseHeaders;
  document.components = components;
  document.tags = [...tags].sort().map((name) => ({ name, description: tagDescriptions[name] ?? '' }));
}

function completeAnswers(path: string, operation: Operation): void {
  const own = operation['x-response-headers'] ?? {};
  delete operation['x-response-headers'];
  for (const [status, answer] of Object.entries(operation.responses ?? {})) {
    const json = answer.content?.['application/json'];
    // Before OpenAPI 3.2, the schema of a stream of events is that of each of them.
    if (path.endsWith('/events') && status === '200' && json !== undefined) {
      answer.content = { 'text/event-stream': json };
    }
    if (path === '/v1/batches/{batchId}/results' && status === '200') {
      answer.content = Object.fromEntries(reportTypes.map((type) => [type, { schema: {} }]));
    }
    if (/^[45]xx$/i.test(status) && json !== undefined) {
      answer.content = { 'application/problem+json': json };
    }
    answer.headers = declaredHeaders(status, own[status] ?? []);
  }
}

function addExamples(operation: Operation, schemas: Readonly<Record<string, ExampleSchema>>): void {
  const bodies = [operation.requestBody ?? {}, ...Object.values(operation.responses ?? {})];
  for (const media of bodies.flatMap(({ content }) => Object.values(content ?? {}))) {
    if (media.example === undefined && media.schema !== undefined) {
      media.example = exampleOf(media.schema, schemas);
    }
  }
  for (const parameter of operation.parameters ?? []) {
    if (parameter.in === 'path')
      parameter.example = exampleOf(parameter.schema ?? {}, schemas, parameter.name);
  }
}

/**
 * Every schema comes twice, as it is read (`JobInput`) and as it is answered (`Job`). What nothing refers to goes; the
 * form that is only read keeps the plain name.
 */
function nameRequestSchemas(document: OpenApiDocument): void {
  const schemas = document.components?.schemas ?? {};
  for (;;) {
    const text = JSON.stringify(document);
    const unused = Object.keys(schemas).filter((name) => !text.includes(`"${referenceTo(name)}"`));
    if (unused.length === 0) break;
    for (const name of unused) Reflect.deleteProperty(schemas, name);
  }
  for (const name of Object.keys(schemas)) {
    const plain = name.replace(/Input$/, '');
    const schema = schemas[name];
    if (plain === name || schema === undefined || plain in schemas) continue;
    schemas[plain] = schema;
    Reflect.deleteProperty(schemas, name);
    rename(document, referenceTo(name), referenceTo(plain));
  }
}

function referenceTo(name: string): string {
  return `#/components/schemas/${name}`;
}

function rename(value: unknown, from: string, to: string): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    if (key === '$ref' && inner === from) Object.assign(value, { $ref: to });
    else rename(inner, from, to);
  }
}

const documentPart = {
  type: 'string',
  contentMediaType: 'application/octet-stream',
  // Generators of clients know a file by it.
  format: 'binary',
  examples: ['the bytes of the file'],
};

const uploadForm = {
  type: 'object',
  required: ['file'],
  properties: {
    file: documentPart,
    requestId: { type: 'string' },
    lane: { type: 'string', enum: ['urgent', 'high', 'normal'], examples: ['normal'] },
    documentId: { type: 'string' },
    route: { type: 'string', enum: ['fast', 'auto', 'accurate'], examples: ['auto'] },
    expectations: {
      type: 'string',
      contentMediaType: 'application/json',
      description: 'A JSON object.',
      examples: ['{"fullName":"Erika Muster"}'],
    },
    documentClass: { type: 'string', enum: [...submittedClasses], examples: ['invoice'] },
    checks: { type: 'string', enum: ['true', 'false'], examples: ['true'] },
    review: { type: 'string', enum: [...reviewChoices], examples: ['tenant'] },
    callbackUrl: { type: 'string', format: 'uri' },
    region: { type: 'string' },
  },
};

const batchForm = {
  type: 'object',
  properties: {
    batch: {
      type: 'string',
      contentMediaType: 'application/json',
      description: 'A JSON object with requestId, metadata and options; before the files.',
      examples: ['{"requestId":"batch-2026-11"}'],
    },
    files: { type: 'array', items: documentPart },
    zip: { ...documentPart, description: 'Instead of files: a ZIP archive of documents.' },
  },
};

/** Of the two kinds of a batch in JSON, which exclude each other, one. */
const batchExample = { sources: [{ uri: 's3://acme-inbox/invoice.pdf' }] };

const fileForm = { type: 'object', required: ['file'], properties: { file: documentPart } };

/** Media types of the report of a batch, one for each format. */
const reportTypes = [
  'application/json',
  'text/csv',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  'application/pdf',
  'application/zip',
];

/** Forms that calls with a JSON body take as well. */
const forms: Readonly<Record<string, ExampleSchema>> = {
  '/v1/jobs': uploadForm,
  '/v1/process': uploadForm,
  '/v1/batches': batchForm,
};
