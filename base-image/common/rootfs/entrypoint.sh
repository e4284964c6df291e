#!/bin/bash
# First process of every instance: prepares as root, then becomes the command. bash, because dash would drop
# environment variables whose names are not shell names.
prepare=(/usr/local/lib/dockerops/prepare)
# Another user (docker run --user) prepares by sudo, which would put a PATH of its own.
if [[ $EUID -ne 0 ]]; then
    if [[ ${1##*/} == supervisord ]]; then
        echo "dockerops: supervisord runs as root only: name the user in the program's section (user=), or give another command" >&2
        exit 1
    fi
    prepare=(sudo -n --preserve-env env "PATH=$PATH" "${prepare[@]}")
fi

# The first process of a container ignores a signal that it has no handler for, and `docker stop` would take its full limit.
trap 'kill -TERM "$child" 2>/dev/null; wait "$child"; exit 143' TERM INT
"${prepare[@]}" "${1-}" <&0 &
child=$!
wait "$child" || exit
trap - TERM INT
exec "$@"
