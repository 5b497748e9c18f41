#!/usr/bin/env python3
"""YAMNet embeddings for the Fréchet distance, as an outside judge computes them.

    embed_yamnet.py YAMNET.tflite OUT_DIR AUDIO...
    vampc measure --embedding-command ".judge/bin/python tools/embed_yamnet.py yamnet.tflite" originals decoded

Runs in a virtual environment of its own: Python 3.11 or older, `tflite-runtime`, `numpy<2`, `scipy`, `soundfile`.
Writes for each file OUT_DIR/STEM.npy, `[window, 1024]`: windows of 0.975 s every 0.4875 s at 16 kHz, mono. The model file
is Google's AudioSet classifier and no part of the project.
"""

import math
import sys
from pathlib import Path

import numpy as np
import soundfile
from scipy.signal import resample_poly
from tflite_runtime.interpreter import Interpreter

SAMPLE_RATE = 16_000
WINDOW = 15_600
STEP = WINDOW // 2
# The pooled features in front of the classifier.
EMBEDDING_TENSOR = 121
EMBEDDING_WIDTH = 1024


def main():
    model, output, *paths = sys.argv[1:]
    interpreter = Interpreter(model, num_threads=1, experimental_preserve_all_tensors=True)
    interpreter.allocate_tensors()
    entrance = interpreter.get_input_details()[0]["index"]

    def embedding(window):
        interpreter.set_tensor(entrance, window[None])
        interpreter.invoke()
        return interpreter.get_tensor(EMBEDDING_TENSOR)[0].astype(np.float64)

    for path in paths:
        samples, rate = soundfile.read(path, always_2d=True, dtype="float32")
        divisor = math.gcd(rate, SAMPLE_RATE)
        samples = resample_poly(samples.mean(1), SAMPLE_RATE // divisor, rate // divisor).astype(np.float32)
        starts = range(0, len(samples) - WINDOW + 1, STEP)
        embeddings = [embedding(samples[start : start + WINDOW]) for start in starts]
        np.save(Path(output) / (Path(path).stem + ".npy"), np.reshape(embeddings, (len(embeddings), EMBEDDING_WIDTH)))


if __name__ == "__main__":
    main()
