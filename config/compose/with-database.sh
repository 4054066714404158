#!/bin/sh
# Starts ngatu with DATABASE_URL made from the password file, so that no password stands in docker-compose.yml.
set -eu
DATABASE_URL="postgres://ngatu:$(cat /run/ngatu/postgres.password)@127.0.0.1:5432/ngatu"
export DATABASE_URL
exec /opt/ngatu/ngatu "$@"
