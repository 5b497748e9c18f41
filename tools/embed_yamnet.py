#!/usr/bin/env python3
"""YAMNet embeddings for the Fréchet distance: vampc's perceptual judge.

    tools/embed_yamnet.py YAMNET.tflite OUT_DIR AUDIO...
    vampc measure --embedding-command ".judge/bin/python tools/embed_yamnet.py yamnet.tflite" originals decoded

Writes OUT_DIR/STEM.npy for each file, `[window, 1024]`: windows of 0.975 s every 0.4875 s at 16 kHz, mono. Needs
`ai-edge-litert` (any Python) or `tflite-runtime` (Python 3.11 or older, with `numpy<2`), `scipy` and `soundfile`. The
model file is Google's AudioSet classifier and no part of the project.
"""

import math
import sys
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from numpy.typing import NDArray
from scipy.signal import resample_poly

SAMPLE_RATE = 16_000
WINDOW = 15_600
STEP = WINDOW // 2
# Tensor of the pooled features before the classifier.
EMBEDDING_TENSOR = 121
EMBEDDING_WIDTH = 1024


def load_interpreter(model: str | Path) -> Any:
    """TFLite interpreter of a model file, on one thread, without delegates.

    The default delegate of `ai-edge-litert` computes other embeddings: a Fréchet distance of 21.1 instead of 17.7.
    `tflite-runtime` has no such delegate.
    """
    options: dict[str, Any] = {"num_threads": 1, "experimental_preserve_all_tensors": True}
    try:
        from ai_edge_litert.interpreter import Interpreter, OpResolverType
    except ImportError:
        from tflite_runtime.interpreter import Interpreter
    else:
        options["experimental_op_resolver_type"] = OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES
    interpreter = Interpreter(str(model), **options)
    interpreter.allocate_tensors()
    return interpreter


class YAMNet:
    """Embeddings of audio by the model in a file."""

    def __init__(self, model: str | Path) -> None:
        self.interpreter = load_interpreter(model)
        self.input_index = self.interpreter.get_input_details()[0]["index"]

    def embed_window(self, window: NDArray[np.float32]) -> NDArray[np.float64]:
        """Embedding `[1024]` of one window of samples at 16 kHz."""
        self.interpreter.set_tensor(self.input_index, window[None])
        self.interpreter.invoke()
        return self.interpreter.get_tensor(EMBEDDING_TENSOR)[0].astype(np.float64)

    def embed(self, samples: NDArray[np.floating[Any]], rate: int) -> NDArray[np.float64]:
        """Embeddings `[window, 1024]` of mono samples at `rate`."""
        divisor = math.gcd(rate, SAMPLE_RATE)
        resampled = resample_poly(samples, SAMPLE_RATE // divisor, rate // divisor).astype(np.float32)
        starts = range(0, len(resampled) - WINDOW + 1, STEP)
        embeddings = [self.embed_window(resampled[start : start + WINDOW]) for start in starts]
        return np.reshape(embeddings, (len(embeddings), EMBEDDING_WIDTH))


def main() -> None:
    if len(sys.argv) < 4:
        print((__doc__ or "").strip(), file=sys.stderr)
        sys.exit(64)
    model, output, *paths = sys.argv[1:]
    yamnet = YAMNet(model)
    for path in paths:
        samples, rate = soundfile.read(path, always_2d=True, dtype="float32")
        np.save(Path(output) / (Path(path).stem + ".npy"), yamnet.embed(samples.mean(1), rate))


if __name__ == "__main__":
    main()
