#!/usr/bin/env bash
# The door to the build: ./build.sh [build|demo|test|package|clean|format] [-CI] [-Configuration Debug|Release]
#
# build.ps1 is the real build. Where no PowerShell 7.6 is on PATH, and `dotnet tool restore` brings none,
# build/without-powershell.sh says why, and builds, demonstrates and tests what can be; with -CI it fails.
# DIFFAH_BUILD_WITHOUT_POWERSHELL=1 asks for that.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")"
. build/environment.sh

task=$(printf '%s' "${1:-build}" | tr '[:upper:]' '[:lower:]')
[ $# -eq 0 ] || shift
case $task in
    build | demo | test | package | clean | format) ;;
    *)
        sed -n '2s/^# //p' build.sh >&2
        exit 2
        ;;
esac
[ "${CI:-}" != true ] || set -- -CI "$@"

if find_powershell; then
    exec pwsh -NoLogo -NoProfile -NonInteractive -File build.ps1 -Task "$task" "$@"
fi
DIFFAH_POWERSHELL_PROBLEM=$powershell_problem exec build/without-powershell.sh "$task" "$@"
