"""Our messages against dnspython, in both directions, and against what an attacker may send."""

import random
import struct
import time
import unittest

import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rdtypes.ANY.TSIG
import dns.rrset
import dns.tsig
import dns.update

from support import Change, Key, Record, ZONE, leases, renewal, wire

KEY = Key("the-key", "hmac-sha256", b"s" * 32)
THEIRS = dns.tsig.Key("the-key", b"s" * 32, "hmac-sha256")


def their_answer(request: bytes, now: int, error: int = 0, other: bytes = b"", key: dns.tsig.Key = THEIRS) -> bytes:
    """A signed answer by dnspython to our signed request."""
    question = dns.message.from_wire(request, keyring=THEIRS)
    answer = dns.message.make_response(question)
    answer.use_tsig(key, tsig_error=error, other_data=other)
    answer.request_mac = question.mac
    if error:
        answer.set_rcode(dns.rcode.NOTAUTH)
    real = time.time
    time.time = lambda: now
    try:
        return answer.to_wire()
    finally:
        time.time = real


class AgainstDnspython(unittest.TestCase):
    def test_our_signed_update_is_theirs(self):
        record = Record("web-one._lease." + ZONE, wire.TXT, 1, leases.format_renewal(renewal()))
        address = wire.address_record("web." + ZONE, 5, "10.0.0.1")
        changes = [Change(False, record), Change(True, address)]
        signed, _ = wire.sign(wire.update(77, ZONE, changes), KEY, int(time.time()))
        message = dns.message.from_wire(signed, keyring=THEIRS)
        self.assertTrue(message.had_tsig)
        expected = dns.update.UpdateMessage(ZONE, id=77)
        expected.delete("web-one._lease", dns.rdata.from_wire("IN", "TXT", record.data, 0, len(record.data)))
        expected.add("web", 5, "A", "10.0.0.1")
        self.assertEqual([str(rrset) for rrset in message.update], [str(rrset.to_text(origin=None)) for rrset in
                         [r for r in dns.message.from_wire(expected.to_wire()).update]])

    def test_their_compressed_answer_is_read(self):
        question = dns.message.make_query("a.example.org", "ANY")
        answer = dns.message.make_response(question)
        for kind, text in (("A", "10.0.0.1"), ("AAAA", "fd00::1"), ("NS", "ns.example.org."), ("TXT", '"x=1" "y=2"'),
                           ("SOA", "ns.example.org. me.example.org. 9 1 2 3 4"), ("PTR", "b.a.example.org.")):
            answer.answer.append(dns.rrset.from_text("a.example.org.", 60, "IN", kind, text))
        parsed = wire.parse(answer.to_wire())
        by_type = {record.type: record.data for record in parsed.answer}
        self.assertEqual(wire.unpack_address(by_type[wire.A]), "10.0.0.1")
        self.assertEqual(wire.unpack_address(by_type[wire.AAAA]), "fd00::1")
        self.assertEqual(wire.decode_name(by_type[wire.NS], 0)[0], "ns.example.org")
        self.assertEqual(wire.txt_strings(by_type[wire.TXT]), ["x=1", "y=2"])
        self.assertEqual(wire.soa_serial(by_type[wire.SOA]), 9)
        self.assertEqual(wire.decode_name(by_type[wire.PTR], 0)[0], "b.a.example.org")

    def test_their_signature_is_verified(self):
        now = int(time.time())
        signed, mac = wire.sign(wire.query(5, ZONE, wire.SOA), KEY, now)
        answer = wire.parse(their_answer(signed, now))
        wire.Verifier(KEY, mac).check(answer, now)

    def test_other_digests_agree(self):
        now = int(time.time())
        for algorithm in ("hmac-sha224", "hmac-sha384", "hmac-sha512"):
            signed, _ = wire.sign(wire.query(5, ZONE, wire.SOA), Key("k", algorithm, b"x" * 20), now)
            dns.message.from_wire(signed, keyring=dns.tsig.Key("k", b"x" * 20, algorithm))

    def test_reverse_names_agree(self):
        import dns.reversename
        for address in ("10.0.1.2", "fd00::12"):
            self.assertEqual(wire.reverse_name(address) + ".", str(dns.reversename.from_address(address)))


