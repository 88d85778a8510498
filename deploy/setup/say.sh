# Sourced by the scripts beside it: how set-up speaks, and where it keeps things.
# shellcheck shell=bash

set -euo pipefail

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
tools=$repository/.tools

# Debian keeps bpftool in /usr/sbin, which is not on everybody's path.
PATH=$PATH:/usr/sbin:/sbin

say() {
	printf 'setup: %s\n' "$*" >&2
}

# fail WHAT REMEDY: this machine cannot, or a part is not to be had.
fail() {
	printf 'setup: %s\n       %s\n' "$1" "$2" >&2
	exit 3
}

# watch_over PID LOG DESCRIPTION: a line every ten seconds for as long as PID works.
# DESCRIPTION names a function that says from LOG how far it is.
watch_over() {
	local pid=$1 log=$2 description=$3 seconds=0
	while kill -0 "$pid" 2>/dev/null; do
		sleep 1
		seconds=$((seconds + 1))
		if ((seconds % 10 == 0)) && kill -0 "$pid" 2>/dev/null; then
			say "  $("$description" "$log"), $seconds s"
		fi
	done
	wait "$pid"
}
