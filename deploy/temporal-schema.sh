#!/bin/sh
# Makes or upgrades the tables of the Temporal server; running it again changes nothing.
# Needs SQL_PASSWORD in the environment.
set -eu

for store in temporal:temporal temporal_visibility:visibility; do
    database=${store%%:*}
    schema=/etc/temporal/schema/postgresql/v12/${store##*:}/versioned
    set -- --plugin postgres12 --ep temporal-postgres -p 5432 -u temporal --db "$database"
    temporal-sql-tool "$@" create
    temporal-sql-tool "$@" setup-schema -v 0.0
    temporal-sql-tool "$@" update-schema -d "$schema"
done
