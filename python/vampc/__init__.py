"""Reader of vampc streams: tokens as NumPy arrays, and a second implementation of the container format.

    >>> import vampc
    >>> container = vampc.read("music.vampc")
    >>> container.header.codec_sample_rate_hz
    44100
    >>> container.tokens.shape                  # [channel, codebook, frame], int32, -1 where a token is masked
    (1, 14, 573)

The reader follows formats/container.md of the vampc repository and shares no code with vampc itself. NumPy is imported
only when an array is asked for.
"""

from vampc.blocks import Block
from vampc.container import Container, Stream, read, read_bytes
from vampc.faults import Fault
from vampc.header import Header, Sampler

__all__ = ["Block", "Container", "Fault", "Header", "Sampler", "Stream", "read", "read_bytes"]
