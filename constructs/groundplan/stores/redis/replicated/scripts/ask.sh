# Asks one host: `ask HOST PORT COMMAND ...`, as the user `operator`, for three seconds at most.
# REDISCLI_AUTH holds the password, TLS is the folder of the certificates; SELF is localhost unless somebody says otherwise.
SET=${HOST%%.*}
ORDINAL=${ORDINAL:-${SET##*-}}

ask() {
  host=$1 port=$2
  shift 2
  timeout 3 redis-cli --tls --cacert "$TLS/ca.crt" --user operator --no-auth-warning -h "$host" -p "$port" "$@"
}

own() {
  ask "${SELF:-localhost}" "$PORT" "$@"
}

role() {
  own role | head -n 1
}

digest() {
  printf '%s' "$1" | sha256sum | cut -d ' ' -f 1
}
