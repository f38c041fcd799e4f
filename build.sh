#!/usr/bin/env bash
# The door to the build: ./build.sh [build|demo|test|package|clean|format] [-CI] [-Configuration Debug|Release]
#
# build.ps1 is the real build. Without PowerShell 7.6 (on PATH, or from `dotnet tool restore`) build/without-powershell.sh
# builds, demonstrates and tests what can be. DIFFAH_BUILD_WITHOUT_POWERSHELL=1 asks for that.
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
exec build/without-powershell.sh "$task" "$@"
