"""Runs of the vampc executable on clips, for the evaluation scripts."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from numpy.typing import NDArray

AUDIO_SUFFIXES = {".flac", ".wav", ".ogg", ".opus", ".mp3", ".aiff"}


@dataclass(frozen=True)
class Condition:
    """Kept tokens of a stream: the first `codebooks` codebooks of every `period`-th frame."""

    codebooks: int
    period: int

    def __str__(self) -> str:
        return f"({self.codebooks}, {self.period})"

    @property
    def name(self) -> str:
        return f"{self.codebooks}-{self.period}"

    @staticmethod
    def parse(text: str) -> Condition:
        """Condition written as "CODEBOOKS,PERIOD"."""
        codebooks, period = map(int, text.split(","))
        return Condition(codebooks, period)


@dataclass(frozen=True)
class Beats:
    """Tempo in beats a minute (0 for none) and times in seconds that `vampc beats` finds in a recording."""

    tempo: float
    beats: list[float]
    downbeats: list[float]
    onsets: list[float]


@dataclass
class Runner:
    """Runs one vampc executable, with `options` after the arguments of each run.

    Streams and decoded clips go to `folder`. `complaints` collects (command, standard error) of every run that printed
    something there.
    """

    vampc: str
    folder: Path
    options: tuple[str, ...] = ()
    complaints: list[tuple[str, str]] = field(default_factory=list)

    def run(self, *arguments: object) -> None:
        """Runs vampc. Exits with its message where it fails."""
        command = [str(self.vampc), *map(str, arguments), *self.options]
        result = subprocess.run(command, capture_output=True, text=True)
        if result.stderr.strip():
            self.complaints.append((" ".join(command), result.stderr.strip()))
        if result.returncode != 0:
            raise SystemExit(f"failed with {result.returncode}: {' '.join(command)}\n{result.stderr.strip()}")

    def beats(self, recording: Path) -> Beats:
        """Beats and onsets of a recording. Exits with vampc's message where it fails."""
        result = subprocess.run([self.vampc, "beats", "--json", str(recording)], capture_output=True, text=True)
        if result.returncode != 0:
            raise SystemExit(f"failed with {result.returncode}: vampc beats {recording}\n{result.stderr.strip()}")
        found = json.loads(result.stdout)
        times = (found[f"{kind}_seconds"] for kind in ("beats", "downbeats", "onsets"))
        return Beats(float(found["tempo_bpm"] or 0), *map(list, times))

    def encode(self, clip: Path, condition: Condition, level: str = "decoded") -> Path:
        """Encodes a clip unless its stream exists. `level` is the argument of vampc's --level."""
        stream = self.folder / condition.name / level / f"{clip.stem}.vampc"
        if not stream.exists():
            stream.parent.mkdir(parents=True, exist_ok=True)
            kept = ("-k", condition.codebooks, "-p", condition.period)
            self.run("encode", "-q", "-f", *kept, "--level", level, clip, "-o", stream)
        return stream

    def decode(self, stream: Path, name: str, *options: str) -> Path:
        """Decodes a stream into the folder `name` beside it, over an earlier result."""
        output = stream.parent / name / f"{stream.stem}.wav"
        output.parent.mkdir(exist_ok=True)
        self.run("decode", "-q", "-f", *options, stream, "-o", output)
        return output


def clips_in(folder: str | Path) -> list[Path]:
    """Audio files of a folder, in order. Exits where there is none."""
    clips = sorted(path for path in Path(folder).iterdir() if path.suffix in AUDIO_SUFFIXES)
    if not clips:
        raise SystemExit(f"no audio in {folder}")
    return clips


def read_mono(path: str | Path) -> tuple[NDArray[np.floating[Any]], int]:
    """Samples of an audio file, averaged over channels, and the sample rate in Hz."""
    samples, sample_rate = soundfile.read(path, always_2d=True)
    return samples.mean(1), sample_rate
