import { z } from 'zod';

const parameter = z.object({
  name: z.string(),
  optional: z.boolean().default(false),
  default: z.unknown().optional(),
  allowedValue: z.array(z.string()).default([]),
  metadataVariableReadable: z.boolean().default(false),
  triggerAuthenticationVariableReadable: z.boolean().default(false),
});

/** KEDA's own list of triggers with their parameters, as far as the chart uses them: `resources/scalers.json`. */
export const scalersList = z.object({
  scalers: z.array(z.object({ type: z.string(), parameters: z.array(parameter) })),
});
export type ScalersList = z.infer<typeof scalersList>;

/** What of a ScaledObject is checked. */
export const scaledObject = z.object({
  kind: z.literal('ScaledObject'),
  metadata: z.object({ name: z.string() }),
  spec: z.object({
    scaleTargetRef: z.object({ name: z.string() }),
    minReplicaCount: z.number(),
    maxReplicaCount: z.number(),
    advanced: z.object({ scalingModifiers: z.object({ formula: z.string() }).optional() }),
    triggers: z.array(
      z.object({
        type: z.string(),
        name: z.string().optional(),
        metadata: z.record(z.string(), z.string()),
        authenticationRef: z.object({ name: z.string() }).optional(),
      }),
    ),
  }),
});
export type ScaledObject = z.infer<typeof scaledObject>;
type Trigger = ScaledObject['spec']['triggers'][number];

/** Names that a formula calls and that are no triggers. */
const functions = new Set(['max', 'min']);

/** What KEDA would refuse, or silently do without: unknown and missing parameters, values that are not allowed, names in formulas. */
export function triggerProblems(object: ScaledObject, list: ScalersList): readonly string[] {
  const { triggers, advanced } = object.spec;
  const formula = advanced.scalingModifiers?.formula;
  const named = new Set(triggers.flatMap(({ name }) => name ?? []));
  const used = new Set((formula?.match(/[a-z]\w*/g) ?? []).filter((word) => !functions.has(word)));
  const inFormula =
    formula === undefined
      ? []
      : [
          ...[...used]
            .filter((name) => !named.has(name))
            .map((name) => `the formula has ${name}, which is no trigger`),
          ...[...named].filter((name) => !used.has(name)).map((name) => `the formula leaves ${name} out`),
        ];
  return [...triggers.flatMap((trigger) => problemsOf(trigger, list)), ...inFormula].map(
    (problem) => `${object.metadata.name}: ${problem}`,
  );
}

function problemsOf({ type, metadata, authenticationRef }: Trigger, list: ScalersList): string[] {
  const parameters = list.scalers.find((scaler) => scaler.type === type)?.parameters;
  if (parameters === undefined) return [`no trigger is of the type ${type}`];
  const known = new Map(
    parameters.filter((each) => each.metadataVariableReadable).map((each) => [each.name, each]),
  );
  const wrong = Object.entries(metadata).flatMap(([key, value]) => {
    const own = known.get(key);
    if (own === undefined) return [`${type} has no parameter ${key}`];
    const isAllowed =
      own.allowedValue.length === 0 || value.split(',').every((each) => own.allowedValue.includes(each));
    return isAllowed ? [] : [`${type}: ${key} may not be ${value}`];
  });
  const missing = parameters.filter(
    ({ name, optional, default: usual, triggerAuthenticationVariableReadable }) =>
      !optional &&
      usual === undefined &&
      metadata[name] === undefined &&
      !(triggerAuthenticationVariableReadable && authenticationRef !== undefined),
  );
  return [...wrong, ...missing.map(({ name }) => `${type} needs ${name}`)];
}
