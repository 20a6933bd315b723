# Makes the dump of the day. Any step that fails ends the container with an error; nothing is uploaded then.
set -eu
DATE=$(date +%Y%m%d)
rm -f /backup/@DATABASE@_*.dump /backup/@DATABASE@_*.dump.gz
pg_dump -h "$POSTGRES_HOST" -U "$POSTGRES_USER" -d "$POSTGRES_DB" -F c -f /backup/@DATABASE@_$DATE.dump
gzip /backup/@DATABASE@_$DATE.dump
