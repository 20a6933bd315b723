# Ready is a server that serves what the others hold: a replica with a link to its primary, a member of a cluster.
set -eu
. /etc/redis/ask.sh
STATE=$(own info replication)
if printf '%s\n' "$STATE" | grep -q '^role:slave'; then
  printf '%s\n' "$STATE" | grep -q '^master_link_status:up'
else
  test "$(own ping)" = PONG
fi
if [ -z "${SENTINEL_PORT:-}" ]; then
  test "$(own cluster info | awk -F: '$1 == "cluster_known_nodes" { print $2 + 0 }')" -gt 1
fi
