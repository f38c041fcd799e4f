# Sourced by build.sh: what a build needs of its environment. The current directory is the repository's root.

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
export POWERSHELL_TELEMETRY_OPTOUT=1 POWERSHELL_UPDATECHECK=Off
if [ "${CI:-}" = true ]; then
    # Build servers that outlive the build keep a runner waiting.
    export MSBUILDDISABLENODEREUSE=1 UseSharedCompilation=false
fi

if ! command -v dotnet >/dev/null; then
    echo "The .NET 10 SDK is needed, and there is no dotnet on PATH." \
        "Get it from https://dotnet.microsoft.com/download" >&2
    exit 1
fi

# out/bin/diffah looks for .NET in the usual places only; a dotnet from elsewhere on PATH must be named.
dotnet_folder=$(dirname "$(readlink -f "$(command -v dotnet)")")
if [ -z "${DOTNET_ROOT:-}" ] && [ -d "$dotnet_folder/host/fxr" ]; then
    export DOTNET_ROOT=$dotnet_folder
fi

# Runs a command for at most so many seconds, where the machine has timeout(1).
bounded() {
    local seconds=$1
    shift
    if command -v timeout >/dev/null; then timeout "$seconds" "$@"; else "$@"; fi
}

# Runs a command, and says every few seconds that it still runs.
ticking() {
    local text=$1 ticker status=0
    shift
    (
        seconds=0
        # The sleep must not keep this script's output open after its end.
        while sleep 4 </dev/null >/dev/null 2>&1; do
            seconds=$((seconds + 4))
            echo "  ... $text, $seconds s"
        done
    ) &
    ticker=$!
    "$@" || status=$?
    kill "$ticker" 2>/dev/null || true
    wait "$ticker" 2>/dev/null || true
    return $status
}

# What a command that failed has said, as a part of a longer text.
indented() { sed 's/^/    /'; }

powershell_is_new_enough() {
    # shellcheck disable=SC2016 # the dollar sign is PowerShell's
    "$@" -NoLogo -NoProfile -NonInteractive \
        -Command 'exit [int]($PSVersionTable.PSVersion -lt [version]"7.6")' </dev/null
}

restore_powershell() { bounded 600 dotnet tool restore </dev/null >"$1" 2>&1; }

# Puts a PowerShell on PATH that is new enough. Where there is none to be had, it fails, and powershell_problem says
# why.
find_powershell() {
    if [ "${DIFFAH_BUILD_WITHOUT_POWERSHELL:-}" = 1 ]; then
        powershell_problem="DIFFAH_BUILD_WITHOUT_POWERSHELL is set."
        return 1
    fi
    if command -v pwsh >/dev/null && powershell_is_new_enough pwsh >/dev/null 2>&1; then
        return 0
    fi
    mkdir -p out/tools
    local said=out/tools/powershell.txt status=0 home
    ticking "getting PowerShell, the .NET tool that .config/dotnet-tools.json names" \
        restore_powershell "$said" || status=$?
    if [ $status -ne 0 ]; then
        powershell_problem="None that is new enough is on PATH, and dotnet tool restore exited $status:"
        powershell_problem+=$'\n'$(indented <"$said")
        return 1
    fi
    if ! powershell_is_new_enough dotnet tool run pwsh -- >"$said" 2>&1; then
        powershell_problem="None that is new enough is on PATH, and dotnet tool run pwsh gives no PowerShell 7.6:"
        powershell_problem+=$'\n'$(indented <"$said")
        return 1
    fi
    # shellcheck disable=SC2016
    home=$(dotnet tool run pwsh -- -NoLogo -NoProfile -NonInteractive -Command '$PSHOME' </dev/null) || return 1
    # `dotnet tool run` works below this folder only; a script on PATH works for tests that start a fresh pwsh
    # elsewhere.
    printf '#!/bin/sh\nexec dotnet "%s/pwsh.dll" "$@"\n' "$home" >out/tools/pwsh
    chmod +x out/tools/pwsh
    export PATH="$PWD/out/tools:$PATH"
}
