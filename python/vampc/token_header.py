"""The JSON that stands beside an array of tokens: everything of a stream but the tokens."""

from typing import Any

from vampc.blocks import Block
from vampc.header import Sampler
from vampc.reader import StreamContent

FORMAT = "vampc-tokens"
VERSION = 1


def token_header(stream: StreamContent) -> dict[str, Any]:
    """Returns the fields of section "Tokens in files" of python/README.md, in its order."""
    header, blocks = stream.header, stream.blocks
    first = blocks[0].first_frame if blocks else 0
    return {
        "format": FORMAT,
        "version": VERSION,
        "codec_hash": header.codec_hash.hex(),
        "generator_hash": None if header.generator_hash is None else header.generator_hash.hex(),
        "codec_sample_rate_hz": header.codec_sample_rate_hz,
        "codec_hop_length": header.hop,
        "codec_codebooks": header.codebook_count,
        "codec_codebook_size": header.codebook_size,
        "codebooks": header.kept_codebook_count,
        "period": header.period,
        "phase": header.phase,
        "block_masks": header.has_block_masks,
        "coded_channels": header.coded_channel_count,
        "source_channels": header.source_channel_count,
        "source_sample_rate_hz": header.source_sample_rate_hz,
        "sample_count": stream.trailer.sample_count,
        "gain_mode": "block" if header.gain_hundredths is None else "whole",
        "gain_db": header.gain_db,
        "sampler": sampler_fields(header.sampler),
        "seed": header.seed,
        "first_frame": first,
        "frames": blocks[-1].end_frame - first if blocks else 0,
        "blocks": [block_fields(block) for block in blocks],
        "header_record": stream.has_header_record,
        "trailer_record": stream.has_trailer_record,
        "tags": [list(tag) for tag in stream.tags],
        "token_hash": f"{stream.trailer.token_hash:08x}",
    }


def sampler_fields(sampler: Sampler) -> dict[str, Any]:
    return {
        "steps": sampler.coarse_step_count,
        "fine_steps": sampler.fine_step_count,
        "temperature": sampler.temperature / 100,
        "fine_temperature": sampler.fine_temperature / 100,
        "mask_temperature": sampler.mask_temperature / 100,
        "top_p": sampler.top_p / 100,
        "typical_mass": sampler.typical_mass / 100,
    }


def block_fields(block: Block) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "first_frame": block.first_frame,
        "frames": block.frame_count,
        "gain_db": None if block.gain_hundredths is None else block.gain_hundredths / 100,
        "lost": block.is_lost,
    }
    if block.silence:
        fields["silence"] = [[run.start, len(run)] for run in block.silence]
    if block.channel_silence:
        fields["channel_silence"] = [[[run.start, len(run)] for run in runs] for runs in block.channel_silence]
    return fields
