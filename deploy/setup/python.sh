#!/usr/bin/env bash
# .venv, exactly as requirements.lock has it, with this checkout on its path.
source "$(dirname "$0")/say.sh"

uv_version=0.13.9

# The system's Python before that of the path: the engine runs as nobody, who cannot read
# one that lies in somebody's home (pyenv's, say).
any_python() {
	local python
	for python in /usr/bin/python3 python3 python3.14 python3.13 python3.12 python3.11; do
		if "$python" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
			"$python" -c 'import sys; print(sys.executable)'
			return
		fi
	done
	fail "there is no Python 3.11 or newer that can make environments." "Install one: apt-get install python3 python3-venv"
}

python=$(any_python)
uv=$tools/uv/bin/uv
if [[ $("$uv" --version 2>/dev/null) != "uv $uv_version"* ]]; then
	say "uv $uv_version"
	rm -rf "$tools/uv"
	"$python" -m venv "$tools/uv"
	"$tools/uv/bin/python" -m pip install --quiet --disable-pip-version-check "uv==$uv_version" ||
		fail "uv cannot be had from PyPI." "Check the network, or pip's configuration (a proxy, a mirror)."
fi

# uv does not read pip's configuration: a mirror set there counts here too. Certificates
# come from the system, as firms add theirs there.
if [[ -z ${UV_DEFAULT_INDEX:-}${UV_INDEX_URL:-} ]]; then
	mirror=$("$tools/uv/bin/python" -m pip config get global.index-url 2>/dev/null || true)
	[[ -z ${PIP_INDEX_URL:-$mirror} ]] || export UV_DEFAULT_INDEX=${PIP_INDEX_URL:-$mirror}
fi
export UV_SYSTEM_CERTS=${UV_SYSTEM_CERTS:-true}

cd "$repository"
if ! .venv/bin/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
	say "creating .venv with $python"
	"$uv" venv --quiet --clear --python "$python" --no-python-downloads .venv
fi
say "installing $(grep -c '^[a-z0-9].*==' requirements.lock) Python packages into .venv"
"$uv" pip sync --quiet --python .venv/bin/python --require-hashes requirements.lock ||
	fail "the Python packages cannot be installed." "See above; check the network, or set UV_DEFAULT_INDEX to a mirror of PyPI."
"$uv" pip install --quiet --python .venv/bin/python --no-deps --no-build-isolation --editable . ||
	fail "Tracewire itself cannot be installed into .venv." "See above; remove .venv and try again."
