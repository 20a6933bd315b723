# Fetches the newest dump and refuses one that is older than a day's dump can be.
set -eu
gcloud auth application-default print-access-token > /tmp/token
export CLOUDSDK_AUTH_ACCESS_TOKEN_FILE=/tmp/token
NEWEST=$(gcloud storage ls --long "gs://@BUCKET@/@PREFIX@@DATABASE@_*" | grep gs:// | sort -k 2 | tail -n 1)
MODIFIED=$(printf '%s\n' "$NEWEST" | awk '{print $2}')
NAME=$(printf '%s\n' "$NEWEST" | awk '{print $3}')
if [ -z "$NAME" ]; then
  echo "there is no dump below gs://@BUCKET@/@PREFIX@" >&2
  exit 1
fi
AGE=$(($(date +%s) - $(date -d "$MODIFIED" +%s)))
if [ "$AGE" -gt @OLDEST@ ]; then
  echo "the newest dump, $NAME, is $AGE seconds old; at most @OLDEST@ are expected" >&2
  exit 1
fi
rm -f /restore/newest.dump.gz
gcloud storage cp "$NAME" /restore/newest.dump.gz --no-user-output-enabled
echo "fetched $NAME, $AGE seconds old"
