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

skipped() { printf '\n*** SKIPPED: %s (PowerShell 7.6 was not found, and could not be had from `dotnet tool restore`)\n' "$1"; }

build() {
    local strict=()
    [ $ci = false ] || strict=(-warnaserror)
    dotnet msbuild build/Stage.proj -nologo -verbosity:minimal -p:Configuration="$configuration" ${strict[@]+"${strict[@]}"}
    skipped "the module's help"
}

check_format() { dotnet format Diffah.sln --no-restore --verify-no-changes; }

write_samples() { dotnet "tests/samples/bin/$configuration/net10.0/Diffah.Samples.dll" "$1"; }

demo() {
    local work
    work=$(mktemp -d)
    # shellcheck disable=SC2064 # the folder's name is known now, and gone when the trap runs
    trap "rm -rf '$work'" EXIT
    write_samples "$work"
    build/demo-cli.sh "$PWD/out/bin/diffah" "$work"
    skipped "the demonstration of the module"
}

# One attribute of the counters in the test run's report.
counter() { sed -n "s/.*<Counters.*[ ]$1=\"\([0-9]*\)\".*/\1/p" out/test-results/unit.trx; }

test_all() {
    local status=0 total=0 executed=0 passed=0 failed=0 pester
    rm -rf out/test-results
    dotnet test tests/unit/Diffah.Tests.csproj --no-build -c "$configuration" --results-directory out/test-results --logger "trx;LogFileName=unit.trx" || status=$?
    if [ -f out/test-results/unit.trx ]; then
        total=$(counter total) executed=$(counter executed) passed=$(counter passed)
    fi
    failed=$((executed - passed))
    # A run that broke off counts as a failure, whatever its report says.
    if [ $status -ne 0 ] && [ $failed -eq 0 ]; then failed=1; fi
    pester=$(find tests/pester -name '*.Tests.ps1' 2>/dev/null | wc -l)
    skipped "the Pester suite, $((pester)) files, each counted as one skipped test"
    printf '\nunit: %d passed, %d failed, %d skipped\n' "$passed" "$failed" "$((total - executed))"
    printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$((total - executed + pester))"
    [ $failed -eq 0 ] && [ "$passed" -gt 0 ]
}

case $task in
    build) build ;;
    demo)
        build
        demo
        ;;
    test)
        build
        [ $ci = false ] || check_format
        test_all
        ;;
    format) dotnet format Diffah.sln ;;
    clean)
        rm -rf out
        dotnet clean Diffah.sln -nologo -verbosity:quiet -c "$configuration"
        ;;
esac
