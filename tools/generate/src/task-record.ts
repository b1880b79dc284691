import { exampleOf, type AvroType, type NamedType } from '@docfleet/codegen';

type RecordType = Extract<NamedType, { type: 'record' }>;

/** The task of a stage that passes on what it is given: the fields of the next stage's task. */
export function passingRecord(name: string, stage: string, next: RecordType): RecordType {
  return { ...next, name, doc: `A document on its way to ${stage}.` };
}

/** A schema file: Avro's usual order of keys. */
export function schemaFile({ name, doc, fields }: RecordType): string {
  return `${JSON.stringify({ type: 'record', name, namespace: 'docfleet', doc, fields }, null, 2)}\n`;
}

/** TypeScript of a value of a record for tests, made with the builders of `@docfleet/testing`; and their names. */
export function taskLiteral(
  record: RecordType,
  types: ReadonlyMap<string, NamedType>,
): { readonly code: string; readonly builders: readonly string[] } {
  const builders = new Set<string>();
  const valueOf = (type: AvroType, field: string): string => {
    if (type === 'docfleet.RunContext') {
      builders.add('runContext');
      return 'runContext()';
    }
    if (type === 'docfleet.ObjectRef') {
      builders.add('objectRef');
      return `objectRef({ uri: 's3://docfleet/${field}' })`;
    }
    if (typeof type === 'object' && 'type' in type && type.type === 'array') return '[]';
    if (typeof type === 'object' && 'type' in type && type.type === 'map') return '{}';
    const holder: NamedType = { type: 'record', name: 'Holder', doc: '', fields: [{ name: field, type }] };
    return JSON.stringify(exampleOf('Holder', new Map([...types, ['Holder', holder]]))[field]);
  };
  const fields = record.fields.map(({ name, type }) => `${name}: ${valueOf(type, name)}`);
  return { code: `{ ${fields.join(', ')} }`, builders: [...builders].sort() };
}
