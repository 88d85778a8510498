#!/usr/bin/env bash
# The three wheels, into dist/ or the folder given. Needs the BPF objects (`make bpf`) and uv.
set -euo pipefail

repository=$(cd "$(dirname "$0")/../.." && pwd)
wheels=${1:-$repository/dist}
for uv in "${UV:-uv}" "$repository/.tools/uv/bin/uv" ''; do
	[[ -n $uv ]] || { echo "build.sh: there is no uv; run make setup, or pip install uv." >&2; exit 3; }
	! command -v "$uv" >/dev/null || break
done

for package in . deploy/packages/collector deploy/packages/engine; do
	"$uv" build --quiet --wheel --out-dir "$wheels" "$repository/$package"
done
