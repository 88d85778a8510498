#!/usr/bin/env bash
# The nats command line: shows that any language reads findings. Only for documentation and its test.
source "$(dirname "$0")/say.sh"
source "$(dirname "$0")/go.sh"

go_install nats github.com/nats-io/natscli/nats 0.5.0 1.26.0
