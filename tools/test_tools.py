"""Tests of tools/: what makes fixtures makes the fixtures that are there, and metrics agree with recorded values."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from xml.etree import ElementTree

import numpy as np

from adaptive_coder import range_decode, range_encode
from beat_music import PIECES, f_measure, render
from dot_chart import Dot, DotChart, tick_step
from edge_cases import edge_cases
from vampc.fields import FieldReader
from vampc.range_decoder import read_coded
from written_section import written_section

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


class BeatTests(unittest.TestCase):
    def test_f_measure_counts_pairs_within_70_ms(self) -> None:
        beats = [0.5, 1.0, 1.5, 2.0]
        self.assertEqual(f_measure(beats, beats), 1)
        self.assertEqual(f_measure(beats, [beat + 0.069 for beat in beats]), 1)
        self.assertEqual(f_measure(beats, [beat + 0.08 for beat in beats]), 0)
        self.assertAlmostEqual(f_measure(beats, [0.5, 1.5]), 2 / 3)
        self.assertEqual(f_measure(beats, []), 0)

    def test_a_seed_decides_a_piece(self) -> None:
        first, beats, downbeats = render(PIECES[0], 3)
        again, *_ = render(PIECES[0], 3)
        self.assertTrue(np.array_equal(first, again))
        self.assertAlmostEqual(beats[1] - beats[0], 60 / PIECES[0].tempo)
        self.assertEqual(downbeats, beats[::4])


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


class DocumentTests(unittest.TestCase):
    def test_ticks_are_few_round_numbers(self) -> None:
        self.assertEqual([tick_step(largest) for largest in (0.9, 1, 6, 34, 51, 240)], [0.1, 0.1, 1, 5, 10, 50])

    def test_a_chart_is_xml_with_a_dot_for_each_value(self) -> None:
        chart = DotChart("a < b", "axis", [("first & only", [Dot("one", 1, 0.5), Dot("two", 2)])], limit=1.5)
        root = ElementTree.fromstring(chart.svg())
        circles = [element for element in root if element.tag.endswith("circle")]
        # Two dots, and one beside each name of the legend.
        self.assertEqual(len(circles), 4)

    def test_the_written_section_survives(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            document = Path(folder, "RESULTS.md")
            self.assertEqual(written_section(document), [])
            document.write_text("# Title\n\n| table |\n")
            self.assertEqual(written_section(document), [])
            document.write_text("# Title\n\n| table |\n\n## Reading the figures\n\nText.\n")
            self.assertEqual(written_section(document), ["", "## Reading the figures\n\nText."])


if __name__ == "__main__":
    unittest.main()
