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

. build/environment.sh

# Without PowerShell, why it is not there is the first thing to know, and in the log of a machine the last line counts.
problem="This is without PowerShell 7.6. ${DIFFAH_POWERSHELL_PROBLEM:-}"
printf '*** %s\n' "$problem"

skipped_notice() { printf '\n*** SKIPPED: %s. %s\n' "$1" "$problem"; }

build() {
    local strict=()
    [ $ci = false ] || strict=(-warnaserror)
    ticking "building" dotnet msbuild build/Stage.proj -nologo -verbosity:minimal \
        -p:Configuration="$configuration" -p:Extent="${1:-}" ${strict[@]+"${strict[@]}"}
}

samples() { dotnet "tests/samples/bin/$configuration/net10.0/Diffah.Samples.dll" "$@"; }

demo() {
    rm -rf out/demo
    ticking "writing sample images" samples out/demo/command-line
    build/demo-cli.sh "$PWD/out/bin/diffah" out/demo/command-line
    samples readme out/demo
    skipped_notice "the demonstration of the module"
    sh build/demo-end.sh
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
    dotnet test tests/unit/Diffah.Tests.csproj --no-build -c "$configuration" \
        --results-directory out/test-results --logger "trx;LogFileName=unit.trx" || status=$?
    if [ -f out/test-results/unit.trx ]; then
        total=$(counter total) executed=$(counter executed) good=$(counter passed)
    fi
    bad=$((executed - good))
    # A run that broke off counts as a failure, whatever its report says.
    if [ $status -ne 0 ] && [ $bad -eq 0 ]; then bad=1; fi
    count unit "$good" $bad $((total - executed))
}

# A minute of hostile inputs, one test a class of them.
fuzz_tests() {
    local status=0 said good bad
    mkdir -p out/test-results
    dotnet "tests/fuzz/bin/$configuration/net10.0/Diffah.Fuzz.dll" --seconds 60 --seed 1 \
        --failures out/test-results/fuzz | tee out/test-results/fuzz.txt || status=$?
    said=$(sed -n 's/^fuzz: \([0-9]*\) passed, \([0-9]*\) failed, .*/\1 \2/p' out/test-results/fuzz.txt | tail -n 1)
    read -r good bad <<<"${said:-0 1}"
    if [ $status -ne 0 ] && [ "$bad" -eq 0 ]; then bad=1; fi
    count fuzz "$good" "$bad" 0
}

pester_tests() {
    local files
    files=$(find tests/pester -name '*.Tests.ps1' | wc -l)
    if [ $ci = true ]; then
        printf '\n*** FAILED: the Pester suite, %d files, did not run. %s\n' $((files)) "$problem"
        count pester 0 $((files)) 0
    else
        skipped_notice "the Pester suite, $((files)) files, each counted as one skipped test"
        count pester 0 0 $((files))
    fi
}

format_check() {
    if dotnet format Diffah.sln --no-restore --verify-no-changes; then count format 1 0 0; else count format 0 1 0; fi
}

test_all() {
    if build; then
        [ $ci = false ] || format_check
        unit_tests
        fuzz_tests
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
        build Demo
        demo
        ;;
    test) test_all ;;
    package)
        echo "PowerShell makes the package. $problem" >&2
        exit 1
        ;;
    format) dotnet format Diffah.sln ;;
    clean)
        rm -rf out
        dotnet clean Diffah.sln -nologo -verbosity:quiet -c "$configuration"
        ;;
esac
