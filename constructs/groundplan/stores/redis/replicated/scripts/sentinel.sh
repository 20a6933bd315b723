# Runs one sentinel. What it learned (who leads, which replicas there are) stays on the volume; everything else is
# written anew, so that a changed setting or password holds after a restart. A renewed certificate restarts it, one
# sentinel a minute: it reads certificates once.
set -eu
umask 077
. /etc/redis/ask.sh
STATE=/data/sentinel.conf

learned() {
  if [ -f "$STATE" ]; then grep -E "^sentinel ($1) " "$STATE" || true; fi
}

{
  cat /etc/redis/sentinel.conf
  echo "sentinel announce-ip $HOST"
  echo "user default off"
  echo "user $APP_USER on #$(digest "$APP_PASSWORD") &* +@connection +info +role +subscribe +psubscribe +unsubscribe" \
    "+punsubscribe +sentinel|get-master-addr-by-name +sentinel|master +sentinel|masters +sentinel|replicas" \
    "+sentinel|slaves +sentinel|sentinels +sentinel|myid +sentinel|ckquorum"
  echo "user sentinel on #$(digest "$SENTINEL_PASSWORD") allchannels +@connection +info +role +subscribe +publish" \
    "+sentinel|is-master-down-by-addr"
  echo "user operator on #$(digest "$REDISCLI_AUTH") +@connection +info +role +sentinel"
  echo "sentinel sentinel-user sentinel"
  echo "sentinel sentinel-pass $SENTINEL_PASSWORD"
  learned myid
  if [ -n "$(learned monitor)" ]; then
    echo "$(learned monitor | cut -d ' ' -f 1-5) $QUORUM"
  else
    echo "sentinel monitor $NAME ${MEMBERS%% *} $PORT $QUORUM"
  fi
  echo "sentinel auth-user $NAME sentinel"
  echo "sentinel auth-pass $NAME $SENTINEL_PASSWORD"
  echo "sentinel down-after-milliseconds $NAME 10000"
  echo "sentinel failover-timeout $NAME 60000"
  echo "sentinel parallel-syncs $NAME 1"
  learned "current-epoch|config-epoch|leader-epoch|known-replica|known-sentinel"
} > "$STATE.new"
mv "$STATE.new" "$STATE"

redis-server "$STATE" --sentinel &
SENTINEL=$!
trap 'kill "$SENTINEL" 2>/dev/null || true' TERM INT
SHOWN=$(cksum < "$TLS/tls.crt")
while kill -0 "$SENTINEL" 2>/dev/null; do
  sleep 15 &
  wait $! || true
  if [ "$(cksum < "$TLS/tls.crt")" != "$SHOWN" ]; then
    echo "shows a new certificate after a restart"
    sleep $((ORDINAL * 60))
    kill "$SENTINEL" 2>/dev/null || true
    break
  fi
done
wait "$SENTINEL" || true
