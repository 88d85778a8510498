#!/bin/sh
# A service that reads findings with the `nats` command (github.com/nats-io/natscli) and jq:
# one line for each finding of high severity, in whatever language comes after the pipe.
#
#   TRACEWIRE_NATS=nats://127.0.0.1:4222 examples/findings.sh
exec nats subscribe --server "${TRACEWIRE_NATS:-nats://127.0.0.1:4222}" --raw 'tracewire.findings.high.>' |
	jq --raw-output --unbuffered '"\(.time) \(.container.name // .node) \(.signature.title) \(.data)"'
