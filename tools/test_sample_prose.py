"""Tests of tools/sample-prose on a small repository of its own."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

SAMPLE_PROSE = Path(__file__).resolve().parent / "sample-prose"
SWIFT = "/// First.\n///\n/// Second.\nlet a = 1\n\nstruct B {\n  /// Third.\n  let c: Int  // no doc comment\n}\n"
MARKDOWN = (
    "# Title\n\nA paragraph\nof two lines.\n\n- an item\n- another\n- <doc:Link>\n- ``Type``\n\n"
    '@Snippet(path: "a")\n\n```\ncode\n```\n\n| a | table |\n'
)


class SampleProseTests(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        (self.root / "Sources" / "M").mkdir(parents=True)
        (self.root / "Sources" / "M" / "A.swift").write_text(SWIFT)
        (self.root / "README.md").write_text(MARKDOWN)
        (self.root / "DATA_LICENSES.md").write_text("Not a word of ours.\n")
        subprocess.run(["git", "init", "--quiet", self.root], check=True)
        subprocess.run(["git", "-C", self.root, "add", "."], check=True)

    def output(self, *arguments: str) -> str:
        command = [sys.executable, str(SAMPLE_PROSE), "--root", str(self.root), *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def test_all_passages_with_their_places(self) -> None:
        expected = """\
            # 40 of 2 doc comments, seed 20

            Sources/M/A.swift:1
            /// First.
            ///
            /// Second.
            let a = 1

            Sources/M/A.swift:7
            /// Third.
            let c: Int  // no doc comment

            # 20 of 3 paragraphs, seed 20

            README.md:3
            A paragraph
            of two lines.

            README.md:6
            - an item

            README.md:7
            - another

            """
        self.assertEqual(self.output(), "".join(line.lstrip(" ") for line in expected.splitlines(keepends=True)))

    def test_a_seed_always_gives_the_same_sample(self) -> None:
        samples = [self.output("--seed", str(seed), "--paragraphs", "1") for seed in range(5)]
        self.assertEqual(samples[3], self.output("--seed", "3", "--paragraphs", "1"))
        self.assertGreater(len({sample.partition("seed ")[2][2:] for sample in samples}), 1)


if __name__ == "__main__":
    unittest.main()
