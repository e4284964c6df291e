# Sourced by sh and bash: the state of this start of the container.
state_directory=/run/dockerops
state_file=$state_directory/state
environment_file=$state_directory/environment
environment_script=$state_directory/env.sh

# A state left by an earlier start is told from this one's by the birth of the first process. Sets $birth.
read_birth() {
    IFS= read -r birth < /proc/1/stat
    # The name in parentheses may hold spaces; what follows it is numbered from field 3.
    set -- ${birth##*) }
    shift 19
    birth=$1
}

# Readers never see half a line.
write_state() {
    printf '%s\n' "$1" > "$state_file.$$" && mv -f "$state_file.$$" "$state_file"
}

# Prints the last output of the programs that failed or do not start: further lines of the state.
print_last_output() { sed 1d "$state_file" 2>/dev/null; }

# Sets $state, without starting a process.
read_state() {
    state='starting entrypoint' started=
    read_birth
    { read -r started < "$state_directory/birth"; } 2>/dev/null
    if [ "$started" = "$birth" ]; then { IFS= read -r state < "$state_file"; } 2>/dev/null; fi
}
