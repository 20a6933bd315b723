# Copies the backup to the bucket, and removes it here only once it is there.
set -eu
FILE=$(ls @BEGINS@*@ENDS@)
aws s3 cp "$FILE" s3://@BUCKET@/@PREFIX@ --only-show-errors
rm "$FILE"
