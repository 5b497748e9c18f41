"""Trailer section and token hash: section 4 of container.md."""

import zlib
from dataclasses import dataclass

from vampc.blocks import Block
from vampc.fields import FieldReader


@dataclass(frozen=True)
class Trailer:
    """Trailer section. `end_frame` is None where the same record has a block section."""

    sample_count: int
    end_frame: int | None
    token_hash: int


def read_trailer(fields: FieldReader, has_block: bool) -> Trailer:
    sample_count = fields.varint(0, 1 << 53)
    end_frame = None if has_block else fields.varint(0, 1 << 48)
    return Trailer(sample_count, end_frame, fields.unsigned(4))


def extend_token_hash(token_hash: int, block: Block) -> int:
    """Returns the hash of all kept tokens up to the end of `block`, given that of the blocks before."""
    tokens: dict[int, list[int]] = {}
    for frames, planes in zip(block.kept, block.planes, strict=True):
        for frame, *channels in zip(frames, *planes, strict=True):
            tokens.setdefault(frame, []).extend(channels)
    words = b"".join(token.to_bytes(2, "big") for frame in sorted(tokens) for token in tokens[frame])
    return zlib.crc32(words, token_hash)
