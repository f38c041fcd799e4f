# fish completion for diffah. For this session: diffah completion fish | source
# For every session: diffah completion fish > ~/.config/fish/completions/diffah.fish

function __diffah_complete
    set -l words (commandline -opc)
    set -l program $words[1]
    set -e words[1]
    # What stands before the cursor of the word that the cursor is in; it may be empty, and is a word all the same.
    set -l current (commandline -ct | string unescape)
    test (count $current) -gt 0; or set current ''
    $program __complete $words "$current" 2>/dev/null
end

complete -c diffah -f -a '(__diffah_complete)'
