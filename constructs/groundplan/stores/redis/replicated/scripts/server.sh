# Starts one server: its settings, its own name, its users, and whom it follows.
set -eu
umask 077
. /etc/redis/ask.sh

users() {
  echo "user default off"
  echo "user $APP_USER on #$(digest "$APP_PASSWORD") ~* &* +@all -@admin -@dangerous +info +role"
  echo "user replica on #$(digest "$REPLICA_PASSWORD") +psync +replconf +ping"
  echo "user exporter on #$(digest "$EXPORTER_PASSWORD") +@connection +info +config|get +slowlog +latency +cluster|info"
  echo "user backup on #$(digest "$BACKUP_PASSWORD") +@connection +psync +sync +replconf +info +role"
  echo "user operator on #$(digest "$REDISCLI_AUTH") +@connection +info +role +config|set +client|pause +shutdown +cluster"
  if [ -n "${SENTINEL_PASSWORD:-}" ]; then
    echo "user sentinel on #$(digest "$SENTINEL_PASSWORD") allchannels +@connection +multi +exec +slaveof +info +role" \
      "+subscribe +publish +config|rewrite +client|kill +script|kill"
  fi
}

# Most sentinels must agree; before they do nobody leads, and a server that started on its own might lose what others hold.
leader() {
  for member in $MEMBERS; do
    ask "$member" "$SENTINEL_PORT" sentinel get-master-addr-by-name "$NAME" 2>/dev/null | head -n 1
  done | sort | uniq -c | while read -r votes host; do
    if [ "$votes" -ge "$QUORUM" ]; then echo "$host"; fi
  done
}

{
  cat /etc/redis/redis.conf
  echo "masteruser replica"
  echo "masterauth $REPLICA_PASSWORD"
  users
} > /run/redis/redis.conf
if [ -n "${SENTINEL_PORT:-}" ]; then
  LEADER=$(leader)
  while [ -z "$LEADER" ]; do
    echo "waits until $QUORUM sentinels name one primary"
    sleep 2
    LEADER=$(leader)
  done
  echo "replica-announce-ip $HOST" >> /run/redis/redis.conf
  if [ "$LEADER" = "$HOST" ]; then
    echo "leads"
  else
    echo "follows $LEADER"
    echo "replicaof $LEADER $PORT" >> /run/redis/redis.conf
  fi
else
  echo "cluster-announce-hostname $HOST" >> /run/redis/redis.conf
fi
if [ -f /data/restore.rdb ]; then
  rm -rf /data/appendonlydir
  mv /data/restore.rdb /data/appendonly.aof # a file without a folder is taken for the whole log
fi
exec redis-server /run/redis/redis.conf
