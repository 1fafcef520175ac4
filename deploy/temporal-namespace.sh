#!/bin/sh
# Makes the namespace with its retention and search attributes; running it again changes nothing.
# Needs TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE in the environment; the temporal command reads the address itself.
set -eu

try() {
    attempt=0
    until "$@"; do
        attempt=$((attempt + 1))
        [ "$attempt" -lt 30 ] || return 1
        sleep 2
    done
}

retention=90d

try temporal operator cluster health
set -- --namespace "$TEMPORAL_NAMESPACE"
temporal operator namespace describe "$@" >/dev/null 2>&1 \
    || temporal operator namespace create "$@" --retention "$retention"
try temporal operator namespace update "$@" --retention "$retention"
# A new namespace takes some seconds to be known everywhere.
try temporal operator search-attribute create "$@" \
    --name CaseKind --type Keyword \
    --name CaseState --type Keyword \
    --name Severity --type Keyword \
    --name Territory --type Keyword \
    --name EngineerId --type Keyword \
    --name SlaState --type Keyword \
    --name NextDue --type Datetime
