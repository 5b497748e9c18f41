"""Rendered music whose beats are known, for `measure-beats`.

Every piece is drums and tones made with NumPy from a seed: the same seed gives the same samples. A piece has a pattern
of events in beats, a course of the tempo, and players that miss the grid by a few milliseconds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE = 22_050
# Standard deviation of the players' timing, and the range of it.
JITTER_SECONDS = 0.004
LARGEST_JITTER_SECONDS = 0.012

Samples = NDArray[np.float64]
Random = np.random.Generator
# Place in beats from the beginning of the bar, instrument, loudness 0...1, pitch in semitones above the root.
Event = tuple[float, str, float, int]


@dataclass(frozen=True)
class Piece:
    """One piece: a style at a tempo, which changes towards `final_tempo`."""

    style: str
    tempo: float
    seconds: float = 20.0
    final_tempo: float | None = None
    # The tempo changes at once in the middle instead of all the time.
    steps: bool = False

    @property
    def name(self) -> str:
        tempo = f"{self.tempo:.0f}"
        if self.final_tempo is not None:
            tempo += f"{'to' if self.steps else 'towards'}{self.final_tempo:.0f}"
        return f"{self.style}-{tempo}"

    def beats(self, start: float = 0.35) -> list[float]:
        """Times of the beats in seconds."""
        times = [start]
        while True:
            share = times[-1] / self.seconds
            tempo = self.tempo
            if self.final_tempo is not None:
                tempo = self.final_tempo if self.steps and share >= 0.5 else self.tempo
                if not self.steps:
                    tempo = self.tempo + share * (self.final_tempo - self.tempo)
            following = times[-1] + 60 / tempo
            if following > self.seconds - 0.3:
                return times
            times.append(following)


def decaying(count: int, seconds: float) -> Samples:
    return np.exp(-np.arange(count) / (seconds * SAMPLE_RATE))


def tone(frequency: float, seconds: float, partials: int, damping: float) -> Samples:
    """Plucked or struck tone: partials that fade the sooner the higher they are."""
    count = int(seconds * SAMPLE_RATE)
    time = np.arange(count) / SAMPLE_RATE
    result = np.zeros(count)
    for number in range(1, partials + 1):
        if number * frequency < 0.45 * SAMPLE_RATE:
            fading = decaying(count, seconds / 3 / (1 + damping * (number - 1)))
            result += fading * np.sin(2 * np.pi * number * frequency * time) / number
    attack = min(count, int(0.004 * SAMPLE_RATE))
    result[:attack] *= np.linspace(0, 1, attack)
    return result


def noise(random: Random, seconds: float, fade: float, differences: int) -> Samples:
    """Noise that fades; every difference takes away low frequencies."""
    count = int(seconds * SAMPLE_RATE)
    result = random.standard_normal(count + differences)
    for _ in range(differences):
        result = np.diff(result) / 2
    return result * decaying(count, fade)


def kick(random: Random) -> Samples:
    count = int(0.25 * SAMPLE_RATE)
    time = np.arange(count) / SAMPLE_RATE
    phase = 2 * np.pi * (50 * time + 70 * 0.03 * (1 - np.exp(-time / 0.03)))
    return np.sin(phase) * decaying(count, 0.07)


def snare(random: Random) -> Samples:
    body = tone(190, 0.2, 2, 1)
    return 0.6 * noise(random, 0.2, 0.05, 1) + 0.4 * body


DRUMS: dict[str, Callable[[Random], Samples]] = {
    "kick": kick,
    "snare": snare,
    "clap": lambda random: noise(random, 0.15, 0.035, 1),
    "hat": lambda random: 0.5 * noise(random, 0.08, 0.018, 2),
    "open": lambda random: 0.5 * noise(random, 0.3, 0.09, 2),
    "ride": lambda random: 0.35 * noise(random, 0.4, 0.12, 2) + 0.1 * tone(3_100, 0.4, 2, 0.2),
    "shaker": lambda random: 0.35 * noise(random, 0.06, 0.02, 2),
}


def sound(instrument: str, semitones: int, random: Random) -> Samples:
    if instrument in DRUMS:
        return DRUMS[instrument](random)
    frequency = 110 * 2 ** (semitones / 12)
    if instrument == "bass":
        return 0.7 * tone(frequency / 2, 0.5, 4, 0.6)
    if instrument == "guitar":
        return 0.3 * tone(frequency * 2, 0.9, 9, 0.5)
    return 0.35 * tone(frequency * 2, 1.2, 6, 0.4)


def chord(place: float, instrument: str, loudness: float, root: int) -> list[Event]:
    return [(place, instrument, loudness, root + step) for step in (0, 4, 7)]


def rock(root: int, random: Random) -> list[Event]:
    events: list[Event] = [(beat / 2, "hat", 0.7 if beat % 2 == 0 else 0.5, 0) for beat in range(8)]
    events += [(0, "kick", 1, 0), (2, "kick", 0.9, 0), (1, "snare", 1, 0), (3, "snare", 1, 0)]
    if random.random() < 0.5:
        events.append((2.5, "kick", 0.7, 0))
    return events + [(beat / 2, "bass", 0.7, root) for beat in range(8)] + chord(0, "guitar", 0.8, root)


def house(root: int, random: Random) -> list[Event]:
    events: list[Event] = [(beat, "kick", 1, 0) for beat in range(4)]
    events += [(beat + 0.5, "open", 0.7, 0) for beat in range(4)] + [(1, "clap", 0.8, 0), (3, "clap", 0.8, 0)]
    events += [(beat + 0.5, "bass", 0.6, root) for beat in range(4)]
    return events + chord(random.choice([0.5, 1.5]), "piano", 0.6, root) + chord(2.75, "piano", 0.5, root)


def swing(root: int, random: Random) -> list[Event]:
    events: list[Event] = [(beat, "ride", 0.8, 0) for beat in range(4)]
    events += [(1 + 2 / 3, "ride", 0.6, 0), (3 + 2 / 3, "ride", 0.6, 0), (1, "hat", 0.7, 0), (3, "hat", 0.7, 0)]
    events += [(beat, "bass", 0.9, root + step) for beat, step in enumerate((0, 4, 7, 9))]
    return events + chord(random.choice([2 / 3, 1 + 2 / 3, 2 + 2 / 3]), "piano", 0.6, root)


def waltz(root: int, random: Random) -> list[Event]:
    events: list[Event] = [(0, "bass", 1, root), *chord(1, "piano", 0.6, root), *chord(2, "piano", 0.6, root)]
    melody = [0.0, 1.0, 2.0] if random.random() < 0.5 else [0.0, 1.5, 2.0, 2.5]
    return events + [(place, "guitar", 0.8, root + 12 + int(random.choice([0, 4, 7]))) for place in melody]


def ballad(root: int, random: Random) -> list[Event]:
    events: list[Event] = [
        (step / 2, "piano", 0.9 if step % 2 == 0 else 0.6, root + (0, 7, 12, 7, 4, 7, 12, 7)[step]) for step in range(8)
    ]
    events += [(0, "bass", 0.9, root), (2, "bass", 0.8, root), (0, "kick", 0.6, 0), (2, "kick", 0.5, 0)]
    return [*events, (1, "snare", 0.35, 0), (3, "snare", 0.35, 0)]


def funk(root: int, random: Random) -> list[Event]:
    events: list[Event] = [(step / 4, "hat", 0.7 if step % 4 == 0 else 0.4, 0) for step in range(16)]
    events += [(0, "kick", 1, 0), (0.75, "kick", 0.7, 0), (2.5, "kick", 0.9, 0), (1, "snare", 1, 0), (3, "snare", 1, 0)]
    places = (0, 0.75, 1.5, 2.5, 3.25)
    return events + [(place, "bass", 0.8, root + int(random.choice([0, 0, 7, 10]))) for place in places]


def breakbeat(root: int, random: Random) -> list[Event]:
    events: list[Event] = [(step / 2, "hat", 0.6, 0) for step in range(8)]
    events += [(0, "kick", 1, 0), (2.5, "kick", 1, 0), (1, "snare", 1, 0), (3, "snare", 1, 0)]
    if random.random() < 0.5:
        events.append((1.75, "snare", 0.4, 0))
    return [*events, (0, "bass", 0.9, root), (2.5, "bass", 0.8, root)]


def strum(root: int, random: Random) -> list[Event]:
    events: list[Event] = []
    for place, loudness in ((0, 1.0), (1, 0.8), (1.5, 0.6), (2.5, 0.6), (3, 0.8), (3.5, 0.5)):
        for string, step in enumerate((0, 7, 12, 16)):
            events.append((place + 0.012 * string, "guitar", loudness, root + step))
    return events


def march(root: int, random: Random) -> list[Event]:
    events: list[Event] = [(0, "bass", 1, root), (1, "bass", 0.9, root + 7), (0, "kick", 0.9, 0), (1, "kick", 0.7, 0)]
    events += [(0.5, "snare", 0.4, 0), (1.5, "snare", 0.4, 0)]
    return events + chord(0.5, "piano", 0.5, root + 12) + chord(1.5, "piano", 0.5, root + 12)


def drums(root: int, random: Random) -> list[Event]:
    events: list[Event] = [(step / 2, "hat", 0.8 if step % 2 == 0 else 0.5, 0) for step in range(8)]
    events += [(0, "kick", 1, 0), (1.75, "kick", 0.7, 0), (2, "kick", 1, 0), (1, "snare", 1, 0), (3, "snare", 1, 0)]
    return [*events, (3.5, "open", 0.6, 0)]


STYLES: dict[str, tuple[int, Callable[[int, Random], list[Event]]]] = {
    "rock": (4, rock),
    "house": (4, house),
    "swing": (4, swing),
    "waltz": (3, waltz),
    "ballad": (4, ballad),
    "funk": (4, funk),
    "breakbeat": (4, breakbeat),
    "strum": (4, strum),
    "march": (2, march),
    "drums": (4, drums),
}

PIECES: tuple[Piece, ...] = (
    *(Piece("rock", tempo) for tempo in (60, 84, 104, 126, 150, 180)),
    *(Piece("house", tempo) for tempo in (112, 124, 138)),
    *(Piece("swing", tempo) for tempo in (84, 116, 148, 180)),
    *(Piece("waltz", tempo) for tempo in (90, 120, 150, 174)),
    *(Piece("ballad", tempo) for tempo in (60, 68, 76, 88)),
    *(Piece("funk", tempo) for tempo in (84, 98, 112)),
    *(Piece("breakbeat", tempo) for tempo in (140, 160, 174)),
    *(Piece("strum", tempo) for tempo in (72, 96, 124)),
    *(Piece("march", tempo) for tempo in (100, 120)),
    Piece("rock", 100, final_tempo=124, steps=True),
    Piece("house", 128, final_tempo=112, steps=True),
    Piece("rock", 92, final_tempo=132),
    Piece("ballad", 92, final_tempo=68),
    Piece("swing", 120, final_tempo=160),
)


def render(piece: Piece, seed: int) -> tuple[Samples, list[float], list[float]]:
    """Samples at `SAMPLE_RATE`, and the times of beats and downbeats in seconds."""
    random = np.random.default_rng([seed, *piece.name.encode()])
    beats = piece.beats()
    beats_per_bar, pattern = STYLES[piece.style]
    mix = np.zeros(int(piece.seconds * SAMPLE_RATE))
    # One more beat, so that events behind the last beat have a place.
    grid = np.append(beats, 2 * beats[-1] - beats[-2])
    roots = (0, 5, 7, 3)
    for bar in range(-(-len(beats) // beats_per_bar)):
        for place, instrument, loudness, semitones in pattern(roots[bar % 4], random):
            beat = bar * beats_per_bar + place
            if beat < len(beats):
                time = float(np.interp(beat, np.arange(len(grid)), grid))
                miss = np.clip(random.normal(0, JITTER_SECONDS), -LARGEST_JITTER_SECONDS, LARGEST_JITTER_SECONDS)
                add(mix, time + miss, sound(instrument, semitones, random), loudness * random.uniform(0.85, 1))
    return 0.7 * mix / np.abs(mix).max(), beats, beats[::beats_per_bar]


def add(mix: Samples, time: float, samples: Samples, loudness: float) -> None:
    start = int(time * SAMPLE_RATE)
    count = max(0, min(len(samples), len(mix) - start))
    mix[start : start + count] += loudness * samples[:count]


def f_measure(reference: Sequence[float], found: Sequence[float], tolerance: float = 0.07) -> float:
    """F-measure of times, as `mir_eval.beat.f_measure` computes it, without leaving out the first five seconds.

    Both lists ascend, so the pairs from the left are a largest set of pairs.
    """
    if not reference or not found:
        return 0.0
    pairs = left = right = 0
    while left < len(reference) and right < len(found):
        distance = found[right] - reference[left]
        if abs(distance) <= tolerance:
            pairs, left, right = pairs + 1, left + 1, right + 1
        elif distance < 0:
            right += 1
        else:
            left += 1
    precision, recall = pairs / len(found), pairs / len(reference)
    return 2 * precision * recall / (precision + recall) if pairs else 0.0
