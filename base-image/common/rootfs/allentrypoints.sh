#!/bin/bash
# Runs every /entrypoints/*.sh, oldest first: by the -<epoch> that ends its name (without one, by its mtime), then mtime,
# then name. Each is a process of its own. The first that fails ends it, with its status, its name and its output.
lib=/usr/local/lib/dockerops
log=/var/log/allentrypoints.log
entrypoints=${DOCKEROPS_ENTRYPOINTS:-/entrypoints}
. "$lib/state.sh"

if [[ $EUID -ne 0 ]]; then exec sudo -n --preserve-env "$0" "$@"; fi
# sudo empties the environment; the scripts need the container's.
if [[ -n ${SUDO_COMMAND-} && -r $environment_file ]]; then
    mapfile -d '' -t saved < "$environment_file"
    exec env -u SUDO_COMMAND "${saved[@]}" "$0" "$@"
fi

in_order() {
    local path name time epoch
    while IFS=$'\t' read -r -d '' time path; do
        name=${path##*/}
        epoch=${time%.*}
        if [[ $name =~ -([0-9]+)\.sh$ ]]; then epoch=${BASH_REMATCH[1]}; fi
        printf '%s\t%s\t%s\0' "$epoch" "$time" "$path"
    done < <(find "$entrypoints" -maxdepth 1 -name '*.sh' \( -type f -o -type l \) -printf '%T@\t%p\0') |
        LC_ALL=C sort -z -t $'\t' -k1,1n -k2,2n -k3 | cut -z -f 3-
}

run() {
    local path=$1 command=("$1") before status
    # A script copied without its executable bit is still meant to run.
    if [[ ! -x $path ]]; then command=(bash "$path"); fi
    write_state "starting entrypoint ${path##*/}"
    TZ=UTC printf '== %(%FT%TZ)T %s\n' -1 "$path" >> "$log"
    before=$(stat -c %s "$log")
    "${command[@]}" >> "$log" 2>&1 < /dev/null &
    child=$!
    wait "$child"
    status=$?
    [[ $status -eq 0 ]] && return
    write_state "failed entrypoint ${path##*/} ended with status $status"
    {
        echo "dockerops: entrypoint $path ended with status $status; its output, also in $log:"
        tail -c "+$((before + 1))" "$log" | tail -n 50
    } >&2
    exit "$status"
}

trap 'kill -TERM "$child" 2>/dev/null; exit 143' TERM INT
unset DOCKEROPS_ENTRYPOINTS
mapfile -d '' -t paths < <(in_order)
for path in "${paths[@]}"; do run "$path"; done
