"""YAMNet embeddings for the Fréchet distance, as an outside judge computes them.

    embed_yamnet.py YAMNET.tflite OUTPUT.npz < LIST_OF_AUDIO_FILES

Runs in a virtual environment of its own: Python 3.11 or older, `tflite-runtime`, `numpy<2`, `scipy`, `soundfile`.
For each file an array `[window, 1024]`, named by its place in the list: windows of 0.975 s every 0.4875 s at 16 kHz,
mono. The model file is Google's AudioSet classifier and no part of the project.
"""

import math
import sys

import numpy as np
import soundfile
from scipy.signal import resample_poly
from tflite_runtime.interpreter import Interpreter

SAMPLE_RATE = 16_000
WINDOW = 15_600
STEP = WINDOW // 2
# The pooled features in front of the classifier.
EMBEDDING_TENSOR = 121


def main():
    model, output = sys.argv[1:]
    interpreter = Interpreter(model, num_threads=1, experimental_preserve_all_tensors=True)
    interpreter.allocate_tensors()
    entrance = interpreter.get_input_details()[0]["index"]

    def embedding(window):
        interpreter.set_tensor(entrance, window[None])
        interpreter.invoke()
        return interpreter.get_tensor(EMBEDDING_TENSOR)[0].astype(np.float64)

    embeddings = {}
    for index, path in enumerate(sys.stdin.read().splitlines()):
        samples, rate = soundfile.read(path, always_2d=True, dtype="float32")
        divisor = math.gcd(rate, SAMPLE_RATE)
        samples = resample_poly(samples.mean(1), SAMPLE_RATE // divisor, rate // divisor).astype(np.float32)
        starts = range(0, len(samples) - WINDOW + 1, STEP)
        embeddings[str(index)] = np.array([embedding(samples[start : start + WINDOW]) for start in starts])
    np.savez(output, **embeddings)


if __name__ == "__main__":
    main()
