# Copies the backup to the container as the pod's own identity, and removes it here only once it is there.
set -eu
FILE=$(ls @BEGINS@*@ENDS@)
az login --service-principal --username "$AZURE_CLIENT_ID" --tenant "$AZURE_TENANT_ID" \
  --federated-token "$(cat "$AZURE_FEDERATED_TOKEN_FILE")" --output none
az storage blob upload --auth-mode login --account-name @ACCOUNT@ --container-name @BUCKET@ \
  --name "@PREFIX@${FILE##*/}" --file "$FILE" --overwrite --no-progress --output none
rm "$FILE"
