#!/usr/bin/env bash
# Every check that starts nothing: one line each, and what a failed one said.
set -uo pipefail
cd "$(dirname "$0")/.."

bin=.venv/bin
output=$(mktemp)
trap 'rm -f "$output"' EXIT
failed=()

check() { # check NAME COMMAND...
	local name=$1 started=$SECONDS
	shift
	if "$@" >"$output" 2>&1; then
		printf 'check   %-34s ok, %d s\n' "$name" $((SECONDS - started))
	else
		printf 'check   %-34s FAILED: %s\n' "$name" "$*"
		tail -n 60 "$output"
		failed+=("$name")
	fi
}

check 'Python style' $bin/ruff check --quiet .
check 'Python format' $bin/ruff format --quiet --check .
check 'Python types' $bin/mypy
check 'generated files are current' $bin/python -m tracewire.generate --check
check 'signatures' $bin/python -m engine signatures check
check 'signature tests' $bin/python -m engine signatures test

if ((${#failed[@]})); then
	printf 'check   %d failed: %s\n' "${#failed[@]}" "$(IFS=,; echo "${failed[*]}")"
	exit 1
fi
