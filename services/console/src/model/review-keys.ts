/** What a key does in the work place of review, in the order in which the help lists it. */
export const reviewActions = [
  'next',
  'previous',
  'accept',
  'edit',
  'remove',
  'undo',
  'add',
  'pick',
  'draw',
  'split',
  'merge',
  'nextPage',
  'previousPage',
  'zoomIn',
  'zoomOut',
  'approve',
  'reject',
  'sendBack',
  'skip',
  'help',
] as const;
export type ReviewAction = (typeof reviewActions)[number];

/** One key for each action, as the browser names it (`KeyboardEvent.key`); empty: none. */
export type ReviewKeys = Readonly<Record<ReviewAction, string>>;

/** Plain keys: the commonest actions need no second finger. */
export const usualKeys: ReviewKeys = {
  next: 'j',
  previous: 'k',
  accept: 'Enter',
  edit: 'e',
  remove: 'x',
  undo: 'z',
  add: 'n',
  pick: 'w',
  draw: 'd',
  split: 'c',
  merge: 'm',
  nextPage: ']',
  previousPage: '[',
  zoomIn: '+',
  zoomOut: '-',
  approve: 'a',
  reject: 'r',
  sendBack: 'b',
  skip: 's',
  help: '?',
};

/** Keys that the browser and screen readers need for themselves. */
const reserved: readonly string[] = [
  ...['Tab', 'Escape', ' ', 'Shift', 'Control', 'Alt', 'AltGraph', 'Meta', 'Dead', 'Process', 'Unidentified'],
  ...['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight', 'CapsLock', 'ContextMenu'],
];

/** Whether an action may have the key. */
export function isUsable(key: string): boolean {
  return key !== '' && !reserved.includes(key) && !/^F\d+$/.test(key);
}

/** The keys in a stored text; what is missing or damaged is as usual. */
export function readKeys(text: string | null): ReviewKeys {
  const stored = parsed(text);
  const entries = reviewActions.map((action): [ReviewAction, string] => {
    const key = stored[action];
    return [action, typeof key === 'string' && (key === '' || isUsable(key)) ? key : usualKeys[action]];
  });
  return Object.fromEntries(entries) as Record<ReviewAction, string>;
}

function parsed(text: string | null): Readonly<Record<string, unknown>> {
  try {
    const value = JSON.parse(text ?? '{}') as unknown;
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** The keys with another one for an action. An action that had it has none any more: one key does one thing. */
export function withKey(keys: ReviewKeys, action: ReviewAction, key: string): ReviewKeys {
  const entries = reviewActions.map((each): [ReviewAction, string] => {
    if (each === action) return [each, key];
    return [each, key !== '' && sameKey(keys[each], key) ? '' : keys[each]];
  });
  return Object.fromEntries(entries) as Record<ReviewAction, string>;
}

/** What a key does. A letter means the same with Caps Lock. */
export function actionOf(keys: ReviewKeys, key: string): ReviewAction | undefined {
  return (
    reviewActions.find((action) => keys[action] !== '' && keys[action] === key) ??
    reviewActions.find((action) => keys[action] !== '' && sameKey(keys[action], key))
  );
}

/** What only moves the view. A key that is held does it again and again; everything else is done once for each press. */
const moving: readonly ReviewAction[] = [
  ...(['next', 'previous', 'nextPage', 'previousPage', 'zoomIn', 'zoomOut'] as const),
];

/** Whether an action is done by a key press; `isRepeat`: the key is held, and this is not its first event. */
export function countsPress(action: ReviewAction, isRepeat: boolean): boolean {
  return !isRepeat || moving.includes(action);
}

function sameKey(a: string, b: string): boolean {
  return a.length === 1 && b.length === 1 ? a.toLowerCase() === b.toLowerCase() : a === b;
}
