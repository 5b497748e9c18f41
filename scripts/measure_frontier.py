#!/usr/bin/env python3
"""Measures which (codebooks, period) a model should keep at which rate, and writes its frontier.json.

    measure_frontier.py --vampc .build/release/vampc --model models/NAME --clips FOLDER [--limit N]

Every clip goes through every point of the grid as `vampc decode` does by default; the measure is the mean mel distance
(equation 3 of the VampNet paper) to the clip's mono downmix. A point is on the frontier when none of the same token rate
measures better, and none of a lower one by more than 3 %, which the choice of clips could explain. Needs numpy and
soundfile.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path

import numpy as np

from audio_metrics import mel_distance
from vampc_runs import Condition, Runner, clips_in, read_mono

GRID = (
    "14,1 12,1 10,1 8,1 7,1 6,1 5,1 4,1 3,1 2,1 1,1 14,2 7,2 4,2 2,2 1,2 7,4 4,4 2,4 1,3 1,4 4,8 2,8 1,6 1,8 2,12 1,12 "
    "1,16"
)

TOLERANCE = 0.03


def frontier(points):
    """The points that no point of the same or a lower rate betters, from the highest rate to the lowest."""
    kept, best = [], np.inf
    for point in sorted(points, key=lambda point: (point["codebooks"] / point["period"], point["mel"])):
        same_rate = kept and kept[-1]["codebooks"] / kept[-1]["period"] == point["codebooks"] / point["period"]
        if not same_rate and point["mel"] < best * (1 + TOLERANCE):
            kept.append(point)
        best = min(best, point["mel"])
    return kept[::-1]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--vampc", required=True)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--clips", type=Path, required=True)
    parser.add_argument("--limit", type=int, help="every so-and-so-many-th clip only, this many in all")
    parser.add_argument("--grid", default=GRID)
    arguments = parser.parse_args()
    clips = clips_in(arguments.clips)
    if arguments.limit:
        clips = clips[:: max(1, len(clips) // arguments.limit)][: arguments.limit]
    points = []
    with tempfile.TemporaryDirectory() as folder:
        runner = Runner(arguments.vampc, Path(folder), ("--model", str(arguments.model.resolve())))
        references = {clip: read_mono(clip) for clip in clips}
        for condition in map(Condition.parse, arguments.grid.split()):
            distances = []
            for clip in clips:
                signal, sample_rate = read_mono(runner.decode(runner.encode(clip, condition), "decoded"))
                distances.append(mel_distance(signal, references[clip][0], sample_rate))
            points.append(
                {"codebooks": condition.codebooks, "period": condition.period, "mel": round(float(np.mean(distances)), 4)}
            )
            print(points[-1], file=sys.stderr, flush=True)
    description = {
        "measure": "mean mel distance, VampNet equation 3",
        "clips": len(clips),
        "points": frontier(points),
        "dominated": [point for point in points if point not in frontier(points)],
    }
    (arguments.model / "frontier.json").write_text(json.dumps(description, indent=1) + "\n")


if __name__ == "__main__":
    main()
