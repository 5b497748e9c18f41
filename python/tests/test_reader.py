"""The byte-level reader against the fixtures of formats/container.md."""

import unittest

from tests import fixtures
from vampc import Fault
from vampc.listing import listing
from vampc.reader import read_streams

WORKED_EXAMPLE = "worked-example"


def outcome(data: bytes) -> str:
    """Listing of `data`, or its first fault."""
    try:
        return "".join(line + "\n" for line in listing(read_streams(data)))
    except Fault as fault:
        return str(fault)


class FixtureTests(unittest.TestCase):
    def test_lists_every_valid_fixture(self) -> None:
        for name in fixtures.names("valid"):
            with self.subTest(name):
                self.assertEqual(outcome(fixtures.content(name)), fixtures.listing_of(name))

    def test_names_the_fault_of_every_invalid_fixture(self) -> None:
        expected = fixtures.expected_faults()
        self.assertEqual(sorted(expected), fixtures.names("invalid"))
        for name, fault in expected.items():
            with self.subTest(name):
                self.assertEqual(outcome(fixtures.content(name, "invalid")), fault)

    def test_reads_the_streams_of_an_archive(self) -> None:
        (stream,) = read_streams(fixtures.ARCHIVE.read_bytes())
        self.assertEqual((len(stream.blocks), stream.trailer.sample_count), (1, 4_900))


class DamageTests(unittest.TestCase):
    def test_every_truncation_is_a_fault(self) -> None:
        whole = fixtures.content(WORKED_EXAMPLE)
        self.assertEqual(outcome(b""), "empty 0")
        for length in range(1, len(whole)):
            self.assertEqual(outcome(whole[:length]), "truncated 0", f"{length} bytes")

    def test_every_changed_bit_is_a_fault(self) -> None:
        whole = fixtures.content(WORKED_EXAMPLE)
        for bit in range(8 * len(whole)):
            changed = bytearray(whole)
            changed[bit // 8] ^= 1 << bit % 8
            with self.assertRaises(Fault, msg=f"bit {bit}"):
                read_streams(bytes(changed))

    def test_changed_bytes_behind_a_right_checksum_never_raise_anything_but_a_fault(self) -> None:
        whole = fixtures.content(WORKED_EXAMPLE)
        codes = set()
        for offset in range(3, len(whole) - 4):
            for value in range(256):
                changed = bytearray(whole)
                changed[offset] = value
                codes.add(outcome(fixtures.with_checksum(bytes(changed))).split()[0])
        self.assertLessEqual({"stream", "reserved", "out-of-range", "field-beyond-record", "bad-padding"}, codes)


if __name__ == "__main__":
    unittest.main()
