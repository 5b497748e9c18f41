"""Block masks: section 5.1 of container.md."""

from collections.abc import Iterator

from vampc.faults import Fault, within
from vampc.fields import FieldReader

MAX_TERM_COUNT = 15
MAX_RUN_COUNT = 1 << 20
LIST, RUNS, RESERVED_KIND = 0, 1, 3


def read_mask(fields: FieldReader, codebook_count: int, frame_count: int) -> list[set[int]]:
    """Reads the mask of a block. Returns for each codebook the kept frames, counted from the first of the block."""
    kept: list[set[int]] = [set() for _ in range(codebook_count)]
    for _ in range(fields.byte(0, MAX_TERM_COUNT)):
        start = fields.at
        byte = fields.byte()
        kind, count = byte & 3, byte >> 2
        if kind == RESERVED_KIND:
            raise Fault("reserved", start)
        if count == 0:
            count = fields.varint(1, codebook_count)
        else:
            within(count, 1, codebook_count, start)
        if kind == LIST:
            for frame in read_list(fields, frame_count):
                for frames in kept[:count]:
                    frames.add(frame)
        elif kind == RUNS:
            for run in read_runs(fields, frame_count):
                for frames in kept[:count]:
                    frames.update(run)
        else:
            for run in read_runs(fields, frame_count * count):
                for position in run:
                    kept[position // frame_count].add(position % frame_count)
    return kept


def read_list(fields: FieldReader, frame_count: int) -> Iterator[int]:
    """Reads a list of frames in rising order."""
    count = fields.varint(1, frame_count)
    frame = fields.varint(0, frame_count - 1)
    yield frame
    for _ in range(count - 1):
        start = fields.at
        frame = within(frame + fields.varint(1, frame_count), 0, frame_count - 1, start)
        yield frame


def read_runs(fields: FieldReader, limit: int) -> Iterator[range]:
    """Reads runs that are masked and kept in turn and end at `limit` or before. Yields the kept ones."""
    position = 0
    for index in range(fields.varint(1, MAX_RUN_COUNT)):
        length = fields.varint(0 if index == 0 else 1, limit - position)
        if index % 2 == 1:
            yield range(position, position + length)
        position += length
