#!/bin/bash
# Makes the page that this instance serves. All variables of run.conf are there.
set -e
mkdir -p /srv/demo
echo "${GREETING:-Hello} from $SERVICE-$INSTANCE" > /srv/demo/index.html
