# The last step of making an OS tree, run by mmdebstrap with the tree as $1: what every image needs in /etc/passwd, and
# without what differs from one making to the next or must not be shared (keys that packages make).
set -e
chroot "$1" useradd --uid 1000 --user-group --create-home --shell /bin/bash --password '*' dockerops
install -d -o 1000 -g 1000 "$1/data" "$1/opt/dockerops" "$1/var/log/dockerops"
install -d -m 700 -o 1000 -g 1000 "$1/home/dockerops/.ssh"
rm -f "$1"/etc/ssh/ssh_host_* "$1"/etc/bind/rndc.key "$1"/etc/*- "$1"/etc/hostname "$1"/etc/resolv.conf "$1"/etc/machine-id
rm -f "$1"/var/cache/ldconfig/aux-cache "$1"/var/cache/debconf/*-old "$1"/var/lib/dpkg/*-old
find "$1"/var/log "$1"/var/lib/apt/lists "$1"/var/cache/apt -type f -delete
# Compiled by the first package that ran them, with bytes that differ from run to run.
rm -rf "$1"/usr/share/python3/debpython/__pycache__

# Our own Python is compiled here, not at the first start of each container; the sources come with the layers that hold
# them. checked-hash, as all of the distribution's: no slower to load than unchecked, and a source that is changed in a
# container counts. The order of a set goes by hashes, which must not be random.
python_sources() { printf %s "$PYTHON_SOURCES" | base64 -d | tar -C "$1" -z "$2" --no-overwrite-dir; }
python_sources "$1" -x
python_sources "$1" -t | sed -n 's|^.*\.py$|/&|p' > "$1/tmp/python-sources"
chroot "$1" env PYTHONHASHSEED=0 python3 -B -m compileall -q --invalidation-mode checked-hash -i /tmp/python-sources
while read -r source; do rm "$1$source"; done < "$1/tmp/python-sources"
rm "$1/tmp/python-sources"
