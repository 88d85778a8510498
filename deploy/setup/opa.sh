#!/usr/bin/env bash
# OPA, built from source: nobody ships the server as a wheel or a Debian package.
source "$(dirname "$0")/say.sh"
source "$(dirname "$0")/go.sh"

go_install opa github.com/open-policy-agent/opa 1.22.2 1.26.0
