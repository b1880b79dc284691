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
}

/** The completion script of a shell, from the table of commands. */
export function completionScript(shell: ShellName, subcommands: Readonly<Record<string, Command>>): string {
  const described = Object.entries(subcommands).map(([word, command]) => describe(word, command));
  switch (shell) {
    case 'bash':
      return bash(described);
    case 'zsh':
      return zsh(described);
    case 'fish':
      return fish(described);
  }
}

function describe(word: string, { title, operands, options }: Command): Described {
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
  };
}

function bash(commands: readonly Described[]): string {
  const cases = commands.map(({ word, words, options, takesFiles }) => {
    const names = options.map(({ name }) => `--${name}`).join(' ');
    const values = options.flatMap(({ name, values: of, takesValue }) =>
      takesValue
        ? [`        --${name}) COMPREPLY=($(compgen -W '${of.join(' ')}' -- "$current")); return ;;`]
        : [],
    );
    const rest = takesFiles
      ? 'COMPREPLY=($(compgen -f -- "$current"))'
      : `COMPREPLY=($(compgen -W '${words.join(' ')}' -- "$current"))`;
    return [
      `    ${word})`,
      ...(values.length === 0 ? [] : ['      case "$previous" in', ...values, '      esac']),
      `      if [[ $current == -* ]]; then COMPREPLY=($(compgen -W '${names}' -- "$current")); else ${rest}; fi ;;`,
    ].join('\n');
  });
  return [
    '# Completion of docfleet for bash; printed by docfleet completion bash.',
    '_docfleet() {',
    '  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}',
    '  if ((COMP_CWORD == 1)); then',
    `    COMPREPLY=($(compgen -W '${commands.map(({ word }) => word).join(' ')} --help' -- "$current")); return`,
    '  fi',
    '  case "${COMP_WORDS[1]}" in',
    ...cases,
    '  esac',
    '}',
    'complete -o filenames -F _docfleet docfleet',
    '',
  ].join('\n');
}

function zsh(commands: readonly Described[]): string {
  const titles = commands.map(({ word, title }) => `    '${word}:${inZsh(title)}'`);
  const cases = commands.map(({ word, words, options, takesFiles }) => {
    const specs = options.map(({ name, text, values, takesValue }) => {
      const value = takesValue ? `:${name}:${values.length === 0 ? '' : `(${values.join(' ')})`}` : '';
      return `'--${name}[${inZsh(text)}]${value}'`;
    });
    const rest = takesFiles ? "'*:file:_files'" : words.length > 0 ? `'1:command:(${words.join(' ')})'` : '';
    return `    ${word}) _arguments -s ${[...specs, rest].join(' ')} ;;`;
  });
  return [
    '#compdef docfleet',
    '# Completion of docfleet for zsh; printed by docfleet completion zsh.',
    '_docfleet() {',
    '  local -a subcommands',
    '  subcommands=(',
    ...titles,
    '  )',
    "  if ((CURRENT == 2)); then _describe 'command' subcommands; return; fi",
    '  local subcommand=$words[2]',
    '  words=("${(@)words[2,-1]}"); ((CURRENT--))',
    '  case $subcommand in',
    ...cases,
    '  esac',
    '}',
    // Called when the file is loaded for the first completion, and defined only when it is sourced.
    'if [[ $funcstack[1] == _docfleet ]]; then _docfleet "$@"; else compdef _docfleet docfleet; fi',
    '',
  ].join('\n');
}

function fish(commands: readonly Described[]): string {
  const first = commands.map(
    ({ word, title }) => `complete -c docfleet -n __fish_use_subcommand -f -a ${word} -d '${inFish(title)}'`,
  );
  const rest = commands.flatMap(({ word, words, options, takesFiles }) => {
    const when = `complete -c docfleet -n '__fish_seen_subcommand_from ${word}'`;
    return [
      ...(takesFiles ? [] : [`${when} -f`]),
      ...(words.length === 0 ? [] : [`${when} -a '${words.join(' ')}'`]),
      ...options.map(({ name, text, values, takesValue }) => {
        const value = takesValue ? ` -x${values.length === 0 ? '' : ` -a '${values.join(' ')}'`}` : '';
        return `${when} -l ${name}${value} -d '${inFish(text)}'`;
      }),
    ];
  });
  return [
    '# Completion of docfleet for fish; printed by docfleet completion fish.',
    ...first,
    ...rest,
    '',
  ].join('\n');
}

/** A text between single quotes of a zsh specification. */
function inZsh(text: string): string {
  return text.replaceAll("'", "'\\''").replaceAll(/[[\]:]/g, '\\$&');
}

/** A text between single quotes of fish. */
function inFish(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll("'", "\\'");
}
