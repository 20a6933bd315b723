# Fetches the newest dump and refuses one that is older than a day's dump can be.
set -eu
NEWEST=$(aws s3api list-objects-v2 --bucket @BUCKET@ --prefix @PREFIX@@DATABASE@_ \
  --query 'sort_by(Contents, &LastModified)[-1].[LastModified, Key]' --output text)
MODIFIED=$(printf '%s\n' "$NEWEST" | cut -f 1)
KEY=$(printf '%s\n' "$NEWEST" | cut -f 2)
if [ -z "$KEY" ] || [ "$KEY" = None ]; then
  echo "there is no dump below s3://@BUCKET@/@PREFIX@" >&2
  exit 1
fi
AGE=$(($(date +%s) - $(date -d "$MODIFIED" +%s)))
if [ "$AGE" -gt @OLDEST@ ]; then
  echo "the newest dump, $KEY, is $AGE seconds old; at most @OLDEST@ are expected" >&2
  exit 1
fi
rm -f /restore/newest.dump.gz
aws s3 cp "s3://@BUCKET@/$KEY" /restore/newest.dump.gz --only-show-errors
echo "fetched $KEY, $AGE seconds old"
