import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readModels } from './models.ts';

let folder: string;

const letter = `
name: letter
version: 1
title: Letter
description: A letter.
dateOrder: day-first
classification: { bias: 0, singlePage: false }
thresholds: { field: 0.5, documentClass: 0.5 }
fields:
  - { name: sender, type: text, shape: name, description: Who writes., required: true, pages: first }
`;

const model = {
  scorer: 'trees',
  fields: ['sender'],
  settings: {},
  tensors: { leaves: { type: 'f32', shape: [1], data: 'AACAPw==' } },
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'models-'));
  mkdirSync(join(folder, 'letter/models.v1'), { recursive: true });
  writeFileSync(join(folder, 'letter/v1.yaml'), letter);
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

const write = (content: unknown): void => {
  writeFileSync(join(folder, 'letter/models.v1/sender.json'), JSON.stringify(content));
};

it('reads the models beside the newest version of each class, and gives their digest', () => {
  write(model);
  const { digest, classes } = readModels(folder);
  expect(classes).toEqual([{ documentClass: 'letter', version: 1, models: [model] }]);
  expect(digest).toMatch(/^[0-9a-f]{8}$/);
  write({ ...model, settings: { rounds: 2 } });
  expect(readModels(folder).digest).not.toBe(digest);
});

it('has no digest where no class has a model', () => {
  expect(readModels(folder)).toEqual({ digest: null, classes: [] });
});

it('names the file of a model for a field that the class does not have', () => {
  write({ ...model, fields: ['sender', 'buyer'] });
  expect(() => readModels(folder)).toThrow(/sender\.json:\n {2}the class letter has no field buyer/);
});

it('names the file and the problem of a model that is not valid', () => {
  write({ ...model, tensors: { leaves: { type: 'f64', shape: [1], data: '' } } });
  expect(() => readModels(folder)).toThrow(/sender\.json:\n {2}tensors\.leaves\.type/);
});
