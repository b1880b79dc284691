import { useEffect, useRef, useSyncExternalStore } from 'react';
import {
  actionOf,
  countsPress,
  readKeys,
  usualKeys,
  withKey,
  type ReviewAction,
  type ReviewKeys,
} from '../model/review-keys.ts';

const storageKey = 'docfleet.review-keys';
const listeners = new Set<() => void>();
let kept: { readonly text: string | null; readonly keys: ReviewKeys } | undefined;

function current(): ReviewKeys {
  const text = localStorage.getItem(storageKey);
  if (kept?.text !== text) kept = { text, keys: readKeys(text) };
  return kept.keys;
}

function store(keys: ReviewKeys): void {
  localStorage.setItem(storageKey, JSON.stringify(keys));
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The keys of this browser's user. */
export function useReviewKeys(): ReviewKeys {
  return useSyncExternalStore(subscribe, current);
}

export function rebind(action: ReviewAction, key: string): void {
  store(withKey(current(), action, key));
}

export function resetKeys(): void {
  store(usualKeys);
}

/** Elements that take keys themselves. */
const taking = 'input, select, textarea, [role=dialog], [role=listbox], [role=application], [role=tablist]';

/**
 * Calls what a key is for. Keys of a person who types, or who is in a dialog, are theirs; Enter on a button presses it,
 * unless the button is a value of the task. A key that is held only moves.
 */
export function useKeyActions(isOn: boolean, act: (action: ReviewAction) => void): void {
  const keys = useReviewKeys();
  const latest = useRef(act);
  useEffect(() => {
    latest.current = act;
  });
  useEffect(() => {
    if (!isOn) return undefined;
    const press = (event: KeyboardEvent): void => {
      const { key, ctrlKey, altKey, metaKey, target, defaultPrevented } = event;
      // AltGraph, with which some layouts type brackets, reports Control and Alt.
      const isCommand = !event.getModifierState('AltGraph') && (ctrlKey || altKey || metaKey);
      if (defaultPrevented || isCommand || event.isComposing || !(target instanceof Element)) return;
      if (target.closest(taking) !== null || document.querySelector('[role=dialog]') !== null) return;
      const isControl = target.closest('button, a, [role=button]') !== null;
      if (key === 'Enter' && isControl && target.closest('[data-item]') === null) return;
      const action = actionOf(keys, key);
      if (action === undefined) return;
      event.preventDefault();
      if (countsPress(action, event.repeat)) latest.current(action);
    };
    addEventListener('keydown', press);
    return () => {
      removeEventListener('keydown', press);
    };
  }, [isOn, keys]);
}
