/** A series that an expression of PromQL asks for. */
export interface Selector {
  readonly name: string;
  /** Labels that it is selected by. */
  readonly labels: readonly string[];
}

const string = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g;

/** Lists of labels behind a keyword, which are no series. */
const labelList = /\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g;

const range = /\[[^\]]*\]/g;

const selector = /([a-zA-Z_:][a-zA-Z0-9_:]*)\s*(\{[^}]*\}|\()?/g;

const keywords = new Set([
  'and',
  'or',
  'unless',
  'offset',
  'bool',
  'by',
  'without',
  'on',
  'ignoring',
  'inf',
  'nan',
]);

/** The series that an expression asks for, each time it does. */
export function selectorsIn(expression: string): readonly Selector[] {
  const bare = expression.replaceAll(string, '""').replaceAll(labelList, ' ').replaceAll(range, ' ');
  return [...bare.matchAll(selector)].flatMap(([, name = '', behind = '']): Selector[] => {
    if (behind === '(' || keywords.has(name.toLowerCase()) || isDuration(bare, name)) return [];
    return [
      {
        name,
        labels: [...behind.matchAll(/([a-zA-Z_]\w*)\s*(?:=~|!~|!=|=)/g)].map(([, label = '']) => label),
      },
    ];
  });
}

/** `offset 1h`: the letter behind a number is no name. */
function isDuration(expression: string, name: string): boolean {
  return /^[smhdwy]$/.test(name) && new RegExp(`\\d${name}\\b`).test(expression);
}
