"""Tokens and keep masks as NumPy arrays. The only module that imports NumPy."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from vampc.blocks import Block
from vampc.header import Header

MASKED = -1


def token_array(header: Header, blocks: Sequence[Block]) -> NDArray[np.int32]:
    """Returns tokens `[channel, codebook, frame]`, MASKED where the blocks keep none."""
    first, frame_count = frame_span(blocks)
    shape = header.coded_channel_count, header.codebook_count, frame_count
    tokens = np.full(shape, MASKED, np.int32)
    for block in blocks:
        for codebook, frames in enumerate(block.kept):
            columns = np.asarray(frames, np.int64) - first
            for channel, plane in enumerate(block.planes[codebook]):
                tokens[channel, codebook, columns] = plane
    return tokens


def keep_mask(header: Header, blocks: Sequence[Block]) -> NDArray[np.bool_]:
    """Returns the keep mask `[codebook, frame]`."""
    first, frame_count = frame_span(blocks)
    mask = np.zeros((header.codebook_count, frame_count), np.bool_)
    for block in blocks:
        for codebook, frames in enumerate(block.kept):
            mask[codebook, np.asarray(frames, np.int64) - first] = True
    return mask


def frame_span(blocks: Sequence[Block]) -> tuple[int, int]:
    """Returns the first frame and the number of frames of adjoining blocks."""
    if not blocks:
        return 0, 0
    first = blocks[0].first_frame
    return first, blocks[-1].end_frame - first
