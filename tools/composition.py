"""The music of the audio fixtures: 11 bars of 4/4 in A minor that end in C major, written for this project."""

import math
import random
import struct
from collections.abc import Iterable

TICKS_PER_BEAT = 480
BEATS_PER_BAR = 4
PIANO, BASS, STRINGS, FLUTE, GUITAR, VIOLIN, DRUMS = 0, 1, 2, 3, 4, 5, 9
# General MIDI program, volume, pan (0 left, 127 right), reverb send.
INSTRUMENTS = {
    PIANO: (0, 122, 46, 50),
    BASS: (33, 98, 64, 20),
    STRINGS: (48, 84, 84, 70),
    FLUTE: (73, 108, 56, 60),
    GUITAR: (24, 110, 104, 45),
    VIOLIN: (40, 84, 34, 60),
    DRUMS: (0, 96, 64, 35),
}
# Bass note and chord.
Harmony = tuple[int, tuple[int, ...]]
AM9 = (33, (57, 64, 71, 72))
FMAJ7 = (29, (53, 60, 64, 69))
C = (36, (55, 60, 64, 67))
G_B = (35, (55, 59, 62, 67))
AM7 = (33, (57, 60, 64, 67))
DM9 = (38, (57, 60, 64, 65))
E7 = (28, (56, 59, 62, 64))
C_G = (31, (55, 60, 64, 67))
G = (31, (55, 59, 62, 65))
CADD9 = (36, (55, 62, 64, 72))
# Two half bars of each bar.
HARMONY: list[tuple[Harmony, Harmony]] = [
    (AM9, AM9),
    (FMAJ7, FMAJ7),
    (C, C),
    (G_B, G_B),
    (AM7, AM7),
    (DM9, DM9),
    (FMAJ7, FMAJ7),
    (E7, E7),
    (AM7, FMAJ7),
    (C_G, G),
    (CADD9, CADD9),
]
# Notes of a bar: (beat, beats, note).
MELODY: dict[int, list[tuple[float, float, int]]] = {
    2: [(0, 1.5, 76), (1.5, 0.5, 74), (2, 1, 72), (3, 1, 67)],
    3: [(0, 1.5, 71), (1.5, 0.5, 72), (2, 2, 74)],
    4: [(0, 1, 76), (1, 1, 79), (2, 1.5, 81), (3.5, 0.5, 79)],
    5: [(0, 1.5, 77), (1.5, 0.5, 76), (2, 1, 74), (3, 1, 69)],
    6: [(0, 1, 72), (1, 0.5, 69), (1.5, 0.5, 72), (2, 1, 77), (3, 1, 76)],
    7: [(0, 1, 76), (1, 0.5, 74), (1.5, 0.5, 71), (2, 0.9, 68), (3, 0.5, 71), (3.5, 0.5, 76)],
    8: [(0, 1.5, 81), (1.5, 0.5, 83), (2, 1, 84), (3, 1, 81)],
    9: [(0, 1, 79), (1, 1, 76), (2, 1, 74), (3, 0.5, 71), (3.5, 0.5, 74)],
    10: [(0, 4, 72)],
}
# MIDI velocity of each bar: a soft beginning, a climax in bars 9 and 10, a soft end.
DYNAMICS = [82, 84, 78, 80, 82, 85, 89, 95, 102, 104, 80]
# Beats per minute at the start of a bar, the last one slowing down.
TEMPI = {0: 98, 2: 100, 8: 102, 9: 98, 10: 80}
LAST_BAR = len(HARMONY) - 1


