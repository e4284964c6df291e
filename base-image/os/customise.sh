# The last step of making an OS tree, run by mmdebstrap with the tree as $1: what every image needs in /etc/passwd, and
# without what differs from one making to the next or must not be shared (keys that packages make).
set -e
chroot "$1" useradd --uid 1000 --user-group --create-home --shell /bin/bash --password '*' dockerops
install -d -m 700 -o 1000 -g 1000 "$1/home/dockerops/.ssh"
rm -f "$1"/etc/ssh/ssh_host_* "$1"/etc/bind/rndc.key "$1"/etc/*- "$1"/etc/hostname "$1"/etc/resolv.conf "$1"/etc/machine-id
rm -f "$1"/var/cache/ldconfig/aux-cache "$1"/var/cache/debconf/*-old "$1"/var/lib/dpkg/*-old
find "$1"/var/log "$1"/var/lib/apt/lists "$1"/var/cache/apt -type f -delete
# Compiled by the first package that ran them, with bytes that differ from run to run.
rm -rf "$1"/usr/share/python3/debpython/__pycache__
