"""Tests of tools/: what makes fixtures makes the fixtures that are there, and metrics agree with recorded values."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import numpy as np

from adaptive_coder import range_decode, range_encode
from edge_cases import edge_cases
from vampc.fields import FieldReader
from vampc.range_decoder import read_coded

TOOLS = Path(__file__).resolve().parent
FIXTURES = TOOLS.parent / "fixtures"


def run(tool: str, *arguments: str | Path) -> None:
    """Runs a tool with this Python. Raises CalledProcessError where it fails."""
    subprocess.run([sys.executable, TOOLS / tool, *arguments], check=True, stdout=subprocess.DEVNULL)


class FixtureTests(unittest.TestCase):
    def test_edge_cases_are_those_of_the_fixtures(self) -> None:
        made = edge_cases()
        self.assertEqual(sorted(made), sorted(path.stem for path in (FIXTURES / "audio" / "edge").glob("*.wav")))
        for name, content in made.items():
            with self.subTest(name):
                self.assertTrue(content == (FIXTURES / "audio" / "edge" / f"{name}.wav").read_bytes())

    def test_granules_ahead_is_that_of_the_fixtures(self) -> None:
        audio = FIXTURES / "audio"
        with tempfile.TemporaryDirectory() as folder:
            target = Path(folder, "out.opus")
            run("make-granules-ahead", audio / "tone.opus", target)
            self.assertEqual(target.read_bytes(), (audio / "tone-granules-ahead.opus").read_bytes())


class MetricTests(unittest.TestCase):
    def test_metrics_agree_with_recorded_values(self) -> None:
        run("audio_metrics.py", FIXTURES / "reference" / "metrics")


class AdaptiveCoderTests(unittest.TestCase):
    def setUp(self) -> None:
        # Two codebooks of tokens that are not even, so that frequencies matter.
        drawn = np.random.default_rng(1).geometric(0.02, size=(2, 300))
        self.block = np.minimum(drawn, 1_023).astype(np.int64)

    def test_decodes_what_it_encoded(self) -> None:
        for step, order in ((2, 0), (2, 4), (8, 0), (8, 4)):
            with self.subTest(step=step, order=order):
                data = range_encode(self.block, step, order)
                np.testing.assert_array_equal(range_decode(data, self.block.shape, step, order), self.block)

    def test_order_0_and_step_2_is_the_coded_arrangement(self) -> None:
        data = range_encode(self.block, 2, 0)
        tokens = read_coded(FieldReader(data, 0, len(data)), [300, 300], 1_024)
        self.assertEqual(tokens, self.block.ravel().tolist())


if __name__ == "__main__":
    unittest.main()
