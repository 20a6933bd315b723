# Fetches the newest backup and refuses one that is older than it should ever be.
set -eu
NEWEST=$(aws s3api list-objects-v2 --bucket @BUCKET@ --prefix @PREFIX@@NAMED@ \
  --query 'sort_by(Contents, &LastModified)[-1].[LastModified, Key]' --output text)
MODIFIED=$(printf '%s\n' "$NEWEST" | cut -f 1)
KEY=$(printf '%s\n' "$NEWEST" | cut -f 2)
if [ -z "$KEY" ] || [ "$KEY" = None ]; then
  echo "there is no backup below s3://@BUCKET@/@PREFIX@" >&2
  exit 1
fi
AGE=$(($(date +%s) - $(date -d "$MODIFIED" +%s)))
if [ "$AGE" -gt @OLDEST@ ]; then
  echo "the newest backup, $KEY, is $AGE seconds old; at most @OLDEST@ are expected" >&2
  exit 1
fi
rm -f @INTO@
aws s3 cp "s3://@BUCKET@/$KEY" @INTO@ --only-show-errors
echo "fetched $KEY, $AGE seconds old"
