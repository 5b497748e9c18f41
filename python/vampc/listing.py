"""Listing of a file, line by line as fixtures/containers/README.md describes it."""

from collections.abc import Iterable, Iterator
from dataclasses import astuple

from vampc.blocks import Block
from vampc.reader import StreamContent


def listing(streams: Iterable[StreamContent]) -> Iterator[str]:
    """Yields the lines that describe `streams`."""
    for stream in streams:
        yield "stream"
        yield from header_lines(stream)
        for key, value in stream.tags:
            yield f"tag {key.encode().hex()} {value.encode().hex() or '-'}"
        for block in stream.blocks:
            yield from block_lines(block, stream.header.has_block_masks)
        yield f"trailer {stream.trailer.sample_count} {stream.trailer.token_hash}"


def header_lines(stream: StreamContent) -> Iterator[str]:
    header = stream.header
    yield f"codec {header.codec_hash.hex()}"
    yield f"generator {'-' if header.generator_hash is None else header.generator_hash.hex()}"
    yield f"geometry {header.codec_sample_rate_hz} {header.hop} {header.codebook_count} {header.codebook_size}"
    yield f"keep {header.kept_codebook_count} {header.period} {header.phase}"
    yield f"channels {header.coded_channel_count} {header.source_channel_count}"
    yield f"rate {header.source_sample_rate_hz}"
    yield f"gain {'per-block' if header.gain_hundredths is None else header.gain_hundredths}"
    yield line("sampler", *astuple(header.sampler), header.seed)


def block_lines(block: Block, has_block_masks: bool) -> Iterator[str]:
    gain = "-" if block.gain_hundredths is None else block.gain_hundredths
    yield line("block", block.first_frame, block.frame_count, gain)
    if block.silence:
        yield line("silence", *(word for run in block.silence for word in (run.start, len(run))))
    for channel, runs in enumerate(block.channel_silence):
        if runs:
            yield line("channel-silence", channel, *(word for run in runs for word in (run.start, len(run))))
    for codebook, frames in enumerate(block.kept):
        if not frames:
            continue
        if has_block_masks:
            yield line("kept", codebook, *frames)
        for channel, tokens in enumerate(block.planes[codebook]):
            yield line("plane", codebook, channel, *tokens)


def line(*words: object) -> str:
    return " ".join(map(str, words))
