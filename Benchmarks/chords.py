"""Input of the benchmarks: a minute of synthetic music."""

import math
import random

SAMPLE_RATE = 44_100
TONES_HERTZ = (220.0, 277.2, 329.6, 440.0)


def minute() -> list[float]:
    """Chords that change every second over a little noise, as mono samples within the range of 16-bit integers."""
    generator = random.Random(1)
    pattern = []
    for _ in range(60):
        factor = 2 ** (generator.randrange(12) / 12)
        for i in range(SAMPLE_RATE):
            value = sum(math.sin(2 * math.pi * factor * tone * i / SAMPLE_RATE) for tone in TONES_HERTZ)
            envelope = math.exp(-2 * i / SAMPLE_RATE)
            pattern.append(4000 * envelope * value + 300 * (2 * generator.random() - 1))
    return pattern
