"""Block section: section 5 of container.md."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field

from vampc.arrangements import read_deflated, read_packed, read_plane
from vampc.faults import Fault
from vampc.fields import FieldReader
from vampc.header import Header
from vampc.masks import read_mask
from vampc.range_decoder import read_coded

MAX_TOKEN_COUNT = 1 << 20
MAX_FIRST_FRAME = (1 << 48) - 1
PACKED, DEFLATED, PLANES, LOST, CODED = range(5)


@dataclass(frozen=True)
class Block:
    """Tokens of the frames first_frame ..< first_frame + frame_count.

    `kept[codebook]` has the kept frames in rising order; `planes[codebook][channel]` has one token for each of them.
    `gain_hundredths` is None where the stream has one gain. A lost block keeps no token because damage took them away.
    `silence` has the ranges of samples, at the source's rate and counted from the first sample of frame 0, that are
    digital silence in all channels; `channel_silence` has those of each channel, or nothing.
    """

    first_frame: int
    frame_count: int
    gain_hundredths: int | None
    is_lost: bool
    kept: list[Sequence[int]]
    planes: list[list[list[int]]]
    silence: list[range] = field(default_factory=list)
    channel_silence: list[list[range]] = field(default_factory=list)

    @property
    def end_frame(self) -> int:
        """End (exclusive) of the block's frames."""
        return self.first_frame + self.frame_count


def read_block(fields: FieldReader, header: Header) -> Block:
    first = fields.varint(0, MAX_FIRST_FRAME)
    grid_rows = header.codebook_count * header.coded_channel_count
    frame_count = fields.varint(1, max(1, MAX_TOKEN_COUNT // grid_rows))
    start = fields.at
    arrangement = fields.byte()
    if arrangement > CODED:
        raise Fault("reserved", start)
    gain = fields.gain() if header.gain_hundredths is None else None
    kept = read_kept(fields, header, first, frame_count)
    if arrangement == LOST:
        kept = [range(0)] * header.codebook_count
    tokens = read_payload(fields, header, arrangement, [len(frames) for frames in kept])
    fields.finish()
    channels = header.coded_channel_count
    planes = [tokens[plane : plane + channels] for plane in range(0, len(tokens), channels)]
    return Block(first, frame_count, gain, arrangement == LOST, kept, planes)


def read_kept(fields: FieldReader, header: Header, first: int, frame_count: int) -> list[Sequence[int]]:
    """Reads the mask, if the stream has block masks. Returns for each codebook the kept frames in rising order."""
    periodic = header.periodic_frames(first, frame_count)
    kept: list[Sequence[int]] = [
        periodic if codebook < header.kept_codebook_count else range(0) for codebook in range(header.codebook_count)
    ]
    if not header.has_block_masks:
        return kept
    mask = read_mask(fields, header.codebook_count, frame_count)
    return [
        sorted(set(frames).union(first + frame for frame in masked)) for frames, masked in zip(kept, mask, strict=True)
    ]


def read_payload(fields: FieldReader, header: Header, arrangement: int, counts: list[int]) -> list[list[int]]:
    """Reads all planes, codebook by codebook, each with `counts[codebook]` tokens for every channel."""
    channels = header.coded_channel_count
    plane_counts = [count for count in counts for _ in range(channels)]
    total = sum(plane_counts)
    if total == 0:
        return [[] for _ in plane_counts]
    if arrangement == PLANES:
        return [read_plane(fields, header, count) if count else [] for count in plane_counts]
    if arrangement == CODED:
        tokens = iter(read_coded(fields, [channels * count for count in counts], header.codebook_size))
    elif arrangement == DEFLATED:
        tokens = iter(read_deflated(fields, header, total))
    else:
        tokens = iter(read_packed(fields, header, total))
    return [list(itertools.islice(tokens, count)) for count in plane_counts]
