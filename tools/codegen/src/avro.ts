import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** An Avro type as it stands in a schema file: a name, a union or a definition. */
export type AvroType =
  | string
  | readonly AvroType[]
  | { readonly type: 'array'; readonly items: AvroType }
  | { readonly type: 'map'; readonly values: AvroType }
  | NamedType;

export type NamedType =
  | {
      readonly type: 'enum';
      readonly name: string;
      readonly doc: string;
      readonly symbols: readonly string[];
    }
  | {
      readonly type: 'record';
      readonly name: string;
      readonly doc: string;
      readonly fields: readonly Field[];
    };

export interface Field {
  readonly name: string;
  readonly type: AvroType;
  readonly doc?: string;
  readonly default?: unknown;
}

const namespace = 'docfleet';

/** Reads every `.avsc` of a folder, by name. Each file defines one type and refers to others as `docfleet.<Name>`. */
export function readAvroFolder(folder: string): ReadonlyMap<string, NamedType> {
  const types = new Map<string, NamedType>();
  for (const file of readdirSync(folder)
    .filter((name) => name.endsWith('.avsc'))
    .sort()) {
    const type = JSON.parse(readFileSync(join(folder, file), 'utf8')) as NamedType;
    if (`${type.name}.avsc` !== file) throw new Error(`${file} defines ${type.name}`);
    types.set(type.name, type);
  }
  return types;
}

/** A schema that stands alone: each named type is written out where it is first used. */
export function selfContained(name: string, types: ReadonlyMap<string, NamedType>): unknown {
  const written = new Set<string>();
  const expand = (type: AvroType): unknown => {
    if (typeof type === 'string') {
      if (!type.startsWith(`${namespace}.`)) return type;
      if (written.has(type)) return type;
      return expandNamed(lookup(type.slice(namespace.length + 1), types));
    }
    if (isUnion(type)) return type.map(expand);
    if (type.type === 'array') return { ...type, items: expand(type.items) };
    if (type.type === 'map') return { ...type, values: expand(type.values) };
    return expandNamed(type);
  };
  const expandNamed = (type: NamedType): unknown => {
    written.add(`${namespace}.${type.name}`);
    if (type.type === 'enum') return { ...type, namespace };
    return {
      ...type,
      namespace,
      fields: type.fields.map((field) => ({ ...field, type: expand(field.type) })),
    };
  };
  return expandNamed(lookup(name, types));
}

/** The TypeScript declaration of a named type. */
export function declarationOf(type: NamedType): string {
  if (type.type === 'enum') {
    return `/** ${type.doc} */\nexport type ${type.name} = ${type.symbols.map((s) => `'${s}'`).join(' | ')};\n`;
  }
  const fields = type.fields.map((field) => {
    const doc = field.doc === undefined ? '' : `/** ${field.doc} */\n`;
    return `${doc}readonly ${field.name}: ${typeScriptOf(field.type)};`;
  });
  return `/** ${type.doc} */\nexport interface ${type.name} {\n${fields.join('\n')}\n}\n`;
}

/** Records that no other type refers to from inside: the values of topics. */
export function recordNames(types: ReadonlyMap<string, NamedType>): readonly string[] {
  return [...types.values()].filter((type) => type.type === 'record').map((type) => type.name);
}

/**
 * A value of a type that is the same on every machine: the recorded example that every later build must decode.
 * Strings tell their field, numbers count, maps and arrays have one entry, optional fields are filled.
 */
export function exampleOf(
  name: string,
  types: ReadonlyMap<string, NamedType>,
): Readonly<Record<string, unknown>> {
  const example = (type: AvroType, field: string): unknown => {
    if (typeof type === 'string') return exampleOfName(type, field);
    if (isUnion(type)) return example(type.find((branch) => branch !== 'null') ?? 'null', field);
    if (type.type === 'array') return [example(type.items, field)];
    if (type.type === 'map') return { [field]: example(type.values, field) };
    return exampleOfNamed(type);
  };
  const exampleOfName = (type: string, field: string): unknown => {
    switch (type) {
      case 'string':
        return `example ${field}`;
      case 'int':
      case 'long':
        return field.length;
      case 'double':
        return 0.5;
      case 'boolean':
        return true;
      case 'null':
        return null;
      default:
        return exampleOfNamed(lookup(type.slice(namespace.length + 1), types));
    }
  };
  const exampleOfNamed = (type: NamedType): Record<string, unknown> | string => {
    if (type.type === 'enum') return type.symbols[0] ?? '';
    return Object.fromEntries(type.fields.map((field) => [field.name, example(field.type, field.name)]));
  };
  const value = exampleOfNamed(lookup(name, types));
  if (typeof value === 'string') throw new Error(`${name} is not a record`);
  return value;
}

function typeScriptOf(type: AvroType): string {
  if (typeof type === 'string') {
    switch (type) {
      case 'int':
      case 'long':
      case 'double':
        return 'number';
      case 'string':
      case 'boolean':
      case 'null':
        return type;
      default:
        return type.slice(namespace.length + 1);
    }
  }
  if (isUnion(type))
    return type
      .map(typeScriptOf)
      .sort((a, b) => Number(a === 'null') - Number(b === 'null'))
      .join(' | ');
  if (type.type === 'array') return `readonly ${typeScriptOf(type.items)}[]`;
  if (type.type === 'map') return `Readonly<Record<string, ${typeScriptOf(type.values)}>>`;
  return type.name;
}

function isUnion(type: AvroType): type is readonly AvroType[] {
  return Array.isArray(type);
}

function lookup(name: string, types: ReadonlyMap<string, NamedType>): NamedType {
  const type = types.get(name);
  if (type === undefined) throw new Error(`no schema file defines ${name}`);
  return type;
}
