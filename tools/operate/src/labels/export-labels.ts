import { createWriteStream, existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { ApiRefusal, type ApiAddress } from '../api-client.ts';
import type { LabelsArguments } from './labels-arguments.ts';

/** A line of labels. Names of files and folders are checked, because they become paths here. */
const labelRow = z.looseObject({
  id: z.string(),
  file: z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.[a-z]{3,4}$/),
  documentClass: z.string().regex(/^[a-z][a-z0-9]*([_-][a-z0-9]+)*$/),
});
type LabelRow = z.infer<typeof labelRow>;

const self = z.object({ tenantId: z.string().nullable() });

/**
 * Writes what people confirmed in reviews as labelled folders, one a class, with the documents: `evaluate`, `readings` and
 * `train` read them. Documents that are there already are not read again.
 * @returns whether every document could be read
 * @throws ApiRefusal, also for a key of another tenant
 */
export async function exportLabels(
  { tenant, documentClass, since, folder }: LabelsArguments,
  address: ApiAddress,
  say: (line: string) => void,
): Promise<boolean> {
  const { tenantId } = self.parse(await (await ask(address, '/v1/me')).json());
  if (tenantId === null)
    throw new ApiRefusal('A key of a fleet role sees no documents: use a key of the role tenant-admin.');
  if (tenant !== undefined && tenant !== tenantId)
    throw new ApiRefusal(`The key is of tenant ${tenantId}, not of ${tenant}: use a key of that tenant.`);
  const query = new URLSearchParams({
    ...(documentClass !== undefined && { class: documentClass }),
    ...(since !== undefined && { since: new Date(since).toISOString() }),
  });
  const byClass = new Map<string, LabelRow[]>();
  for (const row of rowsIn(await (await ask(address, `/v1/review/labels?${query.toString()}`)).text())) {
    byClass.set(row.documentClass, [...(byClass.get(row.documentClass) ?? []), row]);
  }
  if (byClass.size === 0) say(`Nobody has confirmed a value of tenant ${tenantId} yet: nothing was written.`);
  let missing = 0;
  for (const [name, rows] of byClass) {
    const own = join(folder, name);
    mkdirSync(own, { recursive: true });
    const kept: LabelRow[] = [];
    for (const row of rows) {
      if (await saveDocument(address, own, row.file)) kept.push(row);
      else say(`${row.file} was left out: the document is no longer there`);
    }
    missing += rows.length - kept.length;
    const draft = join(own, 'labels.jsonl.part');
    writeFileSync(draft, kept.map((row) => `${JSON.stringify(row)}\n`).join(''));
    renameSync(draft, join(own, 'labels.jsonl'));
    say(`${own}: ${kept.length} labelled documents`);
  }
  return missing === 0;
}

/** @throws ApiRefusal when the answer was cut short */
function rowsIn(text: string): readonly LabelRow[] {
  if (text !== '' && !text.endsWith('\n'))
    throw new ApiRefusal('The answer ended before its last row: try again.');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => labelRow.parse(JSON.parse(line)));
}

/** False for a document that retention or an erasure has removed. */
async function saveDocument(address: ApiAddress, folder: string, file: string): Promise<boolean> {
  const path = join(folder, file);
  if (existsSync(path)) return true;
  const runId = file.slice(0, file.indexOf('.'));
  const answer = await ask(address, `/v1/jobs/${runId}/artifacts/original`, [404, 410]);
  if (!answer.ok || answer.body === null) return false;
  await pipeline(Readable.fromWeb(answer.body), createWriteStream(`${path}.part`));
  renameSync(`${path}.part`, path);
  return true;
}

async function ask(
  { api, apiKey }: ApiAddress,
  path: string,
  expected: readonly number[] = [],
): Promise<Response> {
  const answer = await fetch(`${api}${path}`, { headers: { authorization: `Bearer ${apiKey}` } }).catch(
    (cause: unknown) => {
      throw new ApiRefusal(`${api} does not answer. Check that the fleet runs (npm start -- --keep).`, {
        cause,
      });
    },
  );
  if (!answer.ok && !expected.includes(answer.status))
    throw new ApiRefusal(`${api}${path} answered ${answer.status}: a key of the role tenant-admin is needed`);
  return answer;
}