class Score:
    """MIDI events, added in any order."""

    def __init__(self, seed: int) -> None:
        # (tick, order within the tick, bytes)
        self.events: list[tuple[int, int, bytes]] = []
        self.random = random.Random(seed)

    def add(self, beat: float, data: Iterable[int], order: int = 1) -> None:
        self.events.append((max(0, round(beat * TICKS_PER_BEAT)), order, bytes(data)))

    def note(self, channel: int, beat: float, length: float, pitch: int, velocity: int, loose: float = 0.012) -> None:
        """Adds a note as a person plays it: `loose` beats early or late, with varying velocity."""
        start = max(0, beat + self.random.gauss(0, loose))
        velocity = min(127, max(1, round(velocity + self.random.gauss(0, 3))))
        self.add(start, (0x90 | channel, pitch, velocity), 2)
        self.add(start + length, (0x80 | channel, pitch, 0), 0)

    def control(self, channel: int, beat: float, controller: int, value: float) -> None:
        self.add(beat, (0xB0 | channel, controller, min(127, max(0, round(value)))))

    def midi(self) -> bytes:
        """Standard MIDI file with one track."""
        track, now = b"", 0
        for tick, _, data in sorted(self.events):
            track += variable_length(tick - now) + data
            now = tick
        track += b"\x00\xff\x2f\x00"
        return b"MThd" + struct.pack(">IHHH", 6, 0, 1, TICKS_PER_BEAT) + b"MTrk" + struct.pack(">I", len(track)) + track


def variable_length(value: int) -> bytes:
    """Variable-length quantity of a MIDI file."""
    groups = [value & 0x7F]
    while value := value >> 7:
        groups.insert(0, value & 0x7F | 0x80)
    return bytes(groups)


