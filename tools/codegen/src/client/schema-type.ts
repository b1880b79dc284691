import type { JsonSchema } from './openapi.ts';

/** The TypeScript type of a JSON schema. Limits of lengths and values are left to the server. */
export function typeOf(schema: JsonSchema): string {
  if (schema.$ref !== undefined) return schema.$ref.split('/').at(-1) ?? 'unknown';
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return union(schema.enum.map((value) => JSON.stringify(value)));
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (alternatives !== undefined) return union(alternatives.map(typeOf));
  if (schema.allOf !== undefined) return schema.allOf.map((each) => `(${typeOf(each)})`).join(' & ');
  const types = typeof schema.type === 'string' ? [schema.type] : (schema.type ?? []);
  return types.length === 0 ? 'unknown' : union(types.map((type) => plainType(type, schema)));
}

function plainType(type: string, schema: JsonSchema): string {
  switch (type) {
    case 'integer':
    case 'number':
      return 'number';
    case 'string':
    case 'boolean':
    case 'null':
      return type;
    case 'array':
      return `readonly (${typeOf(schema.items ?? {})})[]`;
    case 'object':
      return objectType(schema);
    default:
      throw new Error(`no type is known for a schema of type ${type}`);
  }
}

function objectType({ properties, required = [], additionalProperties }: JsonSchema): string {
  if (properties === undefined || Object.keys(properties).length === 0) {
    const value = typeof additionalProperties === 'object' ? typeOf(additionalProperties) : 'unknown';
    return `Readonly<Record<string, ${value}>>`;
  }
  const fields = Object.entries(properties).map(([name, schema]) =>
    field(name, schema, { isRequired: required.includes(name), description: schema.description }),
  );
  return `{\n${fields.join('\n')}\n}`;
}

/** A field of a type, with what is said about it. */
export function field(
  name: string,
  schema: JsonSchema,
  { isRequired, description }: { readonly isRequired: boolean; readonly description?: string | undefined },
): string {
  const key = /^[A-Za-z_]\w*$/.test(name) ? name : JSON.stringify(name);
  // `exactOptionalPropertyTypes` would refuse an undefined that means the same.
  const type = isRequired ? typeOf(schema) : `${typeOf(schema)} | undefined`;
  return `${comment(description)}readonly ${key}${isRequired ? '' : '?'}: ${type};`;
}

/** A documentation comment; empty where there is nothing to say. */
export function comment(...paragraphs: readonly (string | undefined)[]): string {
  const said = paragraphs.filter((each) => each !== undefined && each !== '');
  if (said.length === 0) return '';
  const lines = said.join('\n\n').replaceAll('*/', '*\\/').split('\n');
  return lines.length === 1
    ? `/** ${lines[0] ?? ''} */\n`
    : `/**\n${lines.map((line) => ` * ${line}`.trimEnd()).join('\n')}\n */\n`;
}

function union(types: readonly string[]): string {
  return [...new Set(types)].join(' | ');
}
