import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GenerateError } from './generate-error.ts';
import { formsOf } from './names.ts';
import { Draft, fillTemplate, type Plan } from './plan.ts';

const template = join(import.meta.dirname, '../templates/class/v1.yaml.txt');

/**
 * The file of a new document class, with two fields to start from. Nothing is written.
 * @throws GenerateError for a name that is no name or is taken
 */
export function planClass(root: string, name: string): Plan {
  const { kebab } = formsOf(name);
  const folder = `schemas/classes/${kebab}`;
  if (existsSync(join(root, folder)))
    throw new GenerateError(`there is a class ${kebab} already: ${folder} exists`);
  const phrase = kebab.replaceAll('-', ' ');
  const draft = new Draft(root);
  draft.create(
    `${folder}/v1.yaml`,
    fillTemplate(readFileSync(template, 'utf8'), {
      name: kebab,
      phrase,
      title: phrase.charAt(0).toUpperCase() + phrase.slice(1),
      set: `${kebab}s`,
    }),
  );
  return draft.plan();
}
