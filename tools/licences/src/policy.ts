import { parse } from 'yaml';
import { z } from 'zod';

const component = z.strictObject({ name: z.string(), version: z.string(), licence: z.string() });

const policy = z.strictObject({
  allowed: z.array(z.string()),
  exceptions: z.array(
    z.strictObject({ packages: z.array(z.string()), licence: z.string(), reason: z.string() }),
  ),
  unstated: z.array(z.strictObject({ package: z.string(), licence: z.string() })),
  wheels: z.array(component),
  models: z.array(component),
  jars: z.array(component),
  images: z.array(component),
  system: z.array(component),
});

/** The data file: allowed licences, exceptions, and all software that npm does not bring. */
export type Policy = Readonly<z.infer<typeof policy>>;

/** Where a component comes from. */
export const origins = ['wheels', 'models', 'jars', 'images', 'system'] as const;

/** Third-party software, as it is listed and checked. */
export interface Component {
  readonly name: string;
  readonly version: string;
  /** SPDX expression; null where the package names none. */
  readonly licence: string | null;
  readonly origin: 'npm' | (typeof origins)[number];
}

/** @throws Error (of zod) that names each wrong or unknown key */
export function parsePolicy(yaml: string): Policy {
  return policy.parse(parse(yaml));
}

/** The components that the data file itself lists. */
export function listedComponents(listed: Policy): Component[] {
  return origins.flatMap((origin) => listed[origin].map((each) => ({ ...each, origin })));
}
