# Copies the backup to the bucket as the pod's own identity, and removes it here only once it is there.
set -eu
FILE=$(ls @BEGINS@*@ENDS@)
TOKEN=$(gcloud auth application-default print-access-token)
curl --fail --silent --show-error --retry 3 --header "Authorization: Bearer $TOKEN" --upload-file "$FILE" \
  "https://storage.googleapis.com/@BUCKET@/@PREFIX@${FILE##*/}"
rm "$FILE"
