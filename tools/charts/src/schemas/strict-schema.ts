/** A schema of OpenAPI or of JSON. */
export type Schema = Readonly<Record<string, unknown>>;

const isSchema = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Kinds of numbers that Kubernetes writes as text as well. */
const textOrNumber = { anyOf: [{ type: 'string' }, { type: 'number' }] };
const quantity = 'io.k8s.apimachinery.pkg.api.resource.Quantity';

/**
 * A JSON schema that stands alone and knows every key: references are put in place, descriptions left out, and an object
 * whose properties are listed has no others.
 *
 * @throws Error for a reference to what `definitions` does not have
 */
export function strictSchema(schema: Schema, definitions: Readonly<Record<string, Schema>> = {}): Schema {
  const reference = schema['$ref'];
  if (typeof reference === 'string') {
    const name = reference.replace('#/definitions/', '');
    if (name === quantity) return textOrNumber;
    const target = definitions[name];
    if (target === undefined) throw new Error(`No definition of ${name}`);
    return strictSchema(target, definitions);
  }
  if (schema['format'] === 'int-or-string' || schema['x-kubernetes-int-or-string'] === true)
    return textOrNumber;
  const strict: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(schema)) {
    if (['type', 'enum', 'required', 'pattern', 'minimum', 'maximum', 'minItems', 'maxItems'].includes(key))
      strict[key] = value;
    else if (key === 'properties' && isSchema(value))
      strict[key] = Object.fromEntries(
        Object.entries(value).map(([name, each]) => [
          name,
          isSchema(each) ? strictSchema(each, definitions) : each,
        ]),
      );
    else if ((key === 'items' || key === 'additionalProperties') && isSchema(value))
      strict[key] = strictSchema(value, definitions);
  }
  const isOpen = schema['x-kubernetes-preserve-unknown-fields'] === true;
  if ('properties' in strict && !('additionalProperties' in strict) && !isOpen)
    strict['additionalProperties'] = false;
  return strict;
}
