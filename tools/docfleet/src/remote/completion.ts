import type { Command } from '@docfleet/command-line';

export const shells = ['bash', 'zsh', 'fish'] as const;
export type ShellName = (typeof shells)[number];

/** What a shell is told of a subcommand. */
interface Described {
  readonly word: string;
  readonly title: string;
  /** First words of its arguments, where these are known. */
  readonly words: readonly string[];
  readonly options: readonly {
    readonly name: string;
    readonly text: string;
    /** The values that it takes; empty: any. */
    readonly values: readonly string[];
    readonly takesValue: boolean;
  }[];
  readonly takesFiles: boolean;
  /** Its own subcommands. */
  readonly below: readonly Described[];
}

/** The completion script of a shell, from the table of commands. */
export function completionScript(shell: ShellName, subcommands: Readonly<Record<string, Command>>): string {
  const described = describeAll(subcommands);
  switch (shell) {
    case 'bash':
      return bash(described);
    case 'zsh':
      return zsh(described);
    case 'fish':
      return fish(described);
  }
}

function describeAll(subcommands: Readonly<Record<string, Command>>): readonly Described[] {
  return Object.entries(subcommands).map(([word, command]) => describe(word, command));
}

function describe(word: string, { title, operands, options, subcommands = {} }: Command): Described {
  const words =
    operands.kind === 'words' ? Object.keys(operands.commands).map((each) => each.replace(/ .*/, '')) : [];
  return {
    word,
    title,
    words: [...new Set(words)],
    options: [
      ...Object.entries(options).map(([name, option]) => ({
        name,
        text: option.text,
        values: option.type === 'string' && option.accepts.kind === 'choice' ? option.accepts.of : [],
        takesValue: option.type === 'string',
      })),
      { name: 'help', text: 'print the usage', values: [], takesValue: false },
    ],
    takesFiles: operands.kind === 'inputs' || operands.kind === 'files',
    below: describeAll(subcommands),
  };
}

function bash(commands: readonly Described[]): string {
  return [
    '# Completion of docfleet for bash; printed by docfleet completion bash.',
    '_docfleet() {',
    '  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}',
    ...bashWords(commands, 1),
    '}',
    'complete -o filenames -F _docfleet docfleet',
    '',
  ].join('\n');
}

/** Completes the word at a place of the line, and behind it what its command takes. */
function bashWords(commands: readonly Described[], place: number): readonly string[] {
  const indent = '  '.repeat(2 * place - 1);
  return [
    `${indent}if ((COMP_CWORD == ${place})); then`,
    `${indent}  COMPREPLY=($(compgen -W '${commands.map(({ word }) => word).join(' ')} --help' -- "$current")); return`,
    `${indent}fi`,
    `${indent}case "\${COMP_WORDS[${place}]}" in`,
    ...commands.flatMap((command) => [
      `${indent}  ${command.word})`,
      ...(command.below.length > 0
        ? [...bashWords(command.below, place + 1), `${indent}    ;;`]
        : bashArguments(command).map((line) => `${indent}    ${line}`)),
    ]),
    `${indent}esac`,
  ];
}

function bashArguments({ words, options, takesFiles }: Described): readonly string[] {
  const names = options.map(({ name }) => `--${name}`).join(' ');
  const values = options.flatMap(({ name, values: of, takesValue }) =>
    takesValue ? [`  --${name}) COMPREPLY=($(compgen -W '${of.join(' ')}' -- "$current")); return ;;`] : [],
  );
  const rest = takesFiles
    ? 'COMPREPLY=($(compgen -f -- "$current"))'
    : `COMPREPLY=($(compgen -W '${words.join(' ')}' -- "$current"))`;
  return [
    ...(values.length === 0 ? [] : ['case "$previous" in', ...values, 'esac']),
    `if [[ $current == -* ]]; then COMPREPLY=($(compgen -W '${names}' -- "$current")); else ${rest}; fi ;;`,
  ];
}

