"""Edge cases of WAV files for the audio fixtures; fixtures/README.md describes each."""

import math
import random
import struct
from collections.abc import Sequence


def wave_file(
    channels: Sequence[Sequence[float]], rate: int, bits: int, mask: int | None = None, lengths_known: bool = True
) -> bytes:
    """A WAV file of `channels`: integers of 16 or 24 bits, or floats of 32.

    With a channel mask the header is WAVE_FORMAT_EXTENSIBLE. Unknown lengths are 0xFFFFFFFF.
    """
    count, size, floating = len(channels), bits // 8, bits == 32
    data = b"".join(
        struct.pack("<f", value) if floating else int(value).to_bytes(size, "little", signed=True)
        for frame in zip(*channels, strict=True)
        for value in frame
    )
    tag = 3 if floating else 1
    form = struct.pack("<HHIIHH", tag if mask is None else 0xFFFE, count, rate, rate * count * size, count * size, bits)
    if mask is not None:
        form += struct.pack("<HHIH", 22, bits, mask, tag) + bytes.fromhex("000000001000800000aa00389b71")
    elif floating:
        form += struct.pack("<H", 0)
    fact = b"fact" + struct.pack("<II", 4, len(channels[0])) if floating else b""
    body = b"WAVEfmt " + struct.pack("<I", len(form)) + form + fact
    unknown = 0xFFFFFFFF
    body += b"data" + struct.pack("<I", len(data) if lengths_known else unknown) + data + b"\0" * (len(data) & 1)
    return b"RIFF" + struct.pack("<I", len(body) if lengths_known else unknown) + body


def tone(frequency: float, rate: int, count: int, amplitude: float, scale: int = 32767) -> list[int]:
    return [round(amplitude * scale * math.sin(2 * math.pi * frequency * index / rate)) for index in range(count)]


def chirp(first: float, last: float, rate: int, count: int, amplitude: float) -> list[int]:
    """Samples of a tone whose frequency rises exponentially from `first` to `last` Hz."""
    ratio = math.log(last / first)
    scale = 2 * math.pi * first * count / rate / ratio
    phases = (scale * (math.exp(ratio * index / count) - 1) for index in range(count))
    return [round(amplitude * 32767 * math.sin(phase)) for phase in phases]


def edge_cases() -> dict[str, bytes]:
    """WAV files by name."""
    rate, hop = 44_100, 768
    generator = random.Random(768)
    noise = [[generator.randint(-32768, 32767) for _ in range(rate // 4)] for _ in range(2)]
    broken = [0.5 * math.sin(2 * math.pi * 440 * index / rate) for index in range(4 * hop)]
    broken[100], broken[1000], broken[1001], broken[2000] = math.nan, math.inf, -math.inf, 1e30
    centred = tone(440, rate, 2 * hop, 0.5)
    six = [tone(frequency, 96_000, 9_600, 0.25, 8388607) for frequency in (220, 330, 440, 55, 550, 660)]
    return {
        "empty": wave_file([[]], rate, 16),
        "one-sample": wave_file([[12_345]], rate, 16),
        "one-hop-minus-1": wave_file([centred[: hop - 1]], rate, 16),
        "one-hop": wave_file([centred[:hop]], rate, 16),
        "one-hop-plus-1": wave_file([centred[: hop + 1]], rate, 16),
        "silence": wave_file([[0] * (rate // 2)], rate, 16),
        "dc": wave_file([[16_384] * (rate // 2)], rate, 16),
        "full-scale-noise": wave_file(noise, rate, 16),
        "mono-8khz": wave_file([chirp(100, 3_800, 8_000, 8_000, 0.5)], 8_000, 16),
        "six-channels-96khz": wave_file(six, 96_000, 24, mask=0x3F),
        "nan-inf-float": wave_file([broken], rate, 32),
        "unknown-length": wave_file([centred, centred[::-1]], rate, 16, lengths_known=False),
    }
