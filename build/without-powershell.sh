#!/usr/bin/env bash
# What build.ps1 does, as far as it needs no PowerShell. Called by build.sh, in the repository's root.
set -euo pipefail

task=$1
shift
ci=false configuration=Release
while [ $# -gt 0 ]; do
    case $1 in
        -[Cc][Ii]) ci=true ;;
        -[Cc]onfiguration)
            configuration=${2:?-Configuration needs a value}
            shift
            ;;
        *)
            echo "Unknown option: $1" >&2
            exit 2
            ;;
    esac
    shift
done

skipped_notice() { printf '\n*** SKIPPED: %s (PowerShell 7.6 was not found, and could not be had from `dotnet tool restore`)\n' "$1"; }

build() {
    local strict=()
    [ $ci = false ] || strict=(-warnaserror)
    dotnet msbuild build/Stage.proj -nologo -verbosity:minimal -p:Configuration="$configuration" ${strict[@]+"${strict[@]}"} || return
    skipped_notice "the module's help"
}

write_samples() { dotnet "tests/samples/bin/$configuration/net10.0/Diffah.Samples.dll" "$1"; }

demo() {
    local work
    work=$(mktemp -d)
    # shellcheck disable=SC2064 # the folder's name is known now, and gone when the trap runs
    trap "rm -rf '$work'" EXIT
    write_samples "$work"
    build/demo-cli.sh "$PWD/out/bin/diffah" "$work"
    skipped_notice "the demonstration of the module"
}

# One attribute of the counters in the test run's report.
counter() { sed -n "s/.*<Counters.*[ ]$1=\"\([0-9]*\)\".*/\1/p" out/test-results/unit.trx; }

summary="" passed=0 failed=0 skipped=0

# Adds a suite to the sum.
count() {
    summary+="$1: $2 passed, $3 failed, $4 skipped"$'\n'
    passed=$((passed + $2)) failed=$((failed + $3)) skipped=$((skipped + $4))
}

unit_tests() {
    local status=0 total=0 executed=0 good=0 bad
    rm -rf out/test-results
    dotnet test tests/unit/Diffah.Tests.csproj --no-build -c "$configuration" --results-directory out/test-results --logger "trx;LogFileName=unit.trx" || status=$?
    if [ -f out/test-results/unit.trx ]; then
        total=$(counter total) executed=$(counter executed) good=$(counter passed)
    fi
    bad=$((executed - good))
    # A run that broke off counts as a failure, whatever its report says.
    if [ $status -ne 0 ] && [ $bad -eq 0 ]; then bad=1; fi
    count unit "$good" $bad $((total - executed))
}

pester_tests() {
    local files
    files=$(find tests/pester -name '*.Tests.ps1' | wc -l)
    skipped_notice "the Pester suite, $((files)) files, each counted as one skipped test"
    count pester 0 0 $((files))
}

format_check() {
    if dotnet format Diffah.sln --no-restore --verify-no-changes; then count format 1 0 0; else count format 0 1 0; fi
}

test_all() {
    if build; then
        [ $ci = false ] || format_check
        unit_tests
        pester_tests
    else
        count build 0 1 0
    fi
    printf '\n%s%d passed, %d failed, %d skipped\n' "$summary" $passed $failed $skipped
    [ $failed -eq 0 ] && [ $passed -gt 0 ]
}

case $task in
    build) build ;;
    demo)
        build
        demo
        ;;
    test) test_all ;;
    package)
        echo "A package holds the module's help, which PowerShell writes: install PowerShell 7.6 to make one." >&2
        exit 1
        ;;
    format) dotnet format Diffah.sln ;;
    clean)
        rm -rf out
        dotnet clean Diffah.sln -nologo -verbosity:quiet -c "$configuration"
        ;;
esac
