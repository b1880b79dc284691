import { cp, mkdtemp, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ReadingRoute } from '@docfleet/domain';
import { chooseSandbox } from '@docfleet/workers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startOnnxEngine } from '../src/adapters/onnx-engine.ts';
import { startPageDecoder } from '../src/adapters/page-decoder.ts';
import { startTesseractEngine } from '../src/adapters/tesseract-engine.ts';
import type { PageEngine } from '../src/core/engine.ts';
import { drawPage } from './drawn-page.ts';
import { modelsDirectory } from './models.ts';

const signal = new AbortController().signal;
const children = { size: 1, pageTimeoutMs: 60_000, sandbox: (await chooseSandbox('best')).level };
const decoder = startPageDecoder({ ...children, maxPixels: 120_000_000 });
const limits = { ...children, decoder };
const lines = ['ACME RATES', 'TRADE AND RENT 27452', 'SUM 542 275'];

let models: string;
let page: Buffer;
const engines: PageEngine[] = [];

function onnxOn(modelDirectory: string, route: ReadingRoute = 'accurate'): PageEngine {
  const engine = startOnnxEngine({ ...limits, modelDirectory, alphabet: 'latin', route });
  engines.push(engine);
  return engine;
}

const optionsOf = (route: ReadingRoute) => ({ route, signal, priority: 0 });

beforeAll(async () => {
  models = await modelsDirectory();
  page = await drawPage(lines);
}, 120_000);

afterAll(async () => {
  await Promise.all([decoder, ...engines].map((each) => each.close()));
});

test.each<ReadingRoute>(['fast', 'auto', 'accurate'])(
  'reads a drawn page by the %s route',
  async (route) => {
    const engine = onnxOn(models, route);
    const reading = await engine.read(page, optionsOf(route));
    expect(reading.lines.map(({ text }) => text)).toEqual(lines);
    expect([reading.widthPx, reading.heightPx]).toEqual([800, 312]);
    const [left, top, right, bottom] = reading.lines[1]?.words[3]?.box ?? [0, 0, 0, 0];
    // Where `27452` was drawn: from the sixteenth column of the second line on.
    expect(Math.abs(left - 420)).toBeLessThan(12);
    expect(Math.abs(right - 540)).toBeLessThan(16);
    expect(top).toBeLessThan(130);
    expect(bottom).toBeGreaterThan(146);
    expect(await engine.version(route, signal)).toMatch(new RegExp(`^onnx-\\d+/${route}/`));
  },
  60_000,
);

test('the same page gives the same reading', async () => {
  const engine = onnxOn(models);
  const [first, second] = [
    await engine.read(page, optionsOf('accurate')),
    await engine.read(page, optionsOf('accurate')),
  ];
  expect(second.lines).toEqual(first.lines);
}, 60_000);

test('a receipt seven times as tall as wide is read completely', async () => {
  const tall = Array.from({ length: 40 }, (_, index) => (index === 39 ? 'SUM 275' : 'RENT 42'));
  const image = await drawPage(tall, { width: 380, height: 2700 });
  const reading = await onnxOn(models).read(image, optionsOf('accurate'));
  expect(reading.lines.map(({ text }) => text)).toEqual(tall);
}, 60_000);

test('an empty page has no lines', async () => {
  const image = await drawPage([], { height: 400 });
  expect((await onnxOn(models).read(image, optionsOf('accurate'))).lines).toEqual([]);
}, 60_000);

test('invalid image bytes and too many pixels are document faults', async () => {
  const engine = onnxOn(models);
  await expect(engine.read(Buffer.from('no image'), optionsOf('fast'))).rejects.toMatchObject({
    code: 'DOC_CORRUPT',
  });
  const small = startPageDecoder({ ...children, maxPixels: 1000 });
  try {
    await expect(small.decode(page, optionsOf('fast'))).rejects.toMatchObject({
      code: 'PAGE_TOO_LARGE',
      details: { limit: 1000, actual: 249_600 },
    });
  } finally {
    await small.close();
  }
}, 60_000);

test('M-12 reading a page stops within 2 s of an abort', async () => {
  const engine = onnxOn(models);
  await engine.version('accurate', signal);
  const many = await drawPage(Array.from({ length: 60 }, () => 'TRADE AND RENT 27452'));
  const controller = new AbortController();
  const reading = engine.read(many, { ...optionsOf('accurate'), signal: controller.signal });
  setTimeout(() => {
    controller.abort(new Error('cancelled'));
  }, 100);
  const started = performance.now();
  await expect(reading).rejects.toThrow('cancelled');
  expect(performance.now() - started).toBeLessThan(2100);
}, 60_000);

test('D-03 a damaged model is detected before a page is read, and Tesseract works without models', async () => {
  const damaged = await mkdtemp(join(tmpdir(), 'docfleet-damaged-'));
  try {
    await cp(models, damaged, { recursive: true });
    await truncate(join(damaged, 'detector-tiny.onnx'), 1_000_000);
    const engine = onnxOn(damaged);
    await expect(engine.read(page, optionsOf('accurate'))).rejects.toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
    });
    await expect(engine.version('accurate', signal)).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
  } finally {
    await rm(damaged, { recursive: true });
  }
  const tesseract = startTesseractEngine(limits);
  engines.push(tesseract);
  const reading = await tesseract.read(page, optionsOf('accurate'));
  expect(reading.lines.map(({ text }) => text).join('\n')).toContain('ACME');
}, 120_000);
