import { branches, quoted, steps, withValue } from './bash';
import type { Offer, OfferedCommand } from './model';

function answer(offer: Offer): string {
  if (offer.kind === 'words') return `compadd -- ${offer.words.map(quoted).join(' ')}`;
  if (offer.kind === 'file') return '_files';
  return offer.kind === 'folder' ? '_files -/' : ':';
}

/** A name with what it is for, as `_describe` takes it. */
function described(name: string, summary: string): string {
  return quoted(`${name.replaceAll(':', '\\:')}:${summary}`);
}

/** A completion for zsh 5, made like that for bash. */
export function zshCompletion(commands: readonly OfferedCommand[]): string {
  const values = commands.flatMap(({ path, options }) =>
    options.flatMap(({ name, value }) =>
      value ? [[`${path} ${name}`, `${answer(value)}; return`] as const] : [],
    ),
  );
  const words = commands.map(({ path, options, commands: below, argument }) => {
    const names = options.map(({ name, summary }) => described(name, summary)).join(' ');
    const first =
      below.length > 0
        ? `offered=(${below.map(({ name, summary }) => described(name, summary)).join(' ')}); _describe command offered`
        : answer(argument);
    return [
      path,
      `if [[ $cur == -* ]]; then offered=(${names}); _describe -o option offered; else ${first}; fi`,
    ] as const;
  });
  return `#compdef riscura
_riscura() {
  local cur=\${words[CURRENT]} prev=\${words[CURRENT-1]} at=riscura skip= word i
  local -a offered
  for ((i = 2; i < CURRENT; i++)); do
    word=\${words[i]}
    if [[ -n $skip ]]; then
      skip=
      continue
    fi
    case $word in (${withValue(commands)}) skip=1; continue ;; esac
    case "$at $word" in (${steps(commands)}) at="$at $word" ;; esac
  done
  case "$at $prev" in
${branches(values).join('\n')}
  esac
  case $at in
${branches(words).join('\n')}
  esac
}

if [[ \${funcstack[1]} == _riscura ]]; then
  _riscura "$@"
else
  compdef _riscura riscura
fi
`;
}
