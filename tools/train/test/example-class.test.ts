import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { deliveryNote, type DeliveryNote } from './delivery-note/draw.ts';

const main = join(import.meta.dirname, '../src/main.ts');
const learned = Array.from({ length: 10 }, (_, index) => index + 1);
const unseen = [101, 102, 103, 104];

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'docfleet-class-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Writes delivery notes with labels, as a person labels them, and which of them are learned from. */
async function writeNotes(): Promise<readonly DeliveryNote[]> {
  const path = join(folder, 'notes');
  mkdirSync(path);
  const notes = await Promise.all([...learned, ...unseen].map(deliveryNote));
  const rows = notes.map(({ pdf, labels }, index) => {
    const file = `note-${index}.pdf`;
    writeFileSync(join(path, file), pdf);
    return JSON.stringify({ id: `note-${index}`, file, ...labels });
  });
  writeFileSync(join(path, 'labels.jsonl'), rows.join('\n'));
  writeFileSync(join(path, 'learned.jsonl'), rows.slice(0, learned.length).join('\n'));
  writeFileSync(join(path, 'unseen.jsonl'), rows.slice(learned.length).join('\n'));
  return notes.map(({ labels }) => labels);
}

function command(...args: readonly string[]): { status: number | null; stderr: string; stdout: string } {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--conditions=docfleet-source', main, ...args],
    { encoding: 'utf8', cwd: folder },
  );
  return { status, stderr, stdout };
}

function weights(labels: string, ...options: readonly string[]) {
  const files = [`--labels=notes/${labels}.jsonl`, '--readings=notes/readings.jsonl'];
  return command('weights', '--class=delivery-note', '--classes=classes', ...files, ...options);
}

it(
  'a new class goes from its file and labelled documents to trained weights, which read documents never seen',
  {
    timeout: 300_000,
  },
  async () => {
    const classFolder = join(folder, 'classes/delivery-note');
    mkdirSync(classFolder, { recursive: true });
    copyFileSync(join(import.meta.dirname, 'delivery-note/v1.yaml'), join(classFolder, 'v1.yaml'));
    const expected = (await writeNotes()).slice(learned.length);

    expect(command('readings', 'notes')).toMatchObject({ status: 0, stderr: '' });
    expect(weights('learned', '--l2=0.02', '--folds=2', '--write')).toMatchObject({ status: 0, stderr: '' });
    const written = JSON.parse(readFileSync(join(classFolder, 'weights.v1.json'), 'utf8')) as object;
    expect(Object.keys(written)).toEqual(['number', 'date', 'supplier']);

    expect(weights('unseen', '--apply', '--out=predictions.jsonl')).toMatchObject({ status: 0, stderr: '' });
    const predictions = readFileSync(join(folder, 'predictions.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { readonly fields: unknown }).fields);
    expect(predictions).toEqual(expected.map((note) => ({ ...note, lines: String(note.lines) })));
  },
);

it(
  'says what is wrong with a folder without labels, a class that is not there, and an option',
  {
    timeout: 300_000,
  },
  () => {
    expect(command('readings', 'nowhere')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('labels.jsonl cannot be read') as string,
    });
    expect(
      command('weights', '--class=memo', '--classes=classes', '--labels=notes/labels.jsonl'),
    ).toMatchObject({
      status: 1,
      stderr: 'there is no class memo in classes, only delivery-note\n',
    });
    expect(
      command('weights', '--class=delivery-note', '--classes=classes', '--labels=notes/labels.jsonl'),
    ).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('--readings is needed') as string,
    });
    expect(command('readings', '--colour')).toMatchObject({ status: 2 });
  },
);
