#!/usr/bin/env bash
# The main job through the command line, on sample images: diff, inspect, apply, and equal digests.
# Usage: demo-cli.sh DIFFAH SAMPLES — the samples as Diffah.Samples writes them; deltas and restored images go beside
# them.
set -euo pipefail

diffah=$1
cd "$2"

run() {
    printf '\n$ diffah -q %s\n' "$*"
    "$diffah" -q "$@"
}

# What the samples' generator says of an image; it reckons digests without Diffah.
expected_digest() {
    awk -v path="\"$1\"," '/"path":/ { found = $2 == path }
        found && /"manifestDigest":/ { gsub(/[",]/, "", $2); print $2 }' samples.json
}

# The first manifest digest in a JSON result.
reported_digest() {
    awk 'match($0, /"manifest_digest": *"[^"]*"/) && !done { print substr($0, RSTART, RLENGTH); done = 1 }' |
        cut -d '"' -f 4
}

skopeo_digest() {
    skopeo inspect --raw "$1" | { sha256sum 2>/dev/null || shasum -a 256; } | sed 's/^\([0-9a-f]*\).*/sha256:\1/'
}

check() {
    printf '  %-24s %s\n' "$1" "$2"
    [ "$2" = "$3" ] || failures=$((failures + 1))
}

# One pair of images, v1.SUFFIX and v2.SUFFIX, of one transport.
demonstrate() {
    local transport=$1 suffix=$2 expected restored
    local delta=v1-v2.$suffix.delta.tar
    printf '\n== %s, %s ==\n' "$transport" "$suffix"
    run diff "$transport:./v1.$suffix" "$transport:./v2.$suffix" "./$delta"
    run inspect "./$delta"
    run apply "./$delta" "$transport:./v1.$suffix" "$transport:./restored.$suffix"

    expected=$(expected_digest "v2.$suffix")
    restored=$("$diffah" apply --force -o json \
        "./$delta" "$transport:./v1.$suffix" "$transport:./restored.$suffix" | reported_digest)
    printf '\nManifest digests:\n'
    check "v2, by its generator" "$expected" "$expected"
    check "in the delta" "$("$diffah" inspect -o json "./$delta" | reported_digest)" "$expected"
    check "restored" "$restored" "$expected"
    if command -v skopeo >/dev/null; then
        check "v2, by skopeo" "$(skopeo_digest "$transport:./v2.$suffix")" "$expected"
        check "restored, by skopeo" "$(skopeo_digest "$transport:./restored.$suffix")" "$expected"
    fi
    printf '  image %d bytes, delta %d bytes\n' "$(wc -c <"v2.$suffix")" "$(wc -c <"$delta")"
}

failures=0
demonstrate docker-archive docker.tar
demonstrate oci-archive oci.tar

if [ $failures -ne 0 ]; then
    printf '\nCommand line: %d digests DIFFER.\n' $failures >&2
    exit 1
fi
printf '\nCommand line: all digests are equal.\n'
