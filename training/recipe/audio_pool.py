"""Recordings in the memory of the device, and crops of them with the gain of vampc's encoder."""

from __future__ import annotations

import json
import math
import os
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import soundfile
import torch
from numpy.typing import NDArray
from scipy.signal import resample_poly

from audio_metrics import loudness_lufs
from recipe.configuration import Audio
from vampc_runs import AUDIO_SUFFIXES

Array = NDArray[Any]

INDEX = "index.json"
# Of 16 bits.
LARGEST_SAMPLE = 32767
# Long recordings do not dominate, short ones are not heard to death: drawn by length to this power.
LENGTH_POWER = 0.7
# Gains of faint crops, in dB.
FAINTEST_DB = -60.0
FAINT_DB = -20.0


def at_rate(samples: Array, rate: int, wanted: int) -> Array:
    """Samples at `rate`, resampled to `wanted` where that is another one."""
    divisor = math.gcd(rate, wanted)
    return samples if rate == wanted else resample_poly(samples, wanted // divisor, rate // divisor)


def read_mono(path: str | Path, sample_rate: int) -> Array:
    """Mean of the channels at `sample_rate`, 32-bit floats."""
    samples, rate = soundfile.read(path, always_2d=True, dtype="float32")
    return at_rate(samples.mean(1), rate, sample_rate)


def recording_gain_db(samples: Array, sample_rate: int, target_lufs: float) -> float:
    """The gain of vampc's encoder (`Sources/Signal/LoudnessNormalisation.swift`): to the target, lowered where a peak
    would pass 1; 0 dB for what has no loudness."""
    loudness, peak = loudness_lufs(samples, sample_rate), np.abs(samples).max(initial=0)
    wanted = target_lufs - loudness if math.isfinite(loudness) else 0.0
    return float(min(wanted, -20 * math.log10(peak)) if peak > 0 else wanted)


def audio_files(folder: Path) -> list[Path]:
    return sorted(path for path in Path(folder).rglob("*") if path.suffix.lower() in AUDIO_SUFFIXES)


@dataclass
class Recording:
    """`samples`, 16-bit integers, times `scale` is what vampc's encoder gives the codec."""

    samples: NDArray[np.int16]
    gain_db: float

    @property
    def scale(self) -> float:
        return 10 ** (self.gain_db / 20) / LARGEST_SAMPLE

    @property
    def levelled(self) -> Array:
        return self.samples * np.float32(self.scale)


def load_recordings(folder: Path, sample_rate: int, target_lufs: float) -> list[Recording]:
    """Every recording in `folder`, by name.

    Gains come from the indices in the folder or its parts where there are some (`prepare-audio`), else they are
    measured.
    """
    folder = Path(folder)
    files = audio_files(folder)
    if not files:
        raise SystemExit(f"{folder}: no audio")
    known = {
        index.parent / entry["file"]: entry["gain_db"]
        for index in folder.rglob(INDEX)
        for entry in json.loads(index.read_text())
    }

    def load(path: Path) -> Recording:
        samples = read_mono(path, sample_rate)
        gain = known.get(path)
        if gain is None:
            gain = recording_gain_db(samples, sample_rate, target_lufs)
        return Recording((np.clip(samples, -1, 1) * LARGEST_SAMPLE).astype(np.int16), gain)

    with ThreadPoolExecutor(os.cpu_count()) as executor:
        return list(executor.map(load, files))


class Crops(Protocol):
    """Where training takes its crops from."""

    def crops(self, count: int, sample_count: int) -> torch.Tensor: ...


class AudioPool:
    """All recordings end to end as one tensor of 16-bit integers."""

    def __init__(self, folder: Path, settings: Audio, sample_rate: int, shortest: int, device: torch.device) -> None:
        recordings = load_recordings(folder, sample_rate, settings.loudness_lufs)
        recordings = [recording for recording in recordings if len(recording.samples) >= shortest]
        if not recordings:
            raise SystemExit(f"{folder}: no recording of {shortest} samples or more")
        lengths = np.array([len(recording.samples) for recording in recordings])
        self.settings = settings
        self.device = device
        self.seconds = float(lengths.sum() / sample_rate)
        self.samples = torch.from_numpy(np.concatenate([recording.samples for recording in recordings])).to(device)
        self.lengths = torch.tensor(lengths, device=device)
        self.starts = self.lengths.cumsum(0) - self.lengths
        self.scales = torch.tensor([recording.scale for recording in recordings], dtype=torch.float32, device=device)
        self.weights = self.lengths.double() ** LENGTH_POWER

    def crops(self, count: int, sample_count: int) -> torch.Tensor:
        """`[count, 1, sample_count]` from torch's random numbers: recordings at their loudness, jittered, of random
        polarity, scaled down as a whole where a peak passes 1; a share with silence."""
        device = self.device
        picks = torch.multinomial(self.weights, count, replacement=True)
        room = self.lengths[picks] - sample_count + 1
        offsets = self.starts[picks] + (torch.rand(count, dtype=torch.double, device=device) * room).long()
        crops = self.samples[offsets[:, None] + torch.arange(sample_count, device=device)].float()
        jitter = 10 ** (torch.randn(count, device=device) * self.settings.gain_jitter_db / 20)
        sign = torch.randint(0, 2, (count,), device=device) * 2 - 1
        crops = crops * (self.scales[picks] * jitter * sign)[:, None]
        crops = crops / crops.abs().amax(1, keepdim=True).clamp(min=1)
        return self.with_silence(crops)[:, None]

    def with_silence(self, crops: torch.Tensor) -> torch.Tensor:
        """A third each of the share: all silence, silence before or after a random sample, and faint."""
        count, length = crops.shape
        draw = torch.rand(count, 1, device=self.device) * 3 / max(self.settings.silence_share, 1e-9)
        edge = torch.rand(count, 1, device=self.device) * length
        after = torch.rand(count, 1, device=self.device) < 0.5
        heard = (torch.arange(length, device=self.device) < edge) == after
        faint = FAINTEST_DB + (FAINT_DB - FAINTEST_DB) * torch.rand(count, 1, device=self.device)
        crops = torch.where((draw >= 1) & (draw < 2), crops * heard, crops)
        crops = torch.where((draw >= 2) & (draw < 3), crops * 10 ** (faint / 20), crops)
        return torch.where(draw < 1, torch.zeros_like(crops), crops)


class ArrivingAudio:
    """The pool of a folder in which further parts may appear. A thread reads new parts, and `pool` is replaced when all
    have been read. A part is renamed into the folder when it is complete."""

    def __init__(self, folder: Path, *arguments: Any) -> None:
        self.folder, self.arguments = Path(folder), arguments
        self.executor = ThreadPoolExecutor(1)
        self.part_count = self.count_parts()
        self.pool = AudioPool(folder, *arguments)
        self.coming: Future[AudioPool] | None = None

    @property
    def description(self) -> str:
        return f"{self.folder.name}, {self.pool.seconds / 3600:.2f} h"

    def count_parts(self) -> int:
        return sum(1 for _ in self.folder.rglob(INDEX))

    def look(self) -> bool:
        """Starts reading new parts, and returns whether `pool` has been replaced."""
        if self.coming is not None and self.coming.done():
            self.pool, self.coming = self.coming.result(), None
            return True
        count = self.count_parts()
        if self.coming is None and count > self.part_count:
            self.part_count = count
            self.coming = self.executor.submit(AudioPool, self.folder, *self.arguments)
        return False
