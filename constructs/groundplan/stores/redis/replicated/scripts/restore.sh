# Puts the file /data/restore.rdb in the place of everything that this server holds, and lets its replicas follow. It must lead.
set -eu
. /etc/redis/ask.sh
if [ "$(role)" != master ]; then
  echo "follows somebody: restore the one that leads" >&2
  exit 1
fi
redis-check-rdb /data/restore.rdb
echo "starts again with what the file holds"
own shutdown nosave || true
