#!/bin/sh
# Makes the passwords of docker-compose.yml's services once, each in a file of its own.
set -eu
umask 022 # the services run as different users; the volume is theirs alone
cd /run/ngatu
secret() {
  [ -s "$1" ] || node -e 'process.stdout.write(require("crypto").randomBytes(24).toString("base64url"))' >"$1"
}
secret server.password
secret box-01.password
secret postgres.password
if [ ! -s mosquitto.passwords ]; then
  for user in server box-01; do printf '%s:%s\n' "$user" "$(cat "$user.password")"; done >new.passwords
  mosquitto_passwd -U new.passwords
  mv new.passwords mosquitto.passwords
  chmod 644 mosquitto.passwords
fi
