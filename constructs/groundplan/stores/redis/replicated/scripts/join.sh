# Keeps one server a member of its cluster: `join` is called again and again, and changes something only where it must.
# Servers find each other by address, and pods get new ones: whoever is not connected is met again by name.
# A line of `cluster nodes`: id, address:port@bus,hostname,..., flags, primary, ping, pong, epoch, link, slots ...
FOLLOWED=0

nodes() {
  own cluster nodes | awk '{ split($2, at, ","); $2 = at[2]; print }'
}

meet() {
  for member in $MEMBERS; do
    if ! printf '%s\n' "$NODES" | awk -v host="$member" \
      '$2 == host && $3 !~ /fail|handshake|noaddr/ && ($8 == "connected" || $3 ~ /myself/) { found = 1 } END { exit !found }'; then
      address=$(getent ahostsv4 "$member" | awk '{ print $1; exit }')
      if [ -n "$address" ]; then own cluster meet "$address" "$PORT" > /dev/null; fi
    fi
  done
}

# A server that lost its volume comes back as another one; the one it was is forgotten, unless slots were its own.
forget() {
  printf '%s\n' "$NODES" | awk '$3 ~ /fail|noaddr/ && $3 !~ /fail\?|handshake/ && NF < 9 { print $1, $2 }' | while read -r id host; do
    if printf '%s\n' "$NODES" | awk -v host="$host" '$2 == host && $3 !~ /fail|noaddr/ { found = 1 } END { exit !found }'; then
      echo "forgets $id, which $host was"
      own cluster forget "$id" > /dev/null
    fi
  done
}

# The share of slots that this shard begins with; later ones come and go by `redis-cli --cluster rebalance`.
first() {
  echo $((16384 * $1 / SHARDS))
}

claim() {
  connected=$(printf '%s\n' "$NODES" | awk '$3 !~ /fail|handshake|noaddr/ && ($8 == "connected" || $3 ~ /myself/)' | wc -l)
  assigned=$(own cluster info | awk -F: '$1 == "cluster_slots_assigned" { print $2 + 0 }')
  owned=$(printf '%s\n' "$NODES" | awk -v start="$(first "$SHARD")" '{ for (i = 9; i <= NF; i++) { split($i, range, "-");
    if (range[1] + 0 <= start && start <= (range[2] == "" ? range[1] : range[2]) + 0) found = 1 } } END { print found + 0 }')
  if [ "$connected" -eq "$(echo "$MEMBERS" | wc -w)" ] && [ "$owned" -eq 0 ] && [ "$assigned" -lt 16384 ]; then
    echo "takes its slots"
    own cluster addslotsrange "$(first "$SHARD")" "$(($(first $((SHARD + 1))) - 1))"
  fi
}

follow() {
  leader=$(printf '%s\n' "$NODES" | awk -v shard="^$NAME-$SHARD-" '$2 ~ shard && $3 ~ /master/ && $3 !~ /fail|noaddr|myself/ && NF >= 9 { print $1; exit }')
  if [ -n "$leader" ]; then
    echo "follows $leader"
    own cluster replicate "$leader"
  elif [ "$ORDINAL" -eq 0 ]; then
    claim
  fi
}

# The first member of each shard leads it when it can: they stand in zones of their own, so that a zone takes one vote.
lead() {
  if [ "$ORDINAL" -eq 0 ] && own info replication | grep -q '^master_link_status:up' &&
    own cluster info | grep -q '^cluster_state:ok' && ! printf '%s\n' "$NODES" | awk '$3 ~ /fail/ { found = 1 } END { exit !found }'; then
    FOLLOWED=$((FOLLOWED + 1))
    if [ "$FOLLOWED" -ge "${PATIENCE:-20}" ]; then
      echo "takes the lead back"
      own cluster failover
      FOLLOWED=0
    fi
  else
    FOLLOWED=0
  fi
}

join() {
  NODES=$(nodes)
  meet
  forget
  case "$(printf '%s\n' "$NODES" | awk '$3 ~ /myself/ { print $3, NF }')" in
    *master*\ 8) follow ;;
    *slave*) lead ;;
  esac
}
