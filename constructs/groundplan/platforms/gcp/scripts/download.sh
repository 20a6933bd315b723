# Fetches the newest backup and refuses one that is older than it should ever be.
set -eu
gcloud auth application-default print-access-token > /tmp/token
export CLOUDSDK_AUTH_ACCESS_TOKEN_FILE=/tmp/token
NEWEST=$(gcloud storage ls --long "gs://@BUCKET@/@PREFIX@@NAMED@*" | grep gs:// | sort -k 2 | tail -n 1)
MODIFIED=$(printf '%s\n' "$NEWEST" | awk '{print $2}')
NAME=$(printf '%s\n' "$NEWEST" | awk '{print $3}')
if [ -z "$NAME" ]; then
  echo "there is no backup below gs://@BUCKET@/@PREFIX@" >&2
  exit 1
fi
AGE=$(($(date +%s) - $(date -d "$MODIFIED" +%s)))
if [ "$AGE" -gt @OLDEST@ ]; then
  echo "the newest backup, $NAME, is $AGE seconds old; at most @OLDEST@ are expected" >&2
  exit 1
fi
rm -f @INTO@
gcloud storage cp "$NAME" @INTO@ --no-user-output-enabled
echo "fetched $NAME, $AGE seconds old"