function zsh(commands: readonly Described[]): string {
  return [
    '#compdef docfleet',
    '# Completion of docfleet for zsh; printed by docfleet completion zsh.',
    '_docfleet() {',
    '  local -a subcommands',
    '  local subcommand',
    ...zshWords(commands, '  '),
    '}',
    // Called when the file is loaded for the first completion, and defined only when it is sourced.
    'if [[ $funcstack[1] == _docfleet ]]; then _docfleet "$@"; else compdef _docfleet docfleet; fi',
    '',
  ].join('\n');
}

/** Completes the second word, or takes the first one away and completes what the command takes. */
function zshWords(commands: readonly Described[], indent: string): readonly string[] {
  return [
    `${indent}subcommands=(`,
    ...commands.map(({ word, title }) => `${indent}  '${word}:${inZsh(title)}'`),
    `${indent})`,
    `${indent}if ((CURRENT == 2)); then _describe 'command' subcommands; return; fi`,
    `${indent}subcommand=$words[2]`,
    `${indent}words=("\${(@)words[2,-1]}"); ((CURRENT--))`,
    `${indent}case $subcommand in`,
    ...commands.flatMap((command) =>
      command.below.length > 0
        ? [`${indent}  ${command.word})`, ...zshWords(command.below, `${indent}    `), `${indent}    ;;`]
        : [`${indent}  ${command.word}) ${zshArguments(command)} ;;`],
    ),
    `${indent}esac`,
  ];
}

function zshArguments({ words, options, takesFiles }: Described): string {
  const specs = options.map(({ name, text, values, takesValue }) => {
    const value = takesValue ? `:${name}:${values.length === 0 ? '' : `(${values.join(' ')})`}` : '';
    return `'--${name}[${inZsh(text)}]${value}'`;
  });
  const rest = takesFiles ? "'*:file:_files'" : words.length > 0 ? `'1:command:(${words.join(' ')})'` : '';
  return `_arguments -s ${[...specs, rest].join(' ')}`;
}

function fish(commands: readonly Described[]): string {
  return [
    '# Completion of docfleet for fish; printed by docfleet completion fish.',
    '# Whether the line begins with these words, and, with --only, has no other before the one that is typed.',
    'function __docfleet_begins',
    '  argparse only -- $argv',
    '  set -l typed (commandline -opc)',
    '  set -e typed[1]',
    '  set -q _flag_only; and test (count $typed) -ne (count $argv); and return 1',
    '  for place in (seq (count $argv))',
    '    test "$typed[$place]" = "$argv[$place]"; or return 1',
    '  end',
    '  return 0',
    'end',
    ...fishWords(commands, []),
    '',
  ].join('\n');
}

function fishWords(commands: readonly Described[], before: readonly string[]): readonly string[] {
  const at = `complete -c docfleet -n '${['__docfleet_begins --only', ...before].join(' ')}' -f`;
  return commands.flatMap((command) => [
    `${at} -a ${command.word} -d '${inFish(command.title)}'`,
    ...(command.below.length > 0
      ? fishWords(command.below, [...before, command.word])
      : fishArguments(command, [...before, command.word])),
  ]);
}

function fishArguments(
  { words, options, takesFiles }: Described,
  before: readonly string[],
): readonly string[] {
  const when = `complete -c docfleet -n '${['__docfleet_begins', ...before].join(' ')}'`;
  return [
    ...(takesFiles ? [] : [`${when} -f`]),
    ...(words.length === 0 ? [] : [`${when} -a '${words.join(' ')}'`]),
    ...options.map(({ name, text, values, takesValue }) => {
      const value = takesValue ? ` -x${values.length === 0 ? '' : ` -a '${values.join(' ')}'`}` : '';
      return `${when} -l ${name}${value} -d '${inFish(text)}'`;
    }),
  ];
}

/** A text between single quotes of a zsh specification. */
function inZsh(text: string): string {
  return text.replaceAll("'", "'\\''").replaceAll(/[[\]:]/g, '\\$&');
}

/** A text between single quotes of fish. */
function inFish(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll("'", "\\'");
}
