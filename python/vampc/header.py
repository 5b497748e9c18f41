"""Header section: section 3 of container.md."""

from dataclasses import dataclass

from vampc.faults import Fault, within
from vampc.fields import FieldReader

# Registered geometries: codec sample rate in Hz, hop in samples, codebooks, entries of a codebook.
GEOMETRIES = {
    1: (44_100, 768, 14, 1_024),
    2: (44_100, 512, 9, 1_024),
    3: (24_000, 320, 32, 1_024),
    4: (16_000, 320, 12, 1_024),
}
# Registered source rates in Hz, from number 1 on.
SOURCE_RATES_HZ = (
    *(8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000),
    *(44_100, 48_000, 64_000, 88_200, 96_000, 176_400, 192_000),
)
RESERVED_SOURCE_RATE = 15
RESERVED_GAIN_MODE = 3
SPELLED_OUT_SAMPLER = 15


@dataclass(frozen=True)
class Sampler:
    """Settings for generating the masked tokens. Temperatures, top-p and typical mass are in hundredths."""

    coarse_step_count: int
    fine_step_count: int
    temperature: int
    fine_temperature: int
    mask_temperature: int
    top_p: int
    typical_mass: int


# Registered samplers.
SAMPLERS = {0: Sampler(24, 2, 100, 0, 1_050, 100, 100), 1: Sampler(12, 2, 100, 100, 1_050, 100, 100)}


@dataclass(frozen=True)
class Header:
    """Header section of a stream.

    `kept_codebook_count`, `period` and `phase` say which tokens every block keeps. `gain_hundredths` is the gain that
    the encoder applied, in hundredths of a decibel; None where every block has its own gain. `generator_hash` is None
    where the model had no generator. `seed` is 0 where the stream has none.
    """

    codec_hash: bytes
    generator_hash: bytes | None
    codec_sample_rate_hz: int
    hop: int
    codebook_count: int
    codebook_size: int
    kept_codebook_count: int
    period: int
    phase: int
    coded_channel_count: int
    source_channel_count: int
    source_sample_rate_hz: int
    gain_hundredths: int | None
    sampler: Sampler
    seed: int
    has_block_masks: bool

    @property
    def token_bits(self) -> int:
        """Bits of one packed token."""
        return (self.codebook_size - 1).bit_length()

    @property
    def gain_db(self) -> float | None:
        """Gain of the whole stream in decibels; None where every block has its own gain."""
        return None if self.gain_hundredths is None else self.gain_hundredths / 100

    def periodic_frames(self, first: int, count: int) -> range:
        """Frames of first ..< first + count that are kept in codebooks 0 ..< kept_codebook_count."""
        if self.period == 0:
            return range(0)
        return range(first + (self.phase - first) % self.period, first + count, self.period)


def read_header(fields: FieldReader) -> Header:
    first_offset = fields.at
    byte = fields.byte()
    geometry, kept_codebook_count = byte & 15, byte >> 4
    if geometry not in GEOMETRIES and geometry != 0:
        raise Fault("reserved", first_offset)

    flags_offset = fields.at
    byte = fields.byte()
    rate_number, has_generator, gain_mode, has_extras = byte & 15, byte >> 4 & 1, byte >> 5 & 3, byte >> 7
    if rate_number == RESERVED_SOURCE_RATE or gain_mode == RESERVED_GAIN_MODE:
        raise Fault("reserved", flags_offset)

    extras = read_extras(fields) if has_extras else 0
    has_phase, has_seed, has_block_masks, sampler_number = extras & 1, extras & 2, bool(extras & 4), extras >> 4

    channels_offset = fields.at
    byte = fields.byte()
    coded, source = byte & 15, byte >> 4

    codec_hash = fields.bytes(6)
    generator_hash = fields.bytes(4) if has_generator else None
    codec_rate, hop, codebook_count, codebook_size = GEOMETRIES.get(geometry) or read_geometry(fields)
    if kept_codebook_count == 0:
        kept_codebook_count = fields.varint(1, codebook_count)
    else:
        within(kept_codebook_count, 1, codebook_count, first_offset)
    period = fields.varint(0 if has_block_masks else 1, 65_535)
    phase = 0
    if has_phase:
        if period < 2:
            raise Fault("out-of-range", fields.at)
        phase = fields.varint(1, period - 1)
    if coded == 0:
        coded = fields.varint(1, 1_024)
    if source == 0:
        source = fields.varint(coded, 1_024)
    else:
        within(source, coded, 1_024, channels_offset)
    source_rate = SOURCE_RATES_HZ[rate_number - 1] if rate_number else fields.varint(1, 16_777_216)
    gain: int | None = 0
    if gain_mode == 1:
        gain = fields.gain()
    elif gain_mode == 2:
        gain = None
    return Header(
        codec_hash=codec_hash,
        generator_hash=generator_hash,
        codec_sample_rate_hz=codec_rate,
        hop=hop,
        codebook_count=codebook_count,
        codebook_size=codebook_size,
        kept_codebook_count=kept_codebook_count,
        period=period,
        phase=phase,
        coded_channel_count=coded,
        source_channel_count=source,
        source_sample_rate_hz=source_rate,
        gain_hundredths=gain,
        sampler=SAMPLERS.get(sampler_number) or read_sampler(fields),
        seed=fields.varint(1, 4_294_967_295) if has_seed else 0,
        has_block_masks=has_block_masks,
    )


def read_extras(fields: FieldReader) -> int:
    start = fields.at
    extras = fields.byte()
    sampler_number = extras >> 4
    if extras & 0b1000 or (sampler_number not in SAMPLERS and sampler_number != SPELLED_OUT_SAMPLER):
        raise Fault("reserved", start)
    return within(extras, 1, 255, start)


def read_geometry(fields: FieldReader) -> tuple[int, int, int, int]:
    """Reads a geometry that is spelled out: codec sample rate, hop, codebooks, entries of a codebook."""
    return fields.varint(1, 1_000_000), fields.varint(1, 65_536), fields.varint(1, 256), fields.varint(2, 65_536)


def read_sampler(fields: FieldReader) -> Sampler:
    """Reads sampler settings that are spelled out."""
    return Sampler(
        coarse_step_count=fields.byte(1),
        fine_step_count=fields.byte(1),
        temperature=fields.unsigned(2),
        fine_temperature=fields.unsigned(2),
        mask_temperature=fields.unsigned(2),
        top_p=fields.byte(1, 100),
        typical_mass=fields.byte(1, 100),
    )
