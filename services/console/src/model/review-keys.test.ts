import { expect, test } from 'vitest';
import {
  actionOf,
  countsPress,
  isUsable,
  readKeys,
  reviewActions,
  usualKeys,
  withKey,
} from './review-keys.ts';

test('every action has a usable key of its own', () => {
  expect(new Set(Object.values(usualKeys)).size).toBe(reviewActions.length);
  expect(reviewActions.filter((action) => !isUsable(usualKeys[action]))).toEqual([]);
});

test('a key does its action, a letter also with Caps Lock, and others do nothing', () => {
  expect(actionOf(usualKeys, 'j')).toBe('next');
  expect(actionOf(usualKeys, 'J')).toBe('next');
  expect(actionOf(usualKeys, 'enter')).toBeUndefined();
  expect(actionOf(usualKeys, 'q')).toBeUndefined();
});

test('a key that moves to another action leaves the one that had it', () => {
  const keys = withKey(usualKeys, 'approve', 'J');
  expect(keys.approve).toBe('J');
  expect(keys.next).toBe('');
  expect(actionOf(keys, 'j')).toBe('approve');
  expect(actionOf(withKey(keys, 'approve', ''), 'j')).toBeUndefined();
});

test('stored keys are read again, and damage is as usual', () => {
  const keys = withKey(usualKeys, 'skip', 'y');
  expect(readKeys(JSON.stringify(keys))).toEqual(keys);
  for (const text of [null, '', '{', 'null', '7', '[]', '{"next":7,"accept":"Tab"}']) {
    expect(readKeys(text)).toEqual(usualKeys);
  }
});

test('keys of the browser are left to it', () => {
  expect(['Tab', 'Escape', ' ', 'F5', 'ArrowUp', ''].filter(isUsable)).toEqual([]);
});

test('a key that is held goes on moving, and does everything else once', () => {
  expect(reviewActions.filter((action) => !countsPress(action, false))).toEqual([]);
  expect(reviewActions.filter((action) => countsPress(action, true))).toEqual([
    ...['next', 'previous', 'nextPage', 'previousPage', 'zoomIn', 'zoomOut'],
  ]);
});
