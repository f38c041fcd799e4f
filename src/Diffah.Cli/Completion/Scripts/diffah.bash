# bash completion for diffah. For this session: source <(diffah completion bash)
# For every session: diffah completion bash > ~/.local/share/bash-completion/completions/diffah

# The words up to the cursor, without the command's own name, into the array words. bash takes a line apart at colons
# and equals signs too; here it is taken apart at blanks only, and quotes and backslashes are taken off.
_diffah_words() {
    local line=${COMP_LINE:0:COMP_POINT} word='' quote='' begun='' i character
    words=()
    for ((i = 0; i < ${#line}; i++)); do
        character=${line:i:1}
        if [[ $quote == "'" && $character != "'" ]]; then
            word+=$character
        elif [[ $character == \\ && $quote != "'" ]]; then
            i=$((i + 1)) begun=1
            word+=${line:i:1}
        elif [[ -n $quote && $character == "$quote" ]]; then
            quote=''
        elif [[ -n $quote ]]; then
            word+=$character
        elif [[ $character == [\'\"] ]]; then
            quote=$character begun=1
        elif [[ $character == [[:space:]] ]]; then
            [[ -z $word && -z $begun ]] || words+=("$word")
            word='' begun=''
        else
            word+=$character
        fi
    done
    words+=("$word")
    words=("${words[@]:1}")
    open_quote=$quote
}

_diffah() {
    local words open_quote candidate kept='' line
    _diffah_words
    local current=${words[${#words[@]} - 1]}
    # What bash will replace begins after the last colon or equals sign, unless a quote is open.
    if [[ -z $open_quote && $current == *[:=]* ]]; then
        [[ $COMP_WORDBREAKS != *:* ]] || kept=${current%"${current##*[:=]}"}
        [[ $COMP_WORDBREAKS == *:* || $COMP_WORDBREAKS != *=* || $current != *=* ]] || kept=${current%"${current##*=}"}
    fi
    COMPREPLY=()
    while IFS= read -r line; do
        candidate=${line%%$'\t'*}
        case $candidate in
            */ | *: | *=) compopt -o nospace 2>/dev/null ;;
        esac
        candidate=${candidate#"$kept"}
        [[ -n $open_quote ]] || [[ $candidate == '~/'* ]] || printf -v candidate '%q' "$candidate"
        COMPREPLY+=("$candidate")
    done < <("${1/#\~/$HOME}" __complete "${words[@]}" 2>/dev/null)
}

complete -F _diffah diffah
