# Restores the newest dump into a scratch server and counts what came back. An empty database is a failure.
set -eu
export PGDATA=/restore/data PGHOST=/restore PGPORT=5433 PGUSER=postgres
rm -rf "$PGDATA" /restore/newest.dump
gunzip -c /restore/newest.dump.gz > /restore/newest.dump
initdb --auth=trust --username=postgres --encoding=UTF8 --no-locale > /dev/null
pg_ctl start --wait --log=/restore/server.log \
  --options="-c listen_addresses='' -c port=5433 -c unix_socket_directories=/restore -c fsync=off"
trap 'pg_ctl stop --mode=immediate > /dev/null' EXIT
createdb restored
pg_restore --dbname=restored --no-owner --no-privileges --exit-on-error /restore/newest.dump
TABLES=0
ROWS=0
psql -X -q -A -t -d restored -c "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables
  WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1" > /restore/tables
while read -r TABLE; do
  COUNT=$(psql -X -q -A -t -d restored -c "SELECT count(*) FROM $TABLE" < /dev/null)
  echo "$TABLE: $COUNT rows"
  TABLES=$((TABLES + 1))
  ROWS=$((ROWS + COUNT))
done < /restore/tables
echo "restored $TABLES tables with $ROWS rows"
if [ "$TABLES" -eq 0 ] || [ "$ROWS" -eq 0 ]; then
  echo "the dump restores to an empty database" >&2
  exit 1
fi
