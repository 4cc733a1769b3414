/** The scripts by which a shell completes kube's words: each asks kube itself. */
export const COMPLETION_SCRIPTS: Readonly<Record<string, string>> = {
  bash: `_kube_complete() {
  local IFS=$'\\n'
  COMPREPLY=($("\${COMP_WORDS[0]}" completion words -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _kube_complete kube
`,
  zsh: `#compdef kube
_kube_complete() {
  local -a candidates
  candidates=("\${(@f)$("\${words[1]}" completion words -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  compadd -a candidates
}
compdef _kube_complete kube
`,
  fish: `function __kube_complete
  set -l words (commandline -opc) (commandline -ct)
  $words[1] completion words -- $words[2..-1] 2>/dev/null
end
complete -c kube -a '(__kube_complete)'
`,
}
