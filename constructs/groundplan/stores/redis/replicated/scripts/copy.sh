# Copies what is in memory: a file of each set of servers that follow each other, from one that follows where there is one.
set -eu
umask 077
printf '%s\n' "$CA" > /tmp/ca.crt

asked() {
  host=$1
  shift
  redis-cli --tls --cacert /tmp/ca.crt --user backup --no-auth-warning -h "$host" -p "$PORT" "$@"
}

keys() {
  awk -F '[=,]' '/^db[0-9]+:/ { sum += $2 } END { print sum + 0 }'
}

rm -rf /backup/files /backup/copy_*
mkdir /backup/files
for set in $SETS; do
  CHOSEN=""
  for member in $MEMBERS; do
    case "$member" in "$set"-*) ;; *) continue ;; esac
    case "$(asked "$member" role 2>/dev/null | tr '\n' ' ')" in
      slave*\ connected\ *) CHOSEN=$member && break ;;
      master\ *) CHOSEN=${CHOSEN:-$member} ;;
    esac
  done
  if [ -z "$CHOSEN" ]; then
    echo "no server of $set answers" >&2
    exit 1
  fi
  asked "$CHOSEN" info keyspace | keys > "/backup/files/$set.keys"
  asked "$CHOSEN" --rdb "/backup/files/$set.rdb"
  redis-check-rdb "/backup/files/$set.rdb" > /dev/null
  echo "copied $(cat "/backup/files/$set.keys") keys of $CHOSEN"
done
tar -C /backup/files -czf "/backup/copy_$(date -u +%Y%m%dT%H%M%SZ).gz" .
rm -r /backup/files
echo "copied $STORE_URL"
