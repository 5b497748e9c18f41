"""Runs vampc on clips for the evaluation scripts: encode, decode, and what it said meanwhile."""

import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import soundfile

AUDIO_SUFFIXES = {".flac", ".wav", ".ogg", ".opus", ".mp3", ".aiff"}


@dataclass(frozen=True)
class Condition:
    """What a stream keeps: this many codebooks of every `period`-th frame."""

    codebooks: int
    period: int

    def __str__(self):
        return f"({self.codebooks}, {self.period})"

    @property
    def name(self):
        return f"{self.codebooks}-{self.period}"

    @staticmethod
    def parse(text):
        return Condition(*map(int, text.split(",")))


@dataclass
class Runner:
    """Calls of one vampc executable; `complaints` collects everything it says on standard error."""

    vampc: str
    folder: Path
    options: tuple = ()
    complaints: list = field(default_factory=list)

    def run(self, *arguments):
        command = [str(self.vampc), *map(str, arguments), *self.options]
        result = subprocess.run(command, capture_output=True, text=True)
        if result.stderr.strip():
            self.complaints.append((" ".join(command), result.stderr.strip()))
        if result.returncode != 0:
            raise SystemExit(f"failed with {result.returncode}: {' '.join(command)}\n{result.stderr.strip()}")

    def encode(self, clip, condition, level="decoded"):
        stream = self.folder / condition.name / level / f"{clip.stem}.vampc"
        if not stream.exists():
            stream.parent.mkdir(parents=True, exist_ok=True)
            self.run("encode", "-q", "-f", "-k", condition.codebooks, "-p", condition.period, "--level", level, clip, "-o", stream)
        return stream

    def decode(self, stream, name, *options):
        """The decoded clip, in a folder `name` beside the streams; made again every time."""
        output = stream.parent / name / f"{stream.stem}.wav"
        output.parent.mkdir(exist_ok=True)
        self.run("decode", "-q", "-f", *options, stream, "-o", output)
        return output


def clips_in(folder):
    clips = sorted(path for path in Path(folder).iterdir() if path.suffix in AUDIO_SUFFIXES)
    if not clips:
        raise SystemExit(f"no audio in {folder}")
    return clips


def read_mono(path):
    """Samples, the mean over channels, and the sample rate."""
    samples, sample_rate = soundfile.read(path, always_2d=True)
    return samples.mean(1), sample_rate
