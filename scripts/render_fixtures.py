#!/usr/bin/env python3
"""Makes the audio fixtures: a piece of music, a spoken sentence, and the edge cases of audio files.

    scripts/render_fixtures.py [--only music|speech|edge] [TARGET]     (TARGET: fixtures/audio)

The composition below was written for this project. It is rendered by FluidSynth with the FluidR3 GM soundfont (MIT licence;
Debian packages fluidsynth, fluid-soundfont-gm), the sentence spoken by eSpeak NG (espeak-ng), both encoded by SoX (sox).
The edge cases need nothing but Python and come out the same everywhere.
"""
import argparse
import math
import pathlib
import random
import struct
import subprocess
import tempfile

SOUNDFONT = "/usr/share/sounds/sf2/FluidR3_GM.sf2"

# --- The composition: 11 bars of 4/4 in A minor, ending in C major ---------------------------------------------------

TICKS_PER_BEAT = 480
BEATS_PER_BAR = 4
PIANO, BASS, STRINGS, FLUTE, GUITAR, VIOLIN, DRUMS = 0, 1, 2, 3, 4, 5, 9
# General MIDI program, volume, pan (0 left, 127 right), reverb send.
INSTRUMENTS = {
    PIANO: (0, 122, 46, 50), BASS: (33, 98, 64, 20), STRINGS: (48, 84, 84, 70), FLUTE: (73, 108, 56, 60),
    GUITAR: (24, 110, 104, 45), VIOLIN: (40, 84, 34, 60), DRUMS: (0, 96, 64, 35),
}
# Per bar: two half bars of (bass note, chord).
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
HARMONY = [(AM9, AM9), (FMAJ7, FMAJ7), (C, C), (G_B, G_B), (AM7, AM7), (DM9, DM9), (FMAJ7, FMAJ7), (E7, E7),
           (AM7, FMAJ7), (C_G, G), (CADD9, CADD9)]
