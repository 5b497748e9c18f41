"""Index of archives, read by the second reader."""

import unittest

from tests import fixtures
from vampc.archive import read_index
from vampc.faults import Fault

ARCHIVES = fixtures.ARCHIVE.parent


class ArchiveTests(unittest.TestCase):
    def test_valid_archives_are_listed(self) -> None:
        paths = sorted((ARCHIVES / "valid").glob("*.vampa"))
        self.assertGreaterEqual(len(paths), 8)
        for path in paths:
            with self.subTest(path.stem):
                root = read_index(path.read_bytes())
                lines = [f"root {root.offset}", *map(str, root.entries)]
                self.assertEqual("\n".join(lines) + "\n", path.with_suffix(".txt").read_text())

    def test_invalid_archives_are_refused(self) -> None:
        paths = sorted((ARCHIVES / "invalid").glob("*.vampa"))
        self.assertGreaterEqual(len(paths), 3)
        for path in paths:
            with self.subTest(path.stem), self.assertRaises(Fault):
                read_index(path.read_bytes())

    def test_worked_example(self) -> None:
        root = read_index(fixtures.ARCHIVE.read_bytes())
        self.assertEqual(root.offset, 78)
        self.assertEqual([entry.name for entry in root.entries], ["one"])


if __name__ == "__main__":
    unittest.main()
