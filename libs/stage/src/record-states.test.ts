import { expect, test } from 'vitest';
import { checkTransition, recordStates, transitions } from './record-states.ts';

test('every state is reached from received, and leads to done or released', () => {
  const reachable = (from: (typeof recordStates)[number], seen: Set<string>): Set<string> => {
    if (seen.has(from)) return seen;
    seen.add(from);
    for (const to of recordStates) if (transitions[from][to] !== undefined) reachable(to, seen);
    return seen;
  };
  expect([...reachable('received', new Set())].toSorted()).toEqual([...recordStates].toSorted());
  for (const state of recordStates) {
    const ends = ['done', 'released'].filter((end) => reachable(state, new Set()).has(end));
    expect([state, ends.length > 0]).toEqual([state, true]);
  }
});

test('a transition that does not exist is refused', () => {
  expect(() => {
    checkTransition('done', 'executing', 'runner');
  }).toThrow('a record cannot go from done to executing by the runner: there is no such transition');
});

test('a transition is refused to everybody but its owner', () => {
  expect(() => {
    checkTransition('committing', 'done', 'runner');
  }).toThrow('a record cannot go from committing to done by the runner: this belongs to the partition');
  expect(() => {
    checkTransition('committing', 'done', 'partition');
  }).not.toThrow();
});

test('each transition has the owner that decides it', () => {
  const ownerOf = (from: string, to: string): string => {
    // A change of the group takes a record away or brings it back.
    if (from === 'adopted' || ['adopted', 'stopping', 'released'].includes(to)) return 'assignments';
    // A commit is its partition's.
    if (to === 'committing' || ['committing', 'inDoubt'].includes(from)) return 'partition';
    return 'runner';
  };
  for (const from of recordStates)
    for (const [to, owner] of Object.entries(transitions[from]))
      expect([from, to, owner]).toEqual([from, to, ownerOf(from, to)]);
});
