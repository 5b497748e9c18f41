"""Silence records: section 6.1 of container.md."""

from __future__ import annotations

from dataclasses import dataclass

from vampc.faults import Fault
from vampc.fields import FieldReader
from vampc.header import Header

SILENCE = 9
MAX_SAMPLE_COUNT = 1 << 53


@dataclass(frozen=True)
class Silence:
    """Digital silence as ranges of samples at the source's rate, counted from the first sample of frame 0."""

    runs: list[range]

    def within(self, samples: range) -> list[range]:
        """Returns those parts of the runs that lie in `samples`."""
        clipped = [range(max(run.start, samples.start), min(run.stop, samples.stop)) for run in self.runs]
        return [run for run in clipped if run]


def read_silence(fields: FieldReader) -> Silence | None:
    """Reads the fields behind the type. Returns None where one of them breaks a rule."""
    runs: list[range] = []
    end = 0
    try:
        while fields.remaining > 0 or not runs:
            first = end + fields.varint(1 if runs else 0, MAX_SAMPLE_COUNT)
            end = first + fields.varint(1, MAX_SAMPLE_COUNT)
            if end > MAX_SAMPLE_COUNT:
                return None
            runs.append(range(first, end))
    except Fault:
        return None
    return Silence(runs)


def source_samples(header: Header, first_frame: int, end_frame: int) -> range:
    """Samples of the frames first_frame ..< end_frame at the source's rate, from the first sample of frame 0."""

    def sample(frame: int) -> int:
        numerator = frame * header.hop * header.source_sample_rate_hz
        return min(-(-numerator // header.codec_sample_rate_hz), MAX_SAMPLE_COUNT)

    return range(sample(first_frame), sample(end_frame))
