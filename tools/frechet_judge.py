"""Perceptual judge of sets of clips: Fréchet distance of YAMNet embeddings (FAD).

`embed_yamnet.py` computes the embeddings in a virtual environment of its own.
"""

import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from audio_metrics import frechet_distance

EMBEDDER = Path(__file__).with_name("embed_yamnet.py")
# Standard errors to each side of an interval of about 95 %.
JACKKNIFE_WIDTH = 2.0

Embeddings = NDArray[np.floating[Any]]


class FrechetJudge:
    """The judge with the model file yamnet.tflite and a Python that has what `embed_yamnet.py` needs.

    `model` is the model file, a file beside it, or its folder.
    """

    def __init__(self, model: Path, python: str | Path) -> None:
        candidates = (model, model.parent / "yamnet.tflite", model / "yamnet.tflite")
        found = [path for path in candidates if path.suffix == ".tflite" and path.is_file()]
        if not found:
            raise SystemExit(f"{model}: no yamnet.tflite")
        self.model, self.python = found[0], python

    def embed(self, files: Sequence[Path]) -> list[Embeddings]:
        """Embeddings `[window, value]` of each file."""
        with tempfile.TemporaryDirectory() as folder:
            output = Path(folder) / "out"
            output.mkdir()
            links = linked(Path(folder), files)
            command = [self.python, EMBEDDER, self.model, output, *links]
            result = subprocess.run(command, text=True, capture_output=True)
            if result.returncode != 0:
                raise SystemExit(f"the judge failed:\n{result.stderr}")
            return [np.load(output / f"{link.stem}.npy") for link in links]


def linked(folder: Path, files: Sequence[Path]) -> list[Path]:
    """Links to `files` in `folder`, in the same order. Links have names of their own because stems may repeat."""
    links = [folder / f"{index}{Path(file).suffix}" for index, file in enumerate(files)]
    for link, file in zip(links, files, strict=True):
        link.symlink_to(Path(file).resolve())
    return links


def frechet_of_clips(reference: list[Embeddings], found: list[Embeddings]) -> tuple[float, NDArray[np.float64]]:
    """Distance over all windows of all clips, and the distances with one clip left out at a time."""
    whole = frechet_distance(np.concatenate(reference), np.concatenate(found))
    without = [
        frechet_distance(np.concatenate(reference[:i] + reference[i + 1 :]), np.concatenate(found[:i] + found[i + 1 :]))
        for i in range(len(reference))
    ]
    return whole, np.array(without)
