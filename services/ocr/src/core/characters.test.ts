import { expect, test } from 'vitest';
import { decodeLine, lineConfidence } from './characters.ts';

/** Frames over the classes blank, A, B, space. */
const answer = (...frames: [number, number, number, number][]): Float32Array =>
  Float32Array.from(frames.flat());

const nothing: [number, number, number, number] = [0.97, 0.01, 0.01, 0.01];

test('repeats are joined, blanks separate, the last class is the space', () => {
  const line = decodeLine(
    answer([0, 0.75, 0.25, 0], [0, 0.5, 0.5, 0], nothing, [0, 1, 0, 0], [0.25, 0, 0, 0.75], [0, 0, 1, 0]),
    ['A', 'B'],
  );
  expect(line.characters).toEqual([
    { text: 'A', confidence: 0.75, firstFrame: 0, lastFrame: 1 },
    { text: 'A', confidence: 1, firstFrame: 3, lastFrame: 3 },
    { text: ' ', confidence: 0.75, firstFrame: 4, lastFrame: 4 },
    { text: 'B', confidence: 1, firstFrame: 5, lastFrame: 5 },
  ]);
  expect([line.frames, line.spaces[4]]).toEqual([6, 0.75]);
});

test('the confidence of a line is the mean of its characters', () => {
  expect(lineConfidence(decodeLine(answer([0, 0.75, 0, 0], [0, 0, 0.25, 0]), ['A', 'B']))).toBe(0.5);
  expect(lineConfidence(decodeLine(answer(nothing), ['A', 'B']))).toBe(0);
});
