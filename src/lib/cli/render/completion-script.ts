/** Shells that have a completion script. */
export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/**
 * The script that a shell sources to complete words of dockerops. It calls `dockerops complete`, which knows the
 * commands, the options and the names of the project, and shows no errors.
 */
export function completionScript(shell: Shell): string {
  return { bash, zsh, fish }[shell];
}

// Bash splits `run:po` into three words: the script joins them again, and removes the part before the last break from
// the answers. It inserts a word as it is, so that the script quotes what has not been typed yet; zsh and fish do so
// themselves.
const bash = `# bash completion of dockerops: source <(dockerops completion bash)
_dockerops() {
  local line=\${COMP_LINE:0:COMP_POINT} breaks='' keep='' word about words current rest
  read -ra words <<< "$line"
  [[ $line == *[[:space:]] ]] && words+=('')
  current=\${words[\${#words[@]}-1]}
  [[ $COMP_WORDBREAKS == *:* ]] && breaks+=:
  [[ $COMP_WORDBREAKS == *=* ]] && breaks+='='
  [[ -n $breaks && $current == *[$breaks]* ]] && keep=\${current%"\${current##*[$breaks]}"}
  COMPREPLY=()
  while IFS=$'\\t' read -r word about; do
    rest=\${word#"$current"}
    [[ $rest == *[!a-zA-Z0-9_.,:=/@%+-]* ]] && printf -v rest %q "$rest"
    COMPREPLY+=("\${current#"$keep"}$rest")
  done < <("\${words[0]}" complete -- "\${words[@]:1}" 2>/dev/null)
  [[ \${#COMPREPLY[@]} == 1 && \${COMPREPLY[0]} == *[=:/] ]] && compopt -o nospace 2>/dev/null
  return 0
}
complete -F _dockerops dockerops
`;

const zsh = `#compdef dockerops
# zsh completion of dockerops: source <(dockerops completion zsh), or a file _dockerops in a directory of $fpath
_dockerops() {
  local line word
  local -a whole open_ended wholes opens
  for line in "\${(@f)$("\${words[1]}" complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    word=\${line%%$'\\t'*}
    [[ -z $word ]] && continue
    if [[ $word == *[=:/] ]]; then
      opens+=("$word"); open_ended+=("\${line/$'\\t'/  -- }")
    else
      wholes+=("$word"); whole+=("\${line/$'\\t'/  -- }")
    fi
  done
  (( $#wholes )) && compadd -l -d whole -a wholes
  (( $#opens )) && compadd -l -S '' -d open_ended -a opens
  return 0
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
  _dockerops "$@"
else
  compdef _dockerops dockerops
fi
`;

const fish = `# fish completion of dockerops: dockerops completion fish | source
function __dockerops_complete
  set -l before (commandline -opc)
  $before[1] complete -- $before[2..-1] (commandline -ct) 2>/dev/null
end
complete -c dockerops -f -a '(__dockerops_complete)'
`;