class Signatures(unittest.TestCase):
    def setUp(self):
        self.now = int(time.time())
        self.signed, self.mac = wire.sign(wire.query(5, ZONE, wire.SOA), KEY, self.now)

    def check(self, answer: bytes, key: Key = KEY, now: int = 0):
        wire.Verifier(key, self.mac).check(wire.parse(answer), now or self.now)

    def test_any_changed_bit_is_noticed(self):
        good = bytearray(their_answer(self.signed, self.now))
        chance = random.Random(1)
        for _ in range(300):
            bad = bytearray(good)
            # The id is bound by the caller, not by the signature, which covers the original one.
            bad[chance.randrange(2, len(bad))] ^= 1 << chance.randrange(8)
            with self.assertRaises((wire.WireError, wire.ServerTime)):
                try:
                    self.check(bytes(bad))
                except wire.ServerTime:
                    self.fail("a forged time was believed")
                # Letter case is not part of a name: such a change is none.
                if bytes(bad).lower() == bytes(good).lower():
                    raise wire.WireError("the same")

    def test_a_verified_badtime_tells_the_servers_time(self):
        other = struct.pack("!HI", 0, self.now + 600)
        with self.assertRaises(wire.ServerTime) as caught:
            self.check(their_answer(self.signed, self.now, wire.BADTIME, other))
        self.assertEqual(caught.exception.seconds, self.now + 600)

    def test_a_badtime_of_somebody_else_is_not_believed(self):
        other = struct.pack("!HI", 0, self.now + 600)
        stranger = dns.tsig.Key("the-key", b"z" * 32, "hmac-sha256")
        with self.assertRaises(wire.SignatureError):
            self.check(their_answer(self.signed, self.now, wire.BADTIME, other, stranger))

    def test_unsigned_and_replayed_answers_are_refused(self):
        unsigned = dns.message.make_response(dns.message.make_query(ZONE, "SOA")).to_wire()
        with self.assertRaises(wire.SignatureError):
            self.check(unsigned)
        with self.assertRaises(wire.SignatureError):
            self.check(their_answer(self.signed, self.now), now=self.now + 1000)
        self.mac = b"q" * 32
        with self.assertRaises(wire.SignatureError):
            self.check(their_answer(self.signed, self.now))


class Nonsense(unittest.TestCase):
    def test_no_bytes_lead_to_anything_but_an_error_of_ours(self):
        chance = random.Random(3)
        good = their_answer(wire.sign(wire.query(5, ZONE, wire.SOA), KEY, int(time.time()))[0], int(time.time()))
        for _ in range(3000):
            size = chance.randrange(0, len(good) + 5)
            noise = bytearray(good[:size]) + bytes(max(0, size - len(good)))
            for _ in range(chance.randrange(6)):
                if noise:
                    noise[chance.randrange(len(noise))] = chance.randrange(256)
            try:
                wire.parse(bytes(noise))
            except wire.WireError:
                continue

    def test_a_compression_loop_ends(self):
        with self.assertRaises(wire.WireError):
            wire.decode_name(b"\xc0\x00", 0)
        with self.assertRaises(wire.WireError):
            wire.decode_name(b"\x01a\xc0\x00", 2)

    def test_names_that_cannot_be_sent_are_refused(self):
        for name in ("a..b", "x" * 64, "a b", 'a"b', "ü", ".".join(["abcdefgh"] * 40)):
            with self.assertRaises(wire.WireError):
                wire.encode_name(name)


class RenewalText(unittest.TestCase):
    def test_a_renewal_survives_its_record(self):
        for one in (renewal(), renewal(own="10.0.0.9"), renewal("5f0c", 12, 240.5, "fd00::1")):
            self.assertEqual(leases.parse_renewal(leases.format_renewal(one)), one)

    def test_what_is_not_a_renewal_is_refused_with_the_field(self):
        for fields, word in (
            ({"boot": "!"}, "boot"), ({"counter": -1}, "counter"), ({"counter": 1 << 64}, "counter"),
            ({"up": -1.0}, "up"), ({"up": float("nan")}, "up"), ({"up": float("inf")}, "up"), ({"own": "here"}, "own"),
        ):
            with self.assertRaisesRegex(leases.LeaseError, word, msg=str(fields)):
                leases.parse_renewal(leases.format_renewal(renewal(**fields)))
        for text in ([], ["v=1"], ["v=2"], ["v=2", "boot=b", "counter=x", "up=0"]):
            with self.assertRaises(leases.LeaseError):
                leases.parse_renewal(wire.txt_data(text))

    def test_loopback_and_what_is_nobodys_address_cannot_be_published(self):
        for address in ("0.0.0.0", "0.1.2.3", "127.0.0.1", "127.9.9.9", "224.0.0.1", "255.255.255.255", "::", "::1",
                        "::ffff:127.0.0.1", "::127.0.0.1", "fe80::1", "ff02::1", "x", "10.0.0", "10.0.0.1/8", ""):
            self.assertFalse(leases.is_publishable(address), address)
        for address in ("10.0.0.1", "192.168.1.1", "203.0.113.9", "fd00::1", "2001:db8::1"):
            self.assertTrue(leases.is_publishable(address), address)


if __name__ == "__main__":
    unittest.main()
