import type { ChangeKind } from './change.ts';

/**
 * The last changes of a person that stand, newest first: each `undo` takes back the one before it that stood then.
 *
 * @param newestFirst all changes of one person to one task
 */
export function undoableOf<T extends { readonly kind: ChangeKind }>(
  newestFirst: Iterable<T>,
  count: number,
): readonly T[] {
  const standing: T[] = [];
  let takenBack = 0;
  for (const change of newestFirst) {
    if (standing.length >= count) break;
    if (change.kind === 'undo') takenBack += 1;
    else if (takenBack > 0) takenBack -= 1;
    else standing.push(change);
  }
  return standing;
}