# Per bar: (beat, beats, note).
MELODY = {
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
# Loudness of each bar: soft beginning, a climax in bars 9 and 10, a soft end.
DYNAMICS = [82, 84, 78, 80, 82, 85, 89, 95, 102, 104, 80]
# Beats per minute at the start of a bar, the last one slowing down.
TEMPI = {0: 98, 2: 100, 8: 102, 9: 98, 10: 80}
LAST_BAR = len(HARMONY) - 1


class Score:
    """MIDI events, gathered in any order."""

    def __init__(self, seed):
        self.events = []  # (tick, order, bytes)
        self.random = random.Random(seed)

    def add(self, beat, data, order=1):
        self.events.append((max(0, round(beat * TICKS_PER_BEAT)), order, bytes(data)))

    def note(self, channel, beat, length, pitch, velocity, loose=0.012):
        """A note played by a person: a little early or late, never twice equally loud."""
        start = max(0, beat + self.random.gauss(0, loose))
        velocity = min(127, max(1, round(velocity + self.random.gauss(0, 3))))
        self.add(start, (0x90 | channel, pitch, velocity), 2)
        self.add(start + length, (0x80 | channel, pitch, 0), 0)

    def control(self, channel, beat, controller, value):
        self.add(beat, (0xB0 | channel, controller, min(127, max(0, round(value)))))

    def midi(self):
        def variable(value):
            groups = [value & 0x7F]
            while value := value >> 7:
                groups.insert(0, value & 0x7F | 0x80)
            return bytes(groups)

        track, now = b"", 0
        for tick, _, data in sorted(self.events):
            track += variable(tick - now) + data
            now = tick
        track += b"\x00\xff\x2f\x00"
        return (b"MThd" + struct.pack(">IHHH", 6, 0, 1, TICKS_PER_BEAT) + b"MTrk" + struct.pack(">I", len(track)) + track)


def compose():
    score = Score(seed=1972)
    for channel, (program, volume, pan, reverb) in INSTRUMENTS.items():
        score.add(0, (0xC0 | channel, program), 0)
        for controller, value in ((7, volume), (10, pan), (91, reverb), (11, 110)):
            score.control(channel, 0, controller, value)
    for bar, tempo in TEMPI.items():
        score.add(bar * BEATS_PER_BAR, b"\xff\x51\x03" + (60_000_000 // tempo).to_bytes(3, "big"), 0)
    for bar in range(len(HARMONY)):
        start, level = bar * BEATS_PER_BAR, DYNAMICS[bar]
        piano(score, bar, start, level)
        if bar >= 2:
            bass(score, bar, start, level)
            strings(score, bar, start, level)
            melody(score, bar, start, level)
            drums(score, bar, start, level)
        if 4 <= bar < LAST_BAR:
            guitar(score, bar, start, level)
    return score.midi()


def piano(score, bar, start, level):
    score.control(PIANO, start - 0.02, 64, 0)
    score.control(PIANO, start + 0.1, 64, 127)
    if bar == LAST_BAR:
        root, chord = HARMONY[bar][0]
        for index, pitch in enumerate((root, root + 12) + chord):
            score.note(PIANO, start + 0.06 * index, 4, pitch, level)
        return
    for half in (0, 1):
        root, chord = HARMONY[bar][half]
        score.note(PIANO, start + 2 * half, 2, root + 12, level)
        for index, voice in enumerate((0, 1, 2, 3)):
            score.note(PIANO, start + 2 * half + 0.5 * index, 1.5, chord[voice], level - 6 + 4 * (index == 0))
    if bar in (0, 1):
        # The introduction answers itself an octave higher.
        for beat, pitch in ((1.75, 83), (2.5, 84), (3.25, 88)) if bar == 0 else ((1.75, 81), (2.5, 84), (3.0, 83), (3.5, 79)):
            score.note(PIANO, start + beat, 1, pitch, level + 8)


def bass(score, bar, start, level):
    if bar == LAST_BAR:
        score.note(BASS, start, 4, HARMONY[bar][0][0], level + 8)
        return
    (first, _), (second, _) = HARMONY[bar]
    following = HARMONY[bar + 1][0][0]
    fifth = first + 7
    score.note(BASS, start, 1.4, first, level + 12)
    score.note(BASS, start + 1.5, 0.45, fifth, level)
    score.note(BASS, start + 2, 0.9, second, level + 8)
    if bar >= 6:
        score.note(BASS, start + 2.75, 0.2, second, level - 6)
    score.note(BASS, start + 3, 0.5, second + 12 if second < 36 else second, level)
    score.note(BASS, start + 3.5, 0.45, following + (1 if following < second else -1), level)


def strings(score, bar, start, level):
    for half in (0, 1):
        _, chord = HARMONY[bar][half]
        if half == 1 and HARMONY[bar][1] == HARMONY[bar][0]:
            continue
        length = 4 if HARMONY[bar][1] == HARMONY[bar][0] else 2
        for pitch in chord:
            score.note(STRINGS, start + 2 * half, length * 0.99, pitch, level - 10, loose=0.02)
        if bar >= 8:
            score.note(STRINGS, start + 2 * half, length * 0.99, chord[-1] + 12, level - 8, loose=0.02)
    # A swell in every bar; the last one dies away.
    for step in range(16):
        phase = step / 16
        swell = 95 - 80 * phase if bar == LAST_BAR else 70 + 35 * math.sin(math.pi * phase) + 2 * (bar - 2)
        score.control(STRINGS, start + 4 * phase, 11, swell)


def melody(score, bar, start, level):
    for beat, length, pitch in MELODY[bar]:
        score.note(FLUTE, start + beat, length * 0.96, pitch, level + 6, loose=0.015)
        if bar >= 8:
            score.note(VIOLIN, start + beat, length * 0.98, pitch - 12, level, loose=0.015)
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


def guitar(score, bar, start, level):
    for step in range(8):
        _, chord = HARMONY[bar][step // 4]
        pitch = chord[(0, 2, 1, 3, 2, 3, 1, 2)[step]] + (12 if step in (3, 5) else 0)
        score.note(GUITAR, start + step / 2 + 0.25 * (step % 2), 0.6, pitch, level - 4)


def drums(score, bar, start, level):
    kick, stick, snare, closed, opened, ride, crash, shaker = 36, 37, 38, 42, 46, 51, 49, 70
    if bar == LAST_BAR:
        score.note(DRUMS, start, 1, crash, level + 10)
        score.note(DRUMS, start, 1, kick, level)
        return
    full = bar >= 8
    for beat in (0, 2, 2.5) if full else (0, 2):
        score.note(DRUMS, start + beat, 0.2, kick, level + 10)
    for beat in (1, 3):
        score.note(DRUMS, start + beat, 0.2, snare if full else stick, level + 8)
    for step in range(8):
        cymbal = ride if full else (opened if step == 7 and bar in (5, 6) else closed)
        score.note(DRUMS, start + step / 2, 0.2, cymbal, level - (6 if step % 2 == 0 else 18))
    if bar >= 4:
        for step in range(16):
            score.note(DRUMS, start + step / 4, 0.1, shaker, level - (22 if step % 2 == 0 else 34))
    if bar == 7:
        for step, drum in enumerate((snare, snare, 50, 50, 47, 47, 43, 43)):
            score.note(DRUMS, start + 2 + step / 4, 0.2, drum, 70 + 6 * step)
    if bar == 8:
        score.note(DRUMS, start, 1, crash, 105)


def render_music(target):
    """28 s, stereo, 48 kHz, 16 bit; the peak at -1 dBFS."""
    with tempfile.TemporaryDirectory() as folder:
        midi, wave = pathlib.Path(folder, "music.mid"), pathlib.Path(folder, "music.wav")
        midi.write_bytes(compose())
        subprocess.run(["fluidsynth", "-q", "-n", "-i", "-g", "0.5", "-r", "48000", "-O", "float", "-T", "wav", "-F", wave,
                        SOUNDFONT, midi], check=True)
        subprocess.run(["sox", "-V1", "-R", wave, "-b", "16", "-C", "8", "--comment", "", target / "music.flac", "trim", "0", "28", "fade", "t", "0",
                        "28", "1.5", "norm", "-1"], check=True)


# --- Speech ----------------------------------------------------------------------------------------------------------

SENTENCE = ("Most of what you hear was never sent. A few tokens were kept, one frame in eight; "
            "the rest was imagined, and you may judge how well.")


def render_speech(target):
    """About 8 s, mono, 22.05 kHz, 16 bit."""
    with tempfile.TemporaryDirectory() as folder:
        wave = pathlib.Path(folder, "speech.wav")
        subprocess.run(["espeak-ng", "-v", "en-gb", "-s", "150", "-w", wave, SENTENCE], check=True)
        subprocess.run(["sox", "-V1", "-D", wave, "-C", "8", "--comment", "", target / "speech.flac", "norm", "-3"], check=True)


# --- Edge cases ------------------------------------------------------------------------------------------------------

def wave_file(channels, rate, bits, floating=False, mask=None, lengths_known=True):
    """A WAV file of `channels`, lists of numbers: integers of `bits` bits, or floats."""
    count, size = len(channels), bits // 8
    data = b"".join(
        struct.pack("<f", value) if floating else value.to_bytes(size, "little", signed=True)
        for frame in zip(*channels) for value in frame)
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


def tone(frequency, rate, count, amplitude, scale=32767):
    return [round(amplitude * scale * math.sin(2 * math.pi * frequency * index / rate)) for index in range(count)]


def chirp(first, last, rate, count, amplitude):
    """Frequency rising exponentially."""
    ratio = math.log(last / first)
    return [round(amplitude * 32767 * math.sin(2 * math.pi * first * count / rate / ratio
                                               * (math.exp(ratio * index / count) - 1))) for index in range(count)]


def render_edge_cases(target):
    rate, hop = 44_100, 768
    generator = random.Random(768)
    noise = [[generator.randint(-32768, 32767) for _ in range(rate // 4)] for _ in range(2)]
    broken = [0.5 * math.sin(2 * math.pi * 440 * index / rate) for index in range(4 * hop)]
    broken[100], broken[1000], broken[1001], broken[2000] = math.nan, math.inf, -math.inf, 1e30
    centred = tone(440, rate, 2 * hop, 0.5)
    six = [tone(frequency, 96_000, 9_600, 0.25, 8388607) for frequency in (220, 330, 440, 55, 550, 660)]
    for name, contents in {
        "empty": wave_file([[]], rate, 16),
        "one-sample": wave_file([[12_345]], rate, 16),
        "one-hop-minus-1": wave_file([centred[:hop - 1]], rate, 16),
        "one-hop": wave_file([centred[:hop]], rate, 16),
        "one-hop-plus-1": wave_file([centred[:hop + 1]], rate, 16),
        "silence": wave_file([[0] * (rate // 2)], rate, 16),
        "dc": wave_file([[16_384] * (rate // 2)], rate, 16),
        "full-scale-noise": wave_file(noise, rate, 16),
        "mono-8khz": wave_file([chirp(100, 3_800, 8_000, 8_000, 0.5)], 8_000, 16),
        "six-channels-96khz": wave_file(six, 96_000, 24, mask=0x3F),
        "nan-inf-float": wave_file([broken], rate, 32, floating=True),
        "unknown-length": wave_file([centred, centred[::-1]], rate, 16, lengths_known=False),
    }.items():
        (target / "edge").mkdir(exist_ok=True)
        (target / "edge" / f"{name}.wav").write_bytes(contents)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    makers = {"music": render_music, "speech": render_speech, "edge": render_edge_cases}
    parser.add_argument("--only", choices=makers)
    parser.add_argument("target", nargs="?", type=pathlib.Path,
                        default=pathlib.Path(__file__).resolve().parent.parent / "fixtures" / "audio")
    arguments = parser.parse_args()
    arguments.target.mkdir(parents=True, exist_ok=True)
    for name, make in makers.items():
        if arguments.only in (None, name):
            make(arguments.target)


if __name__ == "__main__":
    main()
