# Fetches the newest backup and refuses one that is older than it should ever be.
set -eu
az login --service-principal --username "$AZURE_CLIENT_ID" --tenant "$AZURE_TENANT_ID" \
  --federated-token "$(cat "$AZURE_FEDERATED_TOKEN_FILE")" --output none
NEWEST=$(az storage blob list --auth-mode login --account-name @ACCOUNT@ --container-name @BUCKET@ --num-results "*" \
  --prefix @PREFIX@@NAMED@ --query 'sort_by([], &properties.lastModified)[-1].[properties.lastModified, name]' --output tsv)
MODIFIED=$(printf '%s\n' "$NEWEST" | sed -n 1p)
NAME=$(printf '%s\n' "$NEWEST" | sed -n 2p)
if [ -z "$NAME" ]; then
  echo "there is no backup below @BUCKET@/@PREFIX@ of @ACCOUNT@" >&2
  exit 1
fi
AGE=$(($(date +%s) - $(date -d "$MODIFIED" +%s)))
if [ "$AGE" -gt @OLDEST@ ]; then
  echo "the newest backup, $NAME, is $AGE seconds old; at most @OLDEST@ are expected" >&2
  exit 1
fi
rm -f @INTO@
az storage blob download --auth-mode login --account-name @ACCOUNT@ --container-name @BUCKET@ --name "$NAME" --file @INTO@ \
  --no-progress --output none
echo "fetched $NAME, $AGE seconds old"
