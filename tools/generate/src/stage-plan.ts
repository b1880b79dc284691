import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseTopics, readAvroFolder, type NamedType, type TopicsFile } from '@docfleet/codegen';
import { GenerateError } from './generate-error.ts';
import { formsOf, type NameForms } from './names.ts';
import { Draft, fillTemplate, type Plan } from './plan.ts';
import { passingRecord, schemaFile, taskLiteral } from './task-record.ts';

export interface StageOptions {
  /** Lower-case words joined by `-`. */
  readonly name: string;
  /** The stage that the new one comes after. */
  readonly after: string;
}

/** Partitions of a lane, and so the most replicas, until somebody knows better. */
const partitions = 12;

/** The stage that ends runs, or hands them to people: no stage comes between it and those after it. */
const lastPlace = 'validation';

const templates = join(import.meta.dirname, '../templates/stage');

interface Place {
  readonly root: string;
  readonly forms: NameForms;
  readonly after: string;
  readonly next: string;
}

/**
 * Everything that a new stage needs: its service, record, topics, failure code, scaling and page, and the stage before
 * it writing to it. Nothing is written.
 * @throws GenerateError for a name that is no name or is taken, an unknown stage, or a file that was changed by hand
 */
export function planStage(root: string, { name, after }: StageOptions): Plan {
  const forms = formsOf(name);
  const topics = parseTopics(readFileSync(join(root, 'schemas/topics.yaml'), 'utf8'));
  const types = readAvroFolder(join(root, 'schemas/avro'));
  const next = stageAfter(topics, after);
  checkFree(root, { forms, topics, types });
  const place: Place = { root, forms, after, next };
  const draft = new Draft(root);
  const record = recordOf(place, topics, types);
  draft.create(`schemas/avro/${record.name}.avsc`, schemaFile(record));
  createService(draft, place, taskLiteral(record, types));
  register(draft, place);
  writeToIt(draft, place, valueOf(topics.rows, next));
  return draft.plan();
}

function stageAfter({ stages }: TopicsFile, after: string): string {
  const at = stages.indexOf(after);
  const next = stages[at + 1];
  const places = stages.slice(0, stages.indexOf(lastPlace)).join(', ');
  if (at < 0) throw new GenerateError(`there is no stage ${after}: --after is one of ${places}`);
  if (next === undefined || at >= stages.indexOf(lastPlace)) {
    throw new GenerateError(
      `nothing comes after ${after}: a run ends from ${lastPlace} on, or waits for a person. Choose --after ${places}`,
    );
  }
  return next;
}

function checkFree(
  root: string,
  {
    forms,
    topics,
    types,
  }: {
    readonly forms: NameForms;
    readonly topics: TopicsFile;
    readonly types: ReadonlyMap<string, NamedType>;
  },
): void {
  const { kebab, pascal } = forms;
  if (topics.stages.includes(kebab)) throw new GenerateError(`there is a stage ${kebab} already`);
  const folder = ['services', 'libs', 'tools']
    .map((parent) => `${parent}/${kebab}`)
    .find((path) => existsSync(join(root, path)));
  if (folder !== undefined) throw new GenerateError(`the name ${kebab} is taken: ${folder} exists`);
  const families = topics.rows.flatMap(({ name }) => name.split('.'));
  if (families.includes(kebab)) {
    throw new GenerateError(`the name ${kebab} is taken: schemas/topics.yaml has topics of that name`);
  }
  if (types.has(`${pascal}Task`)) {
    throw new GenerateError(`the name ${kebab} is taken: schemas/avro/${pascal}Task.avsc exists`);
  }
}

function recordOf(
  { forms, next }: Place,
  { rows }: TopicsFile,
  types: ReadonlyMap<string, NamedType>,
): Extract<NamedType, { type: 'record' }> {
  const name = `${forms.pascal}Task`;
  const nextRecord = types.get(valueOf(rows, next));
  if (nextRecord?.type !== 'record') throw new GenerateError(`${next}.tasks has no record in schemas/avro`);
  return passingRecord(name, forms.kebab, nextRecord);
}

/** The record of a stage's tasks. */
function valueOf(rows: TopicsFile['rows'], stage: string): string {
  return rows.find(({ family }) => family === `${stage}.tasks`)?.value ?? '';
}

