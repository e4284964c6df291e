#!/bin/bash
set -e
install -d -o redis -g redis -m 700 /data/redis
