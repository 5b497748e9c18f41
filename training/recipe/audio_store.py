"""Decoded recordings in one file that is mapped into memory: a run that starts again need not decode hours of audio."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import torch

from recipe.audio_pool import (
    INDEX,
    LARGEST_SAMPLE,
    LENGTH_POWER,
    AudioPool,
    Recording,
    audio_files,
    read_mono,
    recording_gain_db,
)
from recipe.configuration import Audio

SAMPLES = "audio.int16"
TABLE = "audio.json"


def known_gains(folder: Path) -> dict[Path, float]:
    """Gains in dB from the indices that `prepare-audio` wrote, by path."""
    return {
        index.parent / entry["file"]: entry["gain_db"]
        for index in folder.rglob(INDEX)
        for entry in json.loads(index.read_text())
    }


def read_in_order(paths: list[Path], read: Callable[[Path], Recording]) -> Iterator[Recording]:
    """Recordings in the order of `paths`, few at a time, so that memory holds few."""
    workers = os.cpu_count() or 1
    with ThreadPoolExecutor(workers) as executor:
        for start in range(0, len(paths), 2 * workers):
            yield from executor.map(read, paths[start : start + 2 * workers])


class StoredAudio(AudioPool):
    """`AudioPool` over a file in `store`, which is written anew where `folder` holds other files than before."""

    def __init__(
        self,
        folder: Path,
        store: Path,
        settings: Audio,
        sample_rate: int,
        shortest: int,
        check: Callable[[], None] = lambda: None,
    ) -> None:
        """`check` is called between recordings that are decoded, and may raise."""
        paths = audio_files(folder)
        if not paths:
            raise SystemExit(f"{folder}: no audio")
        source = {
            "sample_rate": sample_rate,
            "loudness_lufs": settings.loudness_lufs,
            "files": [[str(path.relative_to(folder)), path.stat().st_size] for path in paths],
        }
        table_path = store / TABLE
        table: dict[str, Any] = json.loads(table_path.read_text()) if table_path.exists() else {}
        if table.get("source") != source:
            table = self.write(folder, paths, store, source, check)
        whole = torch.from_file(str(store / SAMPLES), shared=False, size=sum(table["lengths"]), dtype=torch.int16)
        lengths = torch.tensor(table["lengths"])
        starts = lengths.cumsum(0) - lengths
        usable = lengths >= shortest
        if not usable.any():
            raise SystemExit(f"{folder}: no recording of {shortest} samples or more")
        self.settings, self.device, self.samples = settings, torch.device("cpu"), whole
        self.lengths, self.starts = lengths[usable], starts[usable]
        self.scales = torch.tensor(table["scales"], dtype=torch.float32)[usable]
        self.weights = self.lengths.double() ** LENGTH_POWER
        self.seconds = float(self.lengths.sum() / sample_rate)

    @staticmethod
    def write(
        folder: Path,
        paths: list[Path],
        store: Path,
        source: dict[str, Any],
        check: Callable[[], None],
    ) -> dict[str, Any]:
        """Decodes every recording; returns the table that says where each one lies and how much it is amplified."""
        gains, sample_rate = known_gains(folder), source["sample_rate"]

        def read(path: Path) -> Recording:
            samples = read_mono(path, sample_rate)
            gain = gains.get(path)
            if gain is None:
                gain = recording_gain_db(samples, sample_rate, source["loudness_lufs"])
            return Recording((np.clip(samples, -1, 1) * LARGEST_SAMPLE).astype(np.int16), gain)

        store.mkdir(parents=True, exist_ok=True)
        table: dict[str, Any] = {"source": source, "lengths": [], "scales": []}
        (store / TABLE).unlink(missing_ok=True)
        with (store / SAMPLES).open("wb") as file:
            for recording in read_in_order(paths, read):
                check()
                recording.samples.tofile(file)
                table["lengths"].append(len(recording.samples))
                table["scales"].append(recording.scale)
        unfinished = store / (TABLE + ".new")
        unfinished.write_text(json.dumps(table) + "\n")
        unfinished.replace(store / TABLE)
        return table
