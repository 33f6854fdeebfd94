/** Completion scripts for shells. They know all words; what is no word is completed as the name of a file. */
import type { CommandWords, OptionWords } from './command-words.js';

/** Shells and how their script is made. */
export const SHELLS: Readonly<Record<'bash' | 'zsh' | 'fish', (commands: readonly CommandWords[]) => string>> = {
  bash,
  zsh,
  fish,
};

/** A command and its parts, each with the words that lead to it: `store`, `store list`. */
function withParts(commands: readonly CommandWords[]): readonly (readonly [path: string, command: CommandWords])[] {
  return commands.flatMap((command) => [
    [command.name, command] as const,
    ...command.commands.map((part) => [`${command.name} ${part.name}`, part] as const),
  ]);
}

const names = (words: readonly { readonly name: string }[]): string => words.map(({ name }) => name).join(' ');

function bash(commands: readonly CommandWords[]): string {
  const all = withParts(commands);
  const choices = all.flatMap(([path, { options }]) =>
    options.flatMap(({ flag, choices: values }) =>
      values.length === 0
        ? []
        : [`    '${path} ${flag}') COMPREPLY=($(compgen -W '${values.join(' ')}' -- "$cur")); return ;;`],
    ),
  );
  const words = all.map(
    ([path, { options, commands: parts }]) =>
      `    '${path}') flags='${options.map(({ flag }) => flag).join(' ')}'; parts='${names(parts)}' ;;`,
  );
  return `# ominus completion bash > ~/.local/share/bash-completion/completions/ominus
_ominus() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" path="\${COMP_WORDS[1]}" flags='' parts=''
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W 'help ${names(commands)} --help --version' -- "$cur"))
    return
  fi
  case "$path \${COMP_WORDS[2]}" in
${withParts(commands)
  .filter(([path]) => path.includes(' '))
  .map(([path]) => `    '${path}') [ "$COMP_CWORD" -gt 2 ] && path='${path}' ;;`)
  .join('\n')}
  esac
  case "$path $prev" in
${choices.join('\n')}
  esac
  case "$path" in
    help) parts='${names(commands)}' ;;
${words.join('\n')}
  esac
  if [ "\${cur#-}" != "$cur" ]; then
    COMPREPLY=($(compgen -W "$flags" -- "$cur"))
  elif [ -n "$parts" ]; then
    COMPREPLY=($(compgen -W "$parts" -- "$cur"))
  fi
}
complete -o default -F _ominus ominus
`;
}

function zsh(commands: readonly CommandWords[]): string {
  const described = (words: readonly CommandWords[]): string =>
    words.map(({ name, summary }) => single(`${name}:${summary}`)).join(' ');
  const cases = withParts(commands).map(([path, { options, commands: parts }]) =>
    parts.length > 0
      ? `    ${single(path)}) parts=(${described(parts)}); _describe part parts ;;`
      : `    ${single(path)}) _arguments -S ${options.map(zshOption).join(' ')} '*:file:_files' ;;`,
  );
  return `#compdef ominus
# ominus completion zsh > a file _ominus in a folder of $fpath
_ominus() {
  local -a commands parts
  local key="$words[2]"
  commands=(${described(commands)})
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  (( CURRENT > 3 )) && [[ "$words[2]" == (${commands.flatMap(({ name, commands: parts }) => (parts.length > 0 ? [name] : [])).join('|')}) ]] && key="$words[2] $words[3]"
  case "$key" in
    help) _describe command commands ;;
${cases.join('\n')}
  esac
}
_ominus "$@"
`;
}

function zshOption({ flag, summary, takesValue, choices }: OptionWords): string {
  const value = choices.length > 0 ? `:value:(${choices.join(' ')})` : takesValue ? ':value:_files' : '';
  return single(`${flag}[${summary.replaceAll(/[[\]\\:]/g, (sign) => `\\${sign}`)}]${value}`);
}

function fish(commands: readonly CommandWords[]): string {
  const top = commands.map(
    ({ name, summary }) => `complete -c ominus -n __fish_use_subcommand -f -a ${name} -d ${single(summary)}`,
  );
  const options = withParts(commands).flatMap(([path, command]) => {
    const [first = '', second] = path.split(' ');
    const seen = `__fish_seen_subcommand_from ${first}${second === undefined ? '' : `; and __fish_seen_subcommand_from ${second}`}`;
    const parts = command.commands.map(
      ({ name, summary }) => `complete -c ominus -n ${single(seen)} -f -a ${name} -d ${single(summary)}`,
    );
    return [...parts, ...command.options.map((option) => fishOption(seen, option))];
  });
  return `# ominus completion fish > ~/.config/fish/completions/ominus.fish
${[...top, ...options].join('\n')}
`;
}

function fishOption(seen: string, { flag, summary, takesValue, choices }: OptionWords): string {
  const value = choices.length > 0 ? ` -x -a ${single(choices.join(' '))}` : takesValue ? ' -r' : '';
  return `complete -c ominus -n ${single(seen)} -l ${flag.replace(/^--/, '')}${value} -d ${single(summary)}`;
}

/** One word of a shell. */
function single(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
