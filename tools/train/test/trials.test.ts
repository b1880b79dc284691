import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { evidenceOf, findDocuments } from '@docfleet/classification';
import { documentClasses } from '@docfleet/contracts';
import { comparable, type DocumentFields } from '@docfleet/domain';
import { extractDocument } from '@docfleet/field-extraction';
import { judgeRun, judgedDocuments } from '@docfleet/judgement';
import { sharedData } from '@docfleet/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPageReader, type PageReader } from '../src/read-pages.ts';

const shared = sharedData('trials after public bug reports');

interface Trial {
  readonly file: string;
  readonly kind: string;
  readonly right: {
    readonly documents: number;
    readonly class: string;
    readonly fields?: Readonly<Record<string, string | number>>;
    readonly each?: readonly Readonly<Record<string, string>>[];
  };
}

/** Those whose pages have text of their own, so that no model of the reading engine is needed. */
const withText = /^(?:00a|00b|01|05|29|30)-/;

const trials =
  shared === undefined
    ? []
    : readFileSync(join(shared, 'trials/expected.jsonl'), 'utf8')
        .split('\n')
        .filter((line) => line.trim() !== '')
        .map((line) => JSON.parse(line) as Trial)
        .filter(({ file }) => withText.test(file));

describe.skipIf(shared === undefined)('trials', () => {
  let reader: PageReader;
  beforeAll(async () => {
    reader = await openPageReader({ models: undefined });
  });
  afterAll(() => reader.close());

  async function read(file: string) {
    const bytes = readFileSync(join(shared ?? '', 'trials', file));
    const pages = await reader.read(bytes, AbortSignal.timeout(60_000));
    const evidence = pages.map((page) => evidenceOf(page, documentClasses));
    const fields = findDocuments(evidence, documentClasses).map((found): DocumentFields => {
      const documentClass = documentClasses.find(({ name }) => name === found.documentClass);
      if (documentClass === undefined) throw new Error(`There is no class ${found.documentClass}.`);
      const own = pages.filter(({ page }) => page >= found.firstPage && page <= found.lastPage);
      return extractDocument(found, documentClass, own);
    });
    const run = {
      pageCount: pages.length,
      expectations: {},
      checks: true,
      acceptedAt: Date.parse('2025-06-01'),
    };
    return { fields, verdict: judgeRun({ ...run, documents: judgedDocuments(fields, pages) }) };
  }

  it.each(trials)('$file is read right ($kind)', async ({ file, right }) => {
    const { fields, verdict } = await read(file);
    expect(fields.map(({ documentClass }) => documentClass)).toEqual(
      Array.from({ length: right.documents }, () => right.class),
    );
    const wanted = right.each ?? [right.fields ?? {}];
    const found = wanted.map((values, i) =>
      Object.fromEntries(
        Object.keys(values).map((name) => [
          name,
          fields[i]?.fields.find((field) => field.name === name)?.normalised,
        ]),
      ),
    );
    expect(found.map(comparableValues)).toEqual(wanted.map(comparableValues));
    const codes = verdict.documents.flatMap(({ findings }) => findings.map(({ code }) => code));
    expect(codes.filter((code) => !/_UNSURE$/.test(code))).toEqual([]);
  });
});

function comparableValues(values: Readonly<Record<string, string | number | undefined>>): unknown {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, comparable('text', String(value))]),
  );
}