def compose() -> bytes:
    """The composition as a MIDI file."""
    score = Score(seed=1972)
    for channel, (program, volume, pan, reverb) in INSTRUMENTS.items():
        score.add(0, (0xC0 | channel, program), 0)
        for controller, value in ((7, volume), (10, pan), (91, reverb), (11, 110)):
            score.control(channel, 0, controller, value)
    for bar, tempo in TEMPI.items():
        score.add(bar * BEATS_PER_BAR, b"\xff\x51\x03" + (60_000_000 // tempo).to_bytes(3, "big"), 0)
    for bar in range(len(HARMONY)):
        start, velocity = bar * BEATS_PER_BAR, DYNAMICS[bar]
        piano(score, bar, start, velocity)
        if bar >= 2:
            bass(score, bar, start, velocity)
            strings(score, bar, start, velocity)
            melody(score, bar, start, velocity)
            drums(score, bar, start, velocity)
        if 4 <= bar < LAST_BAR:
            guitar(score, bar, start, velocity)
    return score.midi()


def piano(score: Score, bar: int, start: int, velocity: int) -> None:
    score.control(PIANO, start - 0.02, 64, 0)
    score.control(PIANO, start + 0.1, 64, 127)
    if bar == LAST_BAR:
        root, chord = HARMONY[bar][0]
        for index, pitch in enumerate((root, root + 12, *chord)):
            score.note(PIANO, start + 0.06 * index, 4, pitch, velocity)
        return
    for half in (0, 1):
        root, chord = HARMONY[bar][half]
        score.note(PIANO, start + 2 * half, 2, root + 12, velocity)
        for index, voice in enumerate((0, 1, 2, 3)):
            score.note(PIANO, start + 2 * half + 0.5 * index, 1.5, chord[voice], velocity - 6 + 4 * (index == 0))
    if bar in (0, 1):
        # The introduction answers itself an octave higher.
        for beat, pitch in (
            ((1.75, 83), (2.5, 84), (3.25, 88)) if bar == 0 else ((1.75, 81), (2.5, 84), (3.0, 83), (3.5, 79))
        ):
            score.note(PIANO, start + beat, 1, pitch, velocity + 8)


def bass(score: Score, bar: int, start: int, velocity: int) -> None:
    if bar == LAST_BAR:
        score.note(BASS, start, 4, HARMONY[bar][0][0], velocity + 8)
        return
    (first, _), (second, _) = HARMONY[bar]
    following = HARMONY[bar + 1][0][0]
    fifth = first + 7
    score.note(BASS, start, 1.4, first, velocity + 12)
    score.note(BASS, start + 1.5, 0.45, fifth, velocity)
    score.note(BASS, start + 2, 0.9, second, velocity + 8)
    if bar >= 6:
        score.note(BASS, start + 2.75, 0.2, second, velocity - 6)
    score.note(BASS, start + 3, 0.5, second + 12 if second < 36 else second, velocity)
    score.note(BASS, start + 3.5, 0.45, following + (1 if following < second else -1), velocity)


def strings(score: Score, bar: int, start: int, velocity: int) -> None:
    for half in (0, 1):
        _, chord = HARMONY[bar][half]
        if half == 1 and HARMONY[bar][1] == HARMONY[bar][0]:
            continue
        length = 4 if HARMONY[bar][1] == HARMONY[bar][0] else 2
        for pitch in chord:
            score.note(STRINGS, start + 2 * half, length * 0.99, pitch, velocity - 10, loose=0.02)
        if bar >= 8:
            score.note(STRINGS, start + 2 * half, length * 0.99, chord[-1] + 12, velocity - 8, loose=0.02)
    # A swell in every bar; the last one dies away.
    for step in range(16):
        phase = step / 16
        swell = 95 - 80 * phase if bar == LAST_BAR else 70 + 35 * math.sin(math.pi * phase) + 2 * (bar - 2)
        score.control(STRINGS, start + 4 * phase, 11, swell)


def melody(score: Score, bar: int, start: int, velocity: int) -> None:
    for beat, length, pitch in MELODY[bar]:
        score.note(FLUTE, start + beat, length * 0.96, pitch, velocity + 6, loose=0.015)
        if bar >= 8:
            score.note(VIOLIN, start + beat, length * 0.98, pitch - 12, velocity, loose=0.015)
        if length >= 1.5:
            # Long notes open and get vibrato.
            for step in range(12):
                phase = step / 12
                score.control(FLUTE, start + beat + length * phase, 1, 55 * phase)
                fade = 1 - 0.8 * phase if bar == LAST_BAR else 0.75 + 0.25 * math.sin(math.pi * phase)
                score.control(FLUTE, start + beat + length * phase, 11, 115 * fade)
        else:
            score.control(FLUTE, start + beat, 1, 0)
            score.control(FLUTE, start + beat, 11, 110)


def guitar(score: Score, bar: int, start: int, velocity: int) -> None:
    for step in range(8):
        _, chord = HARMONY[bar][step // 4]
        pitch = chord[(0, 2, 1, 3, 2, 3, 1, 2)[step]] + (12 if step in (3, 5) else 0)
        score.note(GUITAR, start + step / 2 + 0.25 * (step % 2), 0.6, pitch, velocity - 4)


def drums(score: Score, bar: int, start: int, velocity: int) -> None:
    kick, stick, snare, closed, opened, ride, crash, shaker = 36, 37, 38, 42, 46, 51, 49, 70
    if bar == LAST_BAR:
        score.note(DRUMS, start, 1, crash, velocity + 10)
        score.note(DRUMS, start, 1, kick, velocity)
        return
    full = bar >= 8
    for beat in (0, 2, 2.5) if full else (0, 2):
        score.note(DRUMS, start + beat, 0.2, kick, velocity + 10)
    for beat in (1, 3):
        score.note(DRUMS, start + beat, 0.2, snare if full else stick, velocity + 8)
    for step in range(8):
        cymbal = ride if full else (opened if step == 7 and bar in (5, 6) else closed)
        score.note(DRUMS, start + step / 2, 0.2, cymbal, velocity - (6 if step % 2 == 0 else 18))
    if bar >= 4:
        for step in range(16):
            score.note(DRUMS, start + step / 4, 0.1, shaker, velocity - (22 if step % 2 == 0 else 34))
    if bar == 7:
        for step, drum in enumerate((snare, snare, 50, 50, 47, 47, 43, 43)):
            score.note(DRUMS, start + 2 + step / 4, 0.2, drum, 70 + 6 * step)
    if bar == 8:
        score.note(DRUMS, start, 1, crash, 105)
