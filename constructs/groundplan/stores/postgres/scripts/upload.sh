# Copies the dump to the bucket, and removes it here only once it is there.
set -eu
FILE=$(ls /backup/@DATABASE@_*.dump.gz)
aws s3 cp "$FILE" s3://@BUCKET@/@PREFIX@ --only-show-errors
rm "$FILE"
