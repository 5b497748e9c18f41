"""Silence records and channel silence records: sections 6.1 and 6.2 of container.md."""

from __future__ import annotations

from dataclasses import dataclass

from vampc.faults import Fault
from vampc.fields import FieldReader
from vampc.header import Header

SILENCE = 9
CHANNEL_SILENCE = 10
MAX_CHANNEL_COUNT = 1024
MAX_SAMPLE_COUNT = 1 << 53


@dataclass(frozen=True)
class Silence:
    """Digital silence as ranges of samples at the source's rate, counted from the first sample of frame 0."""

    runs: list[range]

    def within(self, samples: range) -> list[range]:
        """Returns those parts of the runs that lie in `samples`."""
        clipped = [range(max(run.start, samples.start), min(run.stop, samples.stop)) for run in self.runs]
        return [run for run in clipped if run]


@dataclass(frozen=True)
class ChannelSilence:
    """Digital silence of single channels, by the number of the channel."""

    channels: dict[int, Silence]

    def within(self, samples: range, channel_count: int) -> list[list[range]]:
        """Returns the parts of the runs in `samples` for each channel; nothing where no channel has any.

        A record with a channel beyond `channel_count` counts as a whole for nothing.
        """
        if max(self.channels) >= channel_count:
            return []
        none = Silence([])
        runs = [self.channels.get(channel, none).within(samples) for channel in range(channel_count)]
        return runs if any(runs) else []


def read_silence(fields: FieldReader) -> Silence | None:
    """Reads the fields behind the type. Returns None where one of them breaks a rule."""
    runs: list[range] = []
    try:
        while fields.remaining > 0 or not runs:
            runs.append(read_run(fields, runs))
    except Fault:
        return None
    return Silence(runs)


def read_channel_silence(fields: FieldReader) -> ChannelSilence | None:
    """Reads the fields behind the type. Returns None where one of them breaks a rule."""
    channels: dict[int, Silence] = {}
    try:
        while fields.remaining > 0 or not channels:
            channel = fields.varint(max(channels, default=-1) + 1, MAX_CHANNEL_COUNT - 1)
            runs: list[range] = []
            for _ in range(fields.varint(1, MAX_SAMPLE_COUNT)):
                runs.append(read_run(fields, runs))
            channels[channel] = Silence(runs)
    except Fault:
        return None
    return ChannelSilence(channels)


def read_run(fields: FieldReader, before: list[range]) -> range:
    """Reads the run that follows the runs `before` of the same channels."""
    end = before[-1].stop if before else 0
    first = end + fields.varint(1 if before else 0, MAX_SAMPLE_COUNT - end)
    return range(first, first + fields.varint(1, MAX_SAMPLE_COUNT - first))


def source_samples(header: Header, first_frame: int, end_frame: int) -> range:
    """Samples of the frames first_frame ..< end_frame at the source's rate, from the first sample of frame 0."""

    def sample(frame: int) -> int:
        numerator = frame * header.hop * header.source_sample_rate_hz
        return min(-(-numerator // header.codec_sample_rate_hz), MAX_SAMPLE_COUNT)

    return range(sample(first_frame), sample(end_frame))
