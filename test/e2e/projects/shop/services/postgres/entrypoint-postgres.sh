#!/bin/bash
# Makes the cluster, the role and the tables where /data is empty; afterwards only the password is set anew.
set -e
bin=$(echo /usr/lib/postgresql/*/bin)
single() { setpriv --reuid postgres --regid postgres --clear-groups "$bin/postgres" --single -D /data/postgres "$1" > /dev/null; }

if [ ! -e /data/postgres/PG_VERSION ]; then
    rm -rf /data/postgres
    install -d -o postgres -g postgres -m 700 /data/postgres
    setpriv --reuid postgres --regid postgres --clear-groups "$bin/initdb" -D /data/postgres --auth-local=trust --auth-host=scram-sha-256 --encoding UTF8 --no-sync > /dev/null
    echo 'host all all all scram-sha-256' >> /data/postgres/pg_hba.conf
    printf '%s\n' 'create role shop login;' 'create database shop owner shop;' | single postgres
    single shop < /srv/schema.sql
fi
# What a killed server left would keep the next one from starting.
rm -f /data/postgres/postmaster.pid
echo "alter role shop password '${POSTGRES_PASSWORD//\'/\'\'}';" | single postgres
