"""Fréchet distance of sets of clips by an outside judge, `embed_yamnet.py` in a virtual environment of its own."""

import subprocess
import tempfile
from pathlib import Path

import numpy as np

from audio_metrics import frechet_distance

EMBEDDER = Path(__file__).with_name("embed_yamnet.py")
# An interval of about 95 % is so many standard errors wide to each side.
JACKKNIFE_WIDTH = 2.0


class FrechetJudge:
    """`model` is yamnet.tflite, or a file beside it, or its folder; `python` has tflite-runtime."""

    def __init__(self, model, python):
        candidates = (model, model.parent / "yamnet.tflite", model / "yamnet.tflite")
        found = [path for path in candidates if path.suffix == ".tflite" and path.is_file()]
        if not found:
            raise SystemExit(f"{model}: no yamnet.tflite")
        self.model, self.python = found[0], python

    def embed(self, files):
        """Arrays `[window, value]`, one for each file."""
        return embed(self.python, self.model, files)


def linked(folder, files):
    """Links to files, in their order, under names of their own: stems may repeat."""
    links = [folder / f"{index}{Path(file).suffix}" for index, file in enumerate(files)]
    for link, file in zip(links, files):
        link.symlink_to(Path(file).resolve())
    return links


def embed(python, model, files):
    """Arrays `[window, value]`, one for each file."""
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "out"
        output.mkdir()
        links = linked(Path(folder), files)
        result = subprocess.run([python, EMBEDDER, model, output, *links], text=True, capture_output=True)
        if result.returncode != 0:
            raise SystemExit(f"the judge failed:\n{result.stderr}")
        return [np.load(output / f"{link.stem}.npy") for link in links]


def frechet_of_clips(reference, found):
    """The distance over all windows of all clips, and the distances with one clip left out each."""
    whole = frechet_distance(np.concatenate(reference), np.concatenate(found))
    without = [
        frechet_distance(np.concatenate(reference[:i] + reference[i + 1 :]), np.concatenate(found[:i] + found[i + 1 :]))
        for i in range(len(reference))
    ]
    return whole, np.array(without)
