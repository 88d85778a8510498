#!/usr/bin/env bash
# What the compose tests need and this machine may not have: Debian's Docker engine, the compose
# plugin, a root file system to build images on. Each is made once and kept in .tools/compose.
# Exit code 3: one of them is not to be had here; the last lines on stderr say which, and why.
setup=$(dirname "$0")/../../deploy/setup
source "$setup/say.sh"
source "$setup/go.sh"

kept=$tools/compose
compose_version=2.40.3
suite=bookworm
# What Debian's own slim images leave out too.
left_out=('/usr/share/doc/*' '/usr/share/man/*' '/usr/share/locale/*' '/usr/share/info/*' '/usr/share/lintian/*')

mkdir -p "$kept/programs" "$kept/stamps"

packages() {
	local missing=()
	command -v dockerd >/dev/null || missing+=(docker.io iptables)
	[[ -e $kept/base.tar ]] || command -v mmdebstrap >/dev/null || missing+=(mmdebstrap)
	((${#missing[@]})) || return 0
	command -v apt-get >/dev/null && ((EUID == 0)) ||
		fail "these are missing: ${missing[*]}." "Install them (the names are Debian's), or run as root on Debian."
	say "installing ${missing[*]} (half a minute)"
	{
		apt-get update --quiet -o DPkg::Lock::Timeout=120 &&
			DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet --no-install-recommends \
				-o DPkg::Lock::Timeout=120 "${missing[@]}"
	} >"$kept/apt.log" 2>&1 || {
		tail -n 5 "$kept/apt.log" >&2
		fail "apt-get could not install ${missing[*]}." "See above, and $kept/apt.log."
	}
}

# Its go.mod has replacements, so `go install ...@version` refuses; as a tool of a module it builds.
compose() {
	local stamp=$kept/stamps/compose-$compose_version scratch=$kept/compose-source
	[[ -e $stamp && -x $kept/docker-compose ]] && return
	find_go 1.24
	say "building docker compose $compose_version with $(go env GOVERSION) (two minutes, once)"
	rm -rf "$scratch" && mkdir "$scratch"
	(
		cd "$scratch"
		go mod init scratch
		go get -tool "github.com/docker/compose/v2/cmd@v$compose_version"
		GOBIN=$scratch go install -v -ldflags="-s -w -X github.com/docker/compose/v2/internal.Version=v$compose_version" \
			github.com/docker/compose/v2/cmd
	) >"$kept/compose.log" 2>&1 &
	watch_over $! "$kept/compose.log" how_far || {
		tail -n 5 "$kept/compose.log" >&2
		fail "docker compose $compose_version cannot be built." "See above; check the network, or set GOPROXY to a mirror."
	}
	mv "$scratch/cmd" "$kept/docker-compose"
	rm -rf "$scratch"
	touch "$stamp"
}

base() {
	[[ -e $kept/base.tar ]] && return
	say "making a root file system of Debian $suite (half a minute, once)"
	mmdebstrap --quiet --variant=minbase "${left_out[@]/#/--dpkgopt=path-exclude=}" \
		--customize-hook='rm -rf "$1"/var/lib/apt/lists/* "$1"/var/cache/apt/*' \
		"$suite" "$kept/base.part.tar" >"$kept/base.log" 2>&1 || {
		tail -n 5 "$kept/base.log" >&2
		fail "mmdebstrap cannot make a root file system." "See above; check the network."
	}
	mv "$kept/base.part.tar" "$kept/base.tar"
}

programs() {
	local program
	for program in "$repository/.venv/bin/nats-server" "$tools/bin/opa"; do
		[[ -x $program ]] || fail "$program is missing." "Run make setup."
		cmp --silent "$program" "$kept/programs/${program##*/}" ||
			cp "$program" "$kept/programs/"
	done
}

packages
compose
base
programs
