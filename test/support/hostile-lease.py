"""Run as root in an instance that was broken into: tries to take and end the name of another one with the key that is
there, and to have many leases. Prints what the server took.

Arguments: the service and the instance to attack, and an address to lead their name to.
"""
import json
import sys
import time

sys.path.append("/usr/local/lib/dockerops/python")
from dockerops_dns import exchange, wire

SERVICE, INSTANCE, ADDRESS = sys.argv[1:4]


def text(fields):
    return wire.txt_data("%s=%s" % field for field in fields.items())


def main():
    with open("/etc/dockerops/dns.json", encoding="utf-8") as file:
        document = json.load(file)
    zone, key = document["zone"], wire.Key.from_json(document["key"])
    name = "%s-%s" % (SERVICE, INSTANCE)
    own = "%s-%s" % (document["service"], document["instance"])
    old = {"v": "1", "service": SERVICE, "instance": INSTANCE, "address": ADDRESS, "policy": "REPLACE", "boot": "evil",
           "counter": "1", "up": "0", "by": "engine"}
    new = {"v": "2", "boot": "evil", "counter": "1", "up": "0", "own": ADDRESS}
    owner = "%s._lease.%s" % (name, zone)
    attempts = [
        ("_lease." + zone, wire.Change(is_added, wire.Record(owner, wire.TXT, 1, text(fields))))
        for is_added in (True, False) for fields in (old, new)
    ]
    attempts += [(zone, change) for _, change in attempts]
    attempts += [(zone, wire.Change(True, wire.address_record("%s.%s" % (name, zone), 5, ADDRESS)))]
    attempts += [("_lease." + zone, wire.Change(True, wire.Record(
        "x%d-y._lease.%s" % (number, zone), wire.TXT, 1, text(new)))) for number in range(50)]
    # Of its own name, with an address that is another's.
    attempts += [("_lease." + zone, wire.Change(True, wire.Record(
        "%s._lease.%s" % (own, zone), wire.TXT, 1, text({**new, "counter": "99", "own": ADDRESS}))))]
    taken = 0
    for in_zone, change in attempts:
        try:
            with exchange.Connection(document["server"], 53, key, time.time, 5) as connection:
                connection.update(in_zone, [change])
            taken += 1
        except (exchange.Refused, wire.WireError):
            continue
    print(json.dumps({"attempts": len(attempts), "taken": taken}))


main()
