/** The shells that `osac completion` supports, the default first. */
export const shells = ["bash", "zsh", "fish"] as const;

type Shell = (typeof shells)[number];

/** The scripts. Without an answer the shell completes file names; yargs answers in the format of `SHELL`. */
const scripts: Readonly<Record<(typeof shells)[number], string>> = {
  bash: `# Completion of osac for bash. In ~/.bashrc: source <(osac completion bash)
_osac() {
  local answers words current line="\${COMP_LINE:0:COMP_POINT}"
  # Not COMP_WORDS, which bash also splits at : and =.
  read -ra words <<< "$line"
  if [[ $line == *[[:space:]] ]]; then words+=(""); fi
  current="\${words[\${#words[@]} - 1]}"
  mapfile -t answers < <(SHELL=bash osac --get-yargs-completions "\${words[@]}" 2>/dev/null)
  mapfile -t COMPREPLY < <(compgen -W "\${answers[*]}" -- "$current")
  # Bash replaces only what follows the last : or =.
  COMPREPLY=("\${COMPREPLY[@]#"\${current%"\${current##*[:=]}"}"}")
}
complete -o bashdefault -o default -F _osac osac
`,
  zsh: `#compdef osac
# Completion of osac for zsh. In ~/.zshrc, after compinit: source <(osac completion zsh)
_osac() {
  local -a answers
  answers=("\${(@f)$(SHELL=zsh osac --get-yargs-completions "\${words[@]}" 2>/dev/null)}")
  if [[ -n "\${answers[1]}" ]]; then _describe 'osac' answers; else _default; fi
}
compdef _osac osac
`,
  fish: `# Completion of osac for fish. osac completion fish > ~/.config/fish/completions/osac.fish
function __osac_complete
  set -l answers (SHELL=fish osac --get-yargs-completions (commandline -opc) (commandline -ct) 2>/dev/null | string match -v '')
  printf '%s\\n' $answers
  # Among flags alone a file may be meant, too.
  string match -qv -- '-*' $answers; or __fish_complete_path (commandline -ct)
end
complete -c osac -f -a '(__osac_complete)'
`,
};

/** Returns a script that makes the shell complete commands and flags. */
export function completionScript(shell: Shell): string {
  return scripts[shell];
}
