"""Scores as a source of audio: MIDI files, also those inside a WAD, rendered by FluidSynth."""

from __future__ import annotations

import shutil
import struct
import subprocess
from collections.abc import Iterator
from pathlib import Path

MIDI_START = b"MThd"
WAD_STARTS = (b"IWAD", b"PWAD")
GAIN = "0.5"
SAMPLE_RATE = "44100"


def scores_in(path: Path) -> Iterator[tuple[str, bytes]]:
    """Name and content of each MIDI file in a file: itself, or the entries of a WAD (id Software's container)."""
    data = path.read_bytes()
    if data[:4] == MIDI_START:
        yield path.stem, data
    elif data[:4] in WAD_STARTS:
        count, directory = struct.unpack_from("<ii", data, 4)
        if not 0 <= directory <= directory + 16 * count <= len(data):
            raise ValueError(f"{path}: directory of {count} entries at {directory} is not in the file")
        for number in range(count):
            offset, size, name = struct.unpack_from("<ii8s", data, directory + 16 * number)
            if data[offset : offset + 4] == MIDI_START:
                yield name.rstrip(b"\0").decode("ascii", "replace"), data[offset : offset + size]


def renderer() -> str:
    """Path of FluidSynth; ends the program where there is none."""
    found = shutil.which("fluidsynth")
    if found is None:
        raise SystemExit("fluidsynth: not found; scores are rendered with it (Debian: fluidsynth)")
    return found


def render(score: bytes, soundfont: Path, target: Path) -> None:
    """Renders a MIDI file to a WAV file at 44.1 kHz."""
    midi = target.with_suffix(".mid")
    midi.write_bytes(score)
    unfinished = target.with_suffix(".new.wav")
    command = [renderer(), "-ni", "-q", "-g", GAIN, "-r", SAMPLE_RATE, "-F", str(unfinished), str(soundfont), str(midi)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    midi.unlink()
    unfinished.rename(target)
