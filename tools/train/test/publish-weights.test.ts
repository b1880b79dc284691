import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pageReading } from '@docfleet/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';

const main = join(import.meta.dirname, '../src/main.ts');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'docfleet-publish-'));
  const classFolder = join(folder, 'classes/delivery-note');
  mkdirSync(classFolder, { recursive: true });
  mkdirSync(join(folder, 'weights'));
  copyFileSync(join(import.meta.dirname, 'delivery-note/v1.yaml'), join(classFolder, 'v1.yaml'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Notes of five suppliers whose number stands at a label that the class file does not know, beside one of another kind. */
function writeNotes(name: string, numberOf: (n: number) => string): void {
  const notes = Array.from({ length: 20 }, (_, n) => ({
    id: `note-${String(n)}`,
    supplier: `Supplier ${'ABCDE'.charAt(n % 5)} Ltd`,
    number: numberOf(n),
  }));
  const labels = notes.map((note) => JSON.stringify({ ...note, file: `${note.id}.pdf` }));
  const readings = notes.map(({ id, number, supplier }, n) => {
    const texts = [
      supplier,
      `Consignment ${number}`,
      `Route R-${String(700 + n)}`,
      'Delivered by lorry',
      'Pallets 4',
      'Signed',
    ];
    return JSON.stringify({ id, pages: [pageReading(texts)] });
  });
  writeFileSync(join(folder, `${name}-labels.jsonl`), labels.join('\n'));
  writeFileSync(join(folder, `${name}-readings.jsonl`), readings.join('\n'));
}

function train(...args: readonly string[]) {
  const call = [
    '--conditions=docfleet-source',
    main,
    'weights',
    '--class=delivery-note',
    '--classes=classes',
    ...args,
  ];
  const { status, stdout, stderr } = spawnSync(process.execPath, call, { encoding: 'utf8', cwd: folder });
  return { status, stdout, stderr };
}

const data = (name: string) => [
  `--labels=${name}-labels.jsonl`,
  `--readings=${name}-readings.jsonl`,
  '--group-by=supplier',
];

it(
  'publishes weights that groups never seen gain by, lists them and rolls them back',
  { timeout: 120_000 },
  () => {
    writeNotes('good', (n) => `DN-${String(5_000 + n)}`);
    const published = train(...data('good'), '--l2=0.02', '--publish=weights', '--reason=labels of March');
    expect(published).toMatchObject({ status: 0, stderr: '' });
    expect(published.stdout).toMatch(/^mean of groups +0\.\d{4} +0\.\d{4} +\+0\.\d{4}$/m);
    expect(
      Object.keys(JSON.parse(readFileSync(join(folder, 'weights/delivery-note.v1.json'), 'utf8')) as object),
    ).toContain('number');
    expect(train('--published=weights').stdout).toMatch(
      /publish {3}[0-9a-f]{8} {2}gain 0\.\d{4} on 20 documents of 5 groups {2}labels of March/,
    );
    expect(train('--rollback=weights')).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(
        /^in use again: the weights of the class file; taken back: [0-9a-f]{8}\n$/,
      ) as string,
    });
  },
);

it('publishes nothing that makes groups never seen worse, unless it is told to', { timeout: 120_000 }, () => {
  // In the first four suppliers the route is labelled as the number: what is learned of them is wrong for the fifth.
  writeNotes('bad', (n) => (n % 5 === 0 ? `R-${String(700 + n)}` : `DN-${String(5_000 + n)}`));
  const worse = ['--steps=1', '--l2=1000000'];
  const before = train(...data('bad'), '--l2=0.02', '--publish=weights');
  expect(before.status).toBe(0);
  const refused = train(...data('bad'), ...worse, '--publish=weights');
  expect(refused).toMatchObject({
    status: 1,
    stdout: expect.stringContaining('not published: a group that was never seen is read worse') as string,
  });
  expect(train('--published=weights').stdout.trim().split('\n')).toHaveLength(3);
  expect(train(...data('bad'), ...worse, '--publish=weights', '--even-if-worse').status).toBe(0);
});

it(
  'publishes nothing that was not measured, and not to a folder that is not there',
  { timeout: 120_000 },
  () => {
    expect(train(...data('good').slice(0, 2), '--folds=0', '--publish=weights').stderr).toMatch(
      /nothing is published that was not measured/,
    );
    expect(train(...data('good'), '--publish=nowhere').stderr).toMatch(/nowhere does not exist/);
    expect(train('--published=weights', '--rollback=weights')).toMatchObject({ status: 2 });
  },
);
