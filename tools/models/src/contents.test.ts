import { zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { tinyCharacters, type ModelFile } from './catalogue.ts';
import { contentsOf } from './contents.ts';

const fileOf = (path: string, facts: Partial<ModelFile> = {}): ModelFile => ({
  name: 'recogniser-latin-characters',
  file: 'recogniser.txt',
  sha256: '',
  wheel: { project: 'project', version: '1', licence: 'Apache-2.0' },
  path,
  ...facts,
});

const archive = zipSync({
  'models/rec.onnx': new Uint8Array(),
  'other/file': Buffer.from('not asked for'),
  [tinyCharacters]: Buffer.from('A\r\n中\r\né\r\n'),
});

test('a file comes out as it lies in the archive', () => {
  expect(
    contentsOf(archive, [fileOf(tinyCharacters)]).map(({ bytes }) => Buffer.from(bytes).toString()),
  ).toEqual(['A\r\n中\r\né\r\n']);
});

test('a model without characters of its own gets those of the dictionary, whatever ends its lines', () => {
  const derived = contentsOf(archive, [fileOf('models/rec.onnx', { derive: 'characters' })]);
  expect(derived.map(({ bytes }) => Buffer.from(bytes).toString())).toEqual(['A\né\n']);
});

test('a file that is not there is named', () => {
  expect(() => contentsOf(archive, [fileOf('models/none.onnx')])).toThrow(
    'models/none.onnx is not in project',
  );
});
