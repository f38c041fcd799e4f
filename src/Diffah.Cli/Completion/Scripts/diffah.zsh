#compdef diffah
# zsh completion for diffah. For this session, after compinit: source <(diffah completion zsh)
# For every session: diffah completion zsh > a file named _diffah in a folder of $fpath.

_diffah() {
    local line value suffix
    local -a typed values shown
    # The words before the cursor's own, and of that one what stands before the cursor, without quotes.
    typed=("${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}")
    while IFS= read -r line; do
        value=${line%%$'\t'*}
        values=("$value")
        shown=("$value")
        [[ $line != *$'\t'* ]] || shown=("$value  -- ${line#*$'\t'}")
        suffix=' '
        [[ $value != *[/:=] ]] || suffix=''
        compadd -S "$suffix" -l -d shown -- "${values[@]}"
    done < <("${(Q)words[1]/#\~/$HOME}" __complete "${typed[@]}" 2>/dev/null)
}

# Sourced, it registers itself; as an autoloaded function, it is the completion.
if [[ ${funcstack[1]} == _diffah ]]; then
    _diffah "$@"
else
    compdef _diffah diffah
fi
