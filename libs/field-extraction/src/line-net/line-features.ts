import { letterCount } from '../text-span.ts';
import type { NetLine } from './lines.ts';
import type { PatternReader } from './patterns.ts';
import type { SeenValues } from './seen-values.ts';

/** Features of every line: patterns, shape of the text, place on the page. Each about 0 to 1. */
export function lineFeatures(
  lines: readonly NetLine[],
  patterns: PatternReader,
  values: SeenValues,
): readonly Float32Array[] {
  const heights = lines.map((line) => line.height).sort((a, b) => a - b);
  const usual = heights[Math.floor(heights.length / 2)] ?? 1;
  const lefts = lines.map((line) => line.left).sort((a, b) => a - b);
  const rights = lines.map((line) => line.right).sort((a, b) => a - b);
  const left = lefts[Math.floor(lefts.length * 0.02)] ?? 0;
  const right = rights[Math.min(rights.length - 1, Math.floor(rights.length * 0.98))] ?? 1;
  const middles = lines.map((line) => line.middle);
  const top = Math.min(...middles);
  const frame = {
    usual,
    left,
    width: Math.max(1, right - left),
    top,
    height: Math.max(1, Math.max(...middles) - top),
  };
  const amountLines = new Set(values.amounts.map(({ line }) => line));
  const dateLines = new Set(values.dates.map(({ line }) => line));
  return lines.map((line, i) =>
    Float32Array.from([
      ...patterns.read(line.text),
      ...shapeOf(line.text),
      amountLines.has(i) ? 1 : 0,
      dateLines.has(i) ? 1 : 0,
      ...placeOf(lines, i, frame),
    ]),
  );
}

function shapeOf(text: string): readonly number[] {
  const length = Math.max(1, text.length);
  const letters = letterCount(text);
  return [
    Math.min(60, length) / 40,
    letters / length,
    text.replace(/\D/g, '').length / length,
    text.replace(/[^\p{Lu}]/gu, '').length / Math.max(1, letters),
    Math.min(12, text.split(' ').length) / 6,
    letters < 3 ? 1 : 0,
    length <= 4 ? 1 : 0,
  ];
}

interface Frame {
  /** Median height of a line. */
  readonly usual: number;
  readonly left: number;
  readonly width: number;
  readonly top: number;
  readonly height: number;
}

function placeOf(lines: readonly NetLine[], i: number, frame: Frame): readonly number[] {
  const line = lines[i];
  if (line === undefined) return [];
  const above = lines[i - 1];
  const below = lines[i + 1];
  const gap = (from: number, to: number): number => Math.min(4, Math.max(-1, (to - from) / frame.usual)) / 2;
  return [
    (line.middle - frame.top) / frame.height,
    Math.min(line.row, 40) / 20,
    Math.min(i, 60) / 30,
    (line.left - frame.left) / frame.width,
    (line.right - frame.left) / frame.width,
    Math.abs((line.left + line.right) / 2 - frame.left - frame.width / 2) / frame.width,
    (line.right - line.left) / frame.width,
    Math.log(line.height / frame.usual),
    above === undefined ? 1 : gap(above.middle, line.middle),
    below === undefined ? 1 : gap(line.middle, below.middle),
    line.neighbour >= 0 ? 1 : 0,
    Math.exp(-line.row),
    Math.exp(-line.row / 4),
    Math.min(lines.length, 120) / 60,
    (line.right - line.left) / Math.max(1, line.text.length) / frame.usual,
    line.confidence,
  ];
}
