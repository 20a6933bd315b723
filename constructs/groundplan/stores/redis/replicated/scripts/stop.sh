# Before a primary stops, somebody else leads. Writes wait until it is gone, so that none is answered and then lost.
set -eu
. /etc/redis/ask.sh
if [ "$(role)" != master ]; then exit 0; fi

leads() {
  if [ -n "${SENTINEL_PORT:-}" ]; then
    test "$(ask "$OTHER" "$SENTINEL_PORT" sentinel get-master-addr-by-name "$NAME" 2>/dev/null | head -n 1)" = "$HOST"
  else
    test "$(role)" = master
  fi
}

OTHER=""
if [ -n "${SENTINEL_PORT:-}" ]; then
  own client pause 30000 write > /dev/null
  sleep 1
  for member in $MEMBERS; do
    if [ "$member" != "$HOST" ] && [ "$(ask "$member" "$SENTINEL_PORT" sentinel failover "$NAME" 2>/dev/null)" = OK ]; then
      OTHER=$member
      break
    fi
  done
else
  MYSELF=$(own cluster myid)
  OTHER=$(own cluster nodes | awk -v primary="$MYSELF" \
    '$4 == primary && $8 == "connected" && $3 !~ /fail/ { split($2, at, ","); print at[2]; exit }')
  if [ -n "$OTHER" ]; then ask "$OTHER" "$PORT" cluster failover > /dev/null; fi
fi
if [ -z "$OTHER" ]; then
  echo "nobody is there to take over" >&2
  exit 0
fi
WAITED=0
while leads && [ "$WAITED" -lt 40 ]; do
  sleep 0.5
  WAITED=$((WAITED + 1))
done
if leads; then echo "still leads" >&2; else echo "somebody else leads"; fi
