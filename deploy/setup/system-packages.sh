#!/usr/bin/env bash
# What comes from the distribution: compiler, libbpf, bpftool; with `kernels` what boots other
# kernels as well, with `containers` what tests run containers with. Installs only what is not there.
source "$(dirname "$0")/say.sh"

# Looks for the thing itself and not for a package: another distribution, or a compiler
# from elsewhere, is as good.
missing=()
needs() { # needs PACKAGE COMMAND...: the package, and what succeeds where it is not missed
	local package=$1
	shift
	"$@" >/dev/null 2>&1 || missing+=("$package")
}
header() { printf '#include <%s>\n' "$1" | gcc -E -x c -o /dev/null -; }
# Not grep -q: it ends early, and with pipefail what it read from has then failed.
library() { ldconfig -p | grep "$1"; }
any_python() {
	local python
	for python in python3 /usr/bin/python3; do
		"$python" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' && return
	done
	return 1
}

needs clang command -v clang
needs llvm command -v llvm-strip
needs bpftool command -v bpftool
needs gcc command -v gcc
needs libc6-dev header stdio.h
needs libbpf-dev header bpf/bpf_helpers.h
needs libbpf1 library 'libbpf\.so\.1'
needs python3-venv any_python
needs ca-certificates test -s /etc/ssl/certs/ca-certificates.crt
for purpose; do
	case $purpose in
	kernels)
		needs qemu-system-x86 command -v qemu-system-x86_64
		needs busybox-static test -x /bin/busybox
		;;
	containers)
		needs podman command -v podman
		needs containerd command -v ctr
		needs runc command -v runc
		needs busybox-static test -x /bin/busybox
		;;
	*) fail "$purpose is no purpose." "Say kernels, containers, both or nothing." ;;
	esac
done

((${#missing[@]})) || exit 0

command -v apt-get >/dev/null ||
	fail "these are missing: ${missing[*]}." "Install them with this system's package manager (the names are Debian's)."
((EUID == 0)) ||
	fail "these packages are missing: ${missing[*]}." "Run as root: apt-get install ${missing[*]}"

install() {
	DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet --no-install-recommends \
		-o DPkg::Lock::Timeout=120 "${missing[@]}" >"$log" 2>&1
}
how_far() { echo "$(grep -c '^Unpacking' "$1") packages unpacked, $(grep -c '^Setting up' "$1") set up"; }

log=$(mktemp)
trap 'rm -f "$log"' EXIT
say "installing ${missing[*]} (about a minute)"
if ! apt-get update --quiet -o DPkg::Lock::Timeout=120 >"$log" 2>&1; then
	tail -n 5 "$log" >&2
	fail "apt-get update failed." "See above; check the network and /etc/apt/sources.list."
fi
install &
if ! watch_over $! "$log" how_far; then
	tail -n 15 "$log" >&2
	fail "apt-get could not install ${missing[*]}." "See above; Tracewire is built on Debian 12 or newer."
fi
