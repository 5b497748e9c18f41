#!/usr/bin/env python3
"""Beat times of audio files by librosa, for `measure-beats`.

    python tools/librosa_beats.py AUDIO...

Prints a line of JSON for each file: the times in seconds. Needs `requirements-beats.txt`.
"""

import json
import sys

import librosa


def main() -> None:
    for path in sys.argv[1:]:
        samples, rate = librosa.load(path, sr=22_050)
        _, beats = librosa.beat.beat_track(y=samples, sr=rate, units="time")
        print(json.dumps([float(beat) for beat in beats]), flush=True)


if __name__ == "__main__":
    main()
