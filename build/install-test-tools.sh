#!/usr/bin/env bash
# Installs what tests take second opinions from. Where that fails, those tests skip: loud here, and no error.
set -euo pipefail

packages=(skopeo docker-registry zstd xdelta3 openssl jq gcc libc6-dev zsh fish
    bzip2 pbzip2 xz-utils lz4 lzip lzop ncompress pigz rpm sqlite3 patch diffutils)
# Daemons that keep images, and what podman needs though it only recommends it. The tests start their own. Where no
# systemd runs, as in a container, the packages start none.
packages+=(docker.io containerd podman crun netavark iptables)

missing=()
for package in "${packages[@]}"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

give_up() {
    echo "*** Not installed: ${missing[*]} ($1). Tests that need them are skipped." >&2
    exit 0
}

command -v apt-get >/dev/null || give_up "there is no apt-get"
[ "$(id -u)" -eq 0 ] || give_up "this is not root"
export DEBIAN_FRONTEND=noninteractive
echo "Installing ${missing[*]}"
apt-get update -qq </dev/null || echo "*** apt-get update failed; trying with the lists that are there." >&2
# One that can't be had must not keep the others away.
apt-get install -y -qq --no-install-recommends "${missing[@]}" </dev/null >/dev/null && exit 0
for package in "${missing[@]}"; do
    apt-get install -y -qq --no-install-recommends "$package" </dev/null >/dev/null ||
        echo "*** Not installed: $package. Tests that need it are skipped." >&2
done
