"""What callers use: the streams of a file, with their tokens as NumPy arrays."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from vampc.blocks import Block
from vampc.header import Header
from vampc.reader import StreamContent, read_streams
from vampc.tags import Tag
from vampc.token_header import token_header

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Stream:
    """One stream: a recording with its header, tags and tokens.

    The arrays begin at frame `first_frame`, which is 0 unless the stream is an excerpt.
    """

    content: StreamContent

    @property
    def header(self) -> Header:
        return self.content.header

    @property
    def tags(self) -> list[Tag]:
        """Tags as (key, value), in the order of the file."""
        return self.content.tags

    @property
    def blocks(self) -> list[Block]:
        return self.content.blocks

    @property
    def sample_count(self) -> int:
        """Length of the recording in samples per channel, at the sample rate of the source."""
        return self.content.trailer.sample_count

    @property
    def token_hash(self) -> int:
        """CRC-32 over all kept tokens, as the trailer has it."""
        return self.content.trailer.token_hash

    @property
    def first_frame(self) -> int:
        return self.blocks[0].first_frame if self.blocks else 0

    @property
    def frame_count(self) -> int:
        return self.blocks[-1].end_frame - self.first_frame if self.blocks else 0

    @cached_property
    def tokens(self) -> NDArray[np.int32]:
        """The array of `to_array()`, made once and read-only."""
        array = self.to_array()
        array.setflags(write=False)
        return array

    @cached_property
    def kept(self) -> NDArray[np.bool_]:
        """Keep mask `[codebook, frame]`, the same for all channels: True where the stream stores the token."""
        from vampc.arrays import keep_mask

        return keep_mask(self.header, self.blocks)

    def to_array(self) -> NDArray[np.int32]:
        """Returns a new array of tokens `[channel, codebook, frame]`: -1 where a token is masked or lost."""
        from vampc.arrays import token_array

        return token_array(self.header, self.blocks)

    def token_header(self) -> dict[str, Any]:
        """Returns what stands beside the array in the JSON file of section "Tokens in files" of python/README.md."""
        return token_header(self.content)


class Container(Sequence[Stream]):
    """The streams of one file. Properties of a stream can be had from a container that has only one."""

    def __init__(self, streams: Sequence[Stream]) -> None:
        self._streams = tuple(streams)

    def __len__(self) -> int:
        return len(self._streams)

    @overload
    def __getitem__(self, index: int) -> Stream: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[Stream, ...]: ...

    def __getitem__(self, index: int | slice) -> Stream | tuple[Stream, ...]:
        return self._streams[index]

    def __iter__(self) -> Iterator[Stream]:
        return iter(self._streams)

    @property
    def streams(self) -> tuple[Stream, ...]:
        return self._streams

    @property
    def stream(self) -> Stream:
        """The only stream. Raises ValueError where the container has several."""
        if len(self) != 1:
            raise ValueError(f"{len(self)} streams: choose one by its index, as in container[0]")
        return self._streams[0]

    @property
    def header(self) -> Header:
        return self.stream.header

    @property
    def tokens(self) -> NDArray[np.int32]:
        """Tokens of the only stream: see `Stream.tokens`."""
        return self.stream.tokens

    @property
    def kept(self) -> NDArray[np.bool_]:
        """Keep mask of the only stream: see `Stream.kept`."""
        return self.stream.kept

    def to_array(self) -> NDArray[np.int32]:
        """Returns the tokens of the only stream: see `Stream.to_array`."""
        return self.stream.to_array()


def read(path: str | os.PathLike[str]) -> Container:
    """Reads a .vampc or .vampa file. Raises Fault where it breaks the format, OSError where it cannot be opened."""
    return read_bytes(Path(path).read_bytes())


def read_bytes(data: bytes | bytearray | memoryview) -> Container:
    """Reads the content of a .vampc or .vampa file. Raises Fault where it breaks the format."""
    return Container([Stream(content) for content in read_streams(bytes(data))])
