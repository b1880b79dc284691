import {
  runIdOf,
  stageNames,
  type Line,
  type PageManifest,
  type PageReading,
  type Word,
} from '@docfleet/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startGateway, type TestGateway } from './gateway.ts';

const { signal } = new AbortController();
const tenant = 'drafts';

let gateway: TestGateway;
let key: string;
let runs: readonly string[];

beforeAll(async () => {
  gateway = await startGateway();
  key = await gateway.keyOf(tenant, 'tenant-admin');
  runs = await Promise.all([0, 1, 2, 3, 4].map(finishedRun));
});
afterAll(() => gateway.close());

/** Texts of a page one below the other, ten pixels a letter. */
function reading(texts: readonly string[]): PageReading {
  const lines = texts.map((text, row): Line => {
    const y = 100 + 60 * row;
    const words = [...text.matchAll(/\S+/gu)].map(({ 0: word, index }): Word => {
      const x = 100 + 10 * index;
      return { text: word, box: [x, y, x + 10 * word.length, y + 30], confidence: 1 };
    });
    return { text, box: [100, y, 100 + 10 * text.length, y + 30], confidence: 1, words };
  });
  return { page: 1, widthPx: 1240, heightPx: 1754, engine: 'text-layer', engineVersion: 'v', lines };
}

/** A run that has ended, with a slip of one page as the stages leave it. */
async function finishedRun(n: number): Promise<string> {
  const requestId = `slip-${String(n)}`;
  const form = new FormData();
  form.set('requestId', requestId);
  form.set('file', new Blob([`%PDF-1.4 ${requestId}`], { type: 'application/pdf' }), `${requestId}.pdf`);
  await fetch(`${gateway.url}/v1/jobs`, { method: 'POST', headers: authorized(), body: form });
  const runId = runIdOf(tenant, requestId);
  const put = async (name: string, value: unknown) => {
    const bytes = Buffer.from(JSON.stringify(value));
    const path = `runs/2026-11-22/${runId}/r1/${name}`;
    return (await gateway.store.createOnce(path, bytes, 'application/json', signal)).ref;
  };
  const page = reading([
    'WEIGHING SLIP',
    `Slip no: WS-${String(100 + n)}`,
    `Date: 1${String(n)}/02/2025`,
    `Weighed by Sample Scales ${String(n)}`,
    'Gross and tare in kilograms',
    `Order no: PO-${String(7 + n)}`,
    'Signed',
  ]);
  const image = await put('preprocess@1/pages/0001.png', {});
  const manifest: PageManifest = {
    mediaType: 'application/pdf',
    pageCount: 1,
    pages: [
      {
        ...{ page: 1, widthPx: 1240, heightPx: 1754, image, dpi: 150, rotation: 0, deskewDegrees: 0 },
        ...{ textLayer: 'none', reading: null },
      },
    ],
  };
  await put('preprocess@1/manifest.json', manifest);
  const read = await put('ocr@1/pages/0001.json', page);
  await put('results/o/evidence_registry.json', { pages: [{ page: 1, reading: read, image }] });
  const bundle = await put('results/o/result.json', {});
  const run = await gateway.runs.find(runId);
  if (run === undefined) throw new Error('no such run');
  const ended = { status: 'completed', stagesDone: stageNames.length, endedAt: run.createdAt + 1 } as const;
  await gateway.runs.save([{ ...run, ...ended, verdict: 'approve', bundle }]);
  return runId;
}

function authorized(as = key): Record<string, string> {
  return { authorization: `Bearer ${as}` };
}

/** Marks the number (third word of the second line) and the date (second word of the third) of each slip. */
function draft(runIds = runs) {
  return {
    name: 'weighing-slip',
    title: 'Weighing slip',
    fields: [
      { name: 'number', type: 'identifier', required: true },
      { name: 'date', type: 'date', required: true },
    ],
    examples: runIds.map((runId) => ({
      runId,
      marks: [
        { field: 'number', page: 1, words: [{ line: 1, word: 2 }] },
        { field: 'date', page: 1, words: [{ line: 2, word: 1 }] },
      ],
    })),
  };
}

function propose(body: unknown, as = key): Promise<Response> {
  const headers = { ...authorized(as), 'content-type': 'application/json' };
  return fetch(`${gateway.url}/v1/class-drafts`, { method: 'POST', headers, body: JSON.stringify(body) });
}

describe('H-02: a class from examples', () => {
  it('gives a class file, weights, and how well each example is read with what the others teach', async () => {
    const answer = await propose(draft());
    expect(answer.status).toBe(200);
    const drafted = (await answer.json()) as {
      readonly classFile: string;
      readonly weightsFile: string;
      readonly scores: unknown;
      readonly problems: unknown;
    };
    expect(drafted.classFile).toContain('phrase: slip no');
    expect(Object.keys(JSON.parse(drafted.weightsFile) as object)).toEqual(['number', 'date']);
    expect(drafted.scores).toEqual({
      fields: [
        { field: 'number', marked: 5, given: 5, right: 5, f1: 1 },
        { field: 'date', marked: 5, given: 5, right: 5, f1: 1 },
      ],
      all: { field: 'micro', marked: 10, given: 10, right: 10, f1: 1 },
    });
    expect(drafted.problems).toEqual([]);
  });

  it('names every mark that stands for nothing', async () => {
    const given = draft();
    const [first] = given.examples;
    first?.marks.push({ field: 'weight', page: 1, words: [{ line: 0, word: 9 }] });
    const answer = await propose({ ...given, fields: [...given.fields, given.fields[0]] });
    expect(answer.status).toBe(400);
    expect(((await answer.json()) as { errors: unknown }).errors).toEqual([
      { path: 'fields.2.name', message: 'stands there twice' },
      { path: 'examples.0.marks.2.field', message: 'not a field of the draft' },
      { path: 'examples.0.marks.2.words.0', message: 'no such word on this page in words.json' },
    ]);
  });

  it('learns from no job of another tenant, from none that has not ended, and not for a viewer', async () => {
    const other = await gateway.keyOf('others', 'tenant-admin');
    expect((await propose(draft(), other)).status).toBe(404);
    expect((await propose(draft([...runs.slice(1), crypto.randomUUID()]))).status).toBe(404);
    expect((await propose(draft(), await gateway.keyOf(tenant, 'viewer'))).status).toBe(403);
  });

  it('needs five examples', async () => {
    expect((await propose(draft(runs.slice(1)))).status).toBe(400);
  });
});