function createService(
  draft: Draft,
  { root, forms, after, next }: Place,
  task: { readonly code: string; readonly builders: readonly string[] },
): void {
  const { kebab, camel, pascal, upper } = forms;
  const zod = JSON.parse(readFileSync(join(root, 'services/validation/package.json'), 'utf8')) as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  const values = {
    name: kebab,
    camel,
    Type: pascal,
    CODE: upper,
    before: after,
    next,
    produces: 'the task, as it came',
    zodVersion: zod.dependencies['zod'] ?? '',
    task: task.code,
    imports: [...new Set([...task.builders, 'objectRef'])].sort().join(', '),
  };
  const files = {
    'package.json': 'package.json',
    'tsconfig.json': 'tsconfig.json',
    'tsconfig.lib.json': 'tsconfig.lib.json',
    'tsconfig.spec.json': 'tsconfig.spec.json',
    'README.md': 'README.md',
    'src/main.ts': 'src/main.ts',
    'src/config.ts': 'src/config.ts',
    'src/index.ts': 'src/index.ts',
    'src/ports.ts': 'src/ports.ts',
    'src/stage.ts': 'src/stage.ts',
    'src/stage.test.ts': 'src/stage.test.ts',
    [`src/core/${kebab}.ts`]: 'src/core/core.ts',
    [`src/core/${kebab}.test.ts`]: 'src/core/core.test.ts',
    'src/adapters/object-results.ts': 'src/adapters/object-results.ts',
  };
  for (const [path, template] of Object.entries(files)) {
    const imports = template === 'src/core/core.test.ts' ? task.builders.join(', ') : values.imports;
    const text = readFileSync(join(templates, `${template}.txt`), 'utf8');
    draft.create(`services/${kebab}/${path}`, fillTemplate(text, { ...values, imports }));
  }
}

/** Topics, failure code, scaling, compose, and the table of services. */
function register(draft: Draft, { forms, after, next }: Place): void {
  const { kebab, pascal, upper } = forms;
  const topics = 'schemas/topics.yaml';
  const stages = /^stages:\s*\[([^\]]*)\]/m.exec(draft.read(topics));
  const list = (stages?.[1] ?? '').split(',').map((each) => each.trim());
  draft.replace(
    topics,
    /^stages:\s*\[[^\]]*\]/gm,
    `stages: [${list.flatMap((each) => (each === after ? [each, kebab] : [each])).join(', ')}]`,
  );
  const family = [
    '  - {',
    `      name: ${kebab}.tasks,`,
    '      lanes: true,',
    `      value: ${pascal}Task,`,
    '      key: runId,',
    `      partitions: { published: ${partitions}, local: 2 },`,
    '      retentionHours: 168,',
    '    }',
  ].join('\n');
  const before = `  - {\n      name: ${next}.tasks,`;
  draft.replace(topics, before, `${family}\n${before}`);

  const beforeCode = '  TIMEOUT_CALLBACK:';
  draft.replace(
    'libs/domain/src/failure.ts',
    beforeCode,
    `  TIMEOUT_${upper}: { category: 'timeout', message: 'The stage ${kebab} took too long.' },\n${beforeCode}`,
  );

  const scaled =
    new RegExp(`^  ${after}: .*$`, 'm').exec(draft.read('keda/scaling.yaml'))?.[0] ?? `  ${after}:`;
  const scaling = `  ${kebab}: { minReplicas: 2, maxReplicas: ${partitions}, lagPerReplica: 100 }`;
  draft.replace('keda/scaling.yaml', scaled, `${scaled}\n${scaling}`);
  const beforeLast = '  # -- Ends every run\n';
  const deployed = `  # -- What services/${kebab}/README.md says\n  ${kebab}: {}\n`;
  draft.replace('charts/docfleet/values.yaml', beforeLast, `${deployed}${beforeLast}`);

  // Validation has the settings that every stage has, and no others.
  const usual = /^ {2}validation:\n(?: {4}.*\n)+/m.exec(draft.read('compose.yaml'))?.[0] ?? '  validation:';
  draft.replace('compose.yaml', usual, `${usual}\n${usual.replaceAll('validation', kebab)}`);

  const page = 'docs/architecture.md';
  const row = new RegExp(`^\\| ${after} .*$`, 'm').exec(draft.read(page))?.[0] ?? `| ${after} |`;
  const own = `| ${kebab} | \`${kebab}.tasks\` | what services/${kebab}/README.md says | \`${next}.tasks\` |`;
  const writesToNew = row.replaceAll(`\`${next}.tasks\``, `\`${kebab}.tasks\``);
  draft.replace(page, row, `${writesToNew}\n${own}`);
}

/** The stage before writes the new stage's task: where it named the next stage it names this one. */
function writeToIt(draft: Draft, place: Place, nextRecord: string): void {
  const { forms, after, next } = place;
  const { kebab } = forms;
  const page = `services/${after}/README.md`;
  if (draft.read(page).includes(nextRecord)) {
    draft.replace(page, nextRecord, `${forms.pascal}Task`);
  }
  const family = new RegExp(`(?<![\\w-])${next}\\.tasks\\b`, 'g');
  for (const path of draft.files(`services/${after}`)) {
    if (family.test(draft.read(path))) draft.replace(path, family, `${kebab}.tasks`);
    family.lastIndex = 0;
  }
}
