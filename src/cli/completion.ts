import type { Command, Option } from 'commander';

/** Scripts by which shells complete our verbs, their options and, where an option takes a file, files. Made of the program itself; pure. */
export const completionFor = { bash, zsh, fish } as const;

interface Completed {
  readonly verb: string;
  readonly description: string;
  readonly options: readonly {
    readonly flags: readonly string[];
    readonly description: string;
    readonly takes: 'nothing' | 'word' | 'file';
  }[];
  /** Words that may stand as its argument. */
  readonly choices: readonly string[];
}

function completedOf(program: Command): readonly Completed[] {
  return program.commands.map((command) => ({
    verb: command.name(),
    description: command.description(),
    options: command.createHelp().visibleOptions(command).map(optionOf),
    choices: command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []),
  }));
}

function optionOf({ short, long, description, required, optional, flags }: Option): Completed['options'][number] {
  const takes = !required && !optional ? 'nothing' : /<(?:file|folder|place)>/.test(flags) ? 'file' : 'word';
  return { flags: [short, long].filter((flag) => flag !== undefined && flag !== null), description, takes };
}

function flagsOf({ options }: Completed): readonly string[] {
  return options.flatMap(({ flags }) => flags);
}

function bash(program: Command): string {
  const verbs = completedOf(program);
  const cases = verbs.map((each) => `    ${each.verb}) words='${[...each.choices, ...flagsOf(each)].join(' ')}' ;;`);
  const files = new Set(verbs.flatMap(({ options }) => options.flatMap(({ takes, flags }) => (takes === 'file' ? flags : []))));
  return `# bash completion of firebreak
_firebreak() {
  local current=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} words
  case $before in
    ${[...files].join('|')}) COMPREPLY=($(compgen -f -- "$current")); return ;;
  esac
  if ((COMP_CWORD == 1)); then
    COMPREPLY=($(compgen -W '${verbs.map(({ verb }) => verb).join(' ')} --help --version' -- "$current"))
    return
  fi
  case \${COMP_WORDS[1]} in
${cases.join('\n')}
    *) words='' ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _firebreak firebreak
`;
}

function zsh(program: Command): string {
  const verbs = completedOf(program);
  const spec = ({ flags, description, takes }: Completed['options'][number]): string => {
    const value = { nothing: '', word: ':value:', file: ':file:_files' }[takes];
    const said = description.replaceAll(/[[\]:\\]/g, (sign) => `\\${sign}`);
    return flags.map((flag) => inQuotes(`${flag}[${said}]${value}`)).join(' ');
  };
  const cases = verbs.map((each) => {
    const argument = each.choices.length === 0 ? inQuotes('*:argument:_files') : inQuotes(`1:argument:(${each.choices.join(' ')})`);
    return `    ${each.verb}) _arguments ${[...each.options.map(spec), argument].join(' ')} ;;`;
  });
  const named = verbs.map(({ verb, description }) => `    ${inQuotes(`${verb}:${description.replaceAll(':', String.raw`\:`)}`)}`);
  return `#compdef firebreak
_firebreak() {
  local -a verbs
  verbs=(
${named.join('\n')}
  )
  if ((CURRENT == 2)); then
    _describe verb verbs
    return
  fi
  local verb=$words[2]
  shift words
  ((CURRENT--))
  case $verb in
${cases.join('\n')}
  esac
}
if [ "$funcstack[1]" = _firebreak ]; then _firebreak "$@"; else compdef _firebreak firebreak; fi
`;
}

function fish(program: Command): string {
  const lines = completedOf(program).flatMap(({ verb, description, options, choices }) => {
    const within = `complete -c firebreak -n '__fish_seen_subcommand_from ${verb}'`;
    return [
      `complete -c firebreak -n __fish_use_subcommand -f -a ${verb} -d ${inFish(description)}`,
      ...(choices.length === 0 ? [] : [`${within} -f -a '${choices.join(' ')}'`]),
      ...options.map(({ flags, description: said, takes }) => {
        const named = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
        const value = { nothing: '', word: ' -x', file: ' -r -F' }[takes];
        return `${within} ${named.join(' ')}${value} -d ${inFish(said)}`;
      }),
    ];
  });
  return `# fish completion of firebreak\n${lines.join('\n')}\n`;
}

/** One word of a POSIX shell. */
function inQuotes(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

function inFish(text: string): string {
  return `'${text.replaceAll(/[\\']/g, (sign) => `\\${sign}`)}'`;
}
