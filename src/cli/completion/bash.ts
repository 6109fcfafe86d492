import type { Offer, OfferedCommand } from './model';

/** A word in single quotes, as every shell takes it. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function answer(offer: Offer): string {
  if (offer.kind === 'words') return `_riscura_words ${quoted(offer.words.join(' '))}`;
  if (offer.kind === 'file') return '_riscura_paths -f';
  return offer.kind === 'folder' ? '_riscura_paths -d' : ':';
}

/** One branch for all paths whose answer is the same. */
export function branches(answers: readonly (readonly [pattern: string, answer: string])[]): string[] {
  const patterns = new Map<string, string[]>();
  for (const [pattern, text] of answers) patterns.set(text, [...(patterns.get(text) ?? []), quoted(pattern)]);
  return [...patterns].map(([text, all]) => `    ${all.join('|')}) ${text} ;;`);
}

/** Where each word leads: `riscura tenants` and `list` to `riscura tenants list`. */
export function steps(commands: readonly OfferedCommand[]): string {
  return commands
    .slice(1)
    .map(({ path }) => quoted(path))
    .join('|');
}

/** Every option that is followed by a value. */
export function withValue(commands: readonly OfferedCommand[]): string {
  const names = commands.flatMap(({ options }) =>
    options.filter(({ value }) => value !== null).map(({ name }) => name),
  );
  return [...new Set(names)].join('|');
}

/**
 * A completion for bash 4 or later that needs neither a further package nor a process at each key: the commands are in
 * it. Nothing that was typed is ever evaluated.
 */
export function bashCompletion(commands: readonly OfferedCommand[]): string {
  const values = commands.flatMap(({ path, options }) =>
    options.flatMap(({ name, value }) =>
      value ? [[`${path} ${name}`, `${answer(value)}; return`] as const] : [],
    ),
  );
  const words = commands.map(({ path, options, commands: below, argument }) => {
    const names = options.map(({ name }) => name).join(' ');
    const first =
      below.length > 0
        ? `_riscura_words ${quoted(below.map(({ name }) => name).join(' '))}`
        : answer(argument);
    return [path, `[[ $cur == -* ]] && _riscura_words ${quoted(names)} || ${first}`] as const;
  });
  return `# bash completion for riscura
_riscura_words() {
  mapfile -t COMPREPLY < <(compgen -W "$1" -- "$cur")
}

_riscura_paths() {
  compopt -o filenames 2>/dev/null
  mapfile -t COMPREPLY < <(compgen "$1" -- "$cur")
}

_riscura() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} at=riscura skip= word i
  COMPREPLY=()
  # --state=active are three words.
  if [[ $cur == = ]]; then cur=; elif [[ $prev == = ]]; then prev=\${COMP_WORDS[COMP_CWORD-2]}; fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if [[ -n $skip ]]; then
      [[ $word == = ]] || skip=
      continue
    fi
    case $word in ${withValue(commands)}) skip=1; continue ;; esac
    case "$at $word" in ${steps(commands)}) at="$at $word" ;; esac
  done
  case "$at $prev" in
${branches(values).join('\n')}
  esac
  case $at in
${branches(words).join('\n')}
  esac
}

complete -F _riscura riscura
`;
}
