# Reads each file of the newest copy into a scratch server. Fewer than half of the keys that were there is a failure.
set -eu
rm -rf /restore/files
mkdir /restore/files
tar -C /restore/files -xzf /restore/newest.gz

keys() {
  awk -F '[=,]' '/^db[0-9]+:/ { sum += $2 } END { print sum + 0 }'
}

for set in $SETS; do
  THERE=$(cat "/restore/files/$set.keys")
  test -s "/restore/files/$set.rdb"
  redis-server --port 0 --unixsocket /restore/files/socket --dir /restore/files --dbfilename "$set.rdb" \
    --appendonly no --save "" > /restore/files/log 2>&1 &
  SERVER=$!
  until [ "$(redis-cli -s /restore/files/socket ping 2>/dev/null)" = PONG ]; do
    if ! kill -0 "$SERVER" 2>/dev/null; then
      cat /restore/files/log >&2
      exit 1
    fi
    sleep 1
  done
  BACK=$(redis-cli -s /restore/files/socket info keyspace | keys)
  redis-cli -s /restore/files/socket shutdown nosave
  wait "$SERVER" || true
  echo "$set: $BACK of $THERE keys came back"
  if [ $((BACK * 2)) -lt "$THERE" ]; then
    echo "the copy of $set does not restore" >&2
    exit 1
  fi
done
rm -r /restore/files
