"""Does what VampNet imagines earn its place? Generated, left out and random tokens, side by side.

    evaluate_generation.py --vampc .build/release/vampc --clips FOLDER
        [--judge FOLDER_OR_SCRIPT --judge-python PYTHON] [--settings "temperature=1,0.5 steps=12,24"]

Every clip is encoded once for each condition (codebooks, period) and decoded in each way:

    generated   as `vampc decode` does by default, or once for every combination of `--settings`
    kept alone  `--no-generate`: missing codebooks left out, missing frames held or interpolated
    random      `--fill random`: uniformly random tokens in place of the imagined ones

Mel distance: equation 3 of the VampNet paper against the clip, mean over clips; the interval is a bootstrap over
clips. Fréchet distance (with `--judge`, the folder that holds yamnet.tflite): over all windows of all clips; the
interval is twice the jackknife's standard error, whole clips left out. It is biased upwards on few clips: compare
only within a table. Differences to "kept alone" are paired, clip by clip; a star says that the interval excludes 0.

Writes OUTPUT.md and OUTPUT.csv. Needs numpy and soundfile.
"""

import argparse
import csv
import itertools
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from audio_metrics import bootstrap_interval, jackknife_deviation, mel_distance
from frechet_judge import JACKKNIFE_WIDTH, FrechetJudge, frechet_of_clips
from vampc_runs import Condition, Runner, clips_in, read_mono

CONDITIONS = "4,1 1,1 1,4 1,12"
KEPT_ALONE, RANDOM, GENERATED = "kept alone", "random", "generated"


@dataclass
class Result:
    """One way of decoding under one condition: values by clip."""

    condition: Condition
    way: str
    mel: list
    files: list
    frechet: float | None = None
    frechet_without: np.ndarray | None = None


def combinations(settings):
    """Every combination of `name=value,value…`, as (title, options of `vampc decode`)."""
    names = [setting.split("=")[0] for setting in settings]
    values = [setting.split("=")[1].split(",") for setting in settings]
    for choice in itertools.product(*values):
        title = " ".join(f"{name} {value}" for name, value in zip(names, choice))
        yield title, [part for name, value in zip(names, choice) for part in (f"--{name}", value)]


def ways(arguments):
    yield KEPT_ALONE, ["--no-generate"]
    if not arguments.no_random:
        yield RANDOM, ["--fill", "random"]
    if arguments.settings:
        yield from combinations(arguments.settings.split())
    else:
        yield GENERATED, []


def decode_all(arguments, runner, clips, references):
    for condition in map(Condition.parse, arguments.conditions.split()):
        for way, options in ways(arguments):
            result = Result(condition, way, [], [])
            for clip in clips:
                decoded = runner.decode(runner.encode(clip, condition), way.replace(" ", "-"), *options)
                signal, sample_rate = read_mono(decoded)
                result.mel.append(mel_distance(signal, references[clip], sample_rate))
                result.files.append(decoded)
            print(f"{condition} {way}: mel {np.mean(result.mel):.4f}", file=sys.stderr, flush=True)
            yield result


def add_frechet(judge, clips, results):
    reference = judge.embed(clips)
    for result in results:
        result.frechet, result.frechet_without = frechet_of_clips(reference, judge.embed(result.files))
        print(f"{result.condition} {result.way}: Fréchet {result.frechet:.2f}", file=sys.stderr, flush=True)


def starred(difference, low, high, digits):
    return f"{difference:+.{digits}f}{'*' if low > 0 or high < 0 else ''}"


def row(result, baseline):
    """The columns of one result; `baseline` is "kept alone" under the same condition."""
    low, high = bootstrap_interval(result.mel)
    difference = np.subtract(result.mel, baseline.mel)
    columns = {
        "kept": str(result.condition), "missing tokens": result.way,
        "mel": f"{np.mean(result.mel):.3f}", "mel 95 %": f"{low:.3f}–{high:.3f}",
        "mel to kept alone": starred(difference.mean(), *bootstrap_interval(difference), 3) if result is not baseline else "",
    }
    if result.frechet is not None:
        half = JACKKNIFE_WIDTH * jackknife_deviation(result.frechet_without)
        columns |= {"Fréchet": f"{result.frechet:.1f}", "Fréchet 95 %": f"±{half:.1f}", "Fréchet to kept alone": ""}
        if result is not baseline:
            difference = result.frechet - baseline.frechet
            half = JACKKNIFE_WIDTH * jackknife_deviation(result.frechet_without - baseline.frechet_without)
            columns["Fréchet to kept alone"] = starred(difference, difference - half, difference + half, 1)
    return columns


def write(output, rows, clip_count, title):
    names = list(rows[0])
    table = ["| " + " | ".join(names) + " |", "|---|---|" + "--:|" * (len(names) - 2)]
    table += ["| " + " | ".join(row[name] for name in names) + " |" for row in rows]
    text = f"""# {title}

Written by `scripts/evaluate_generation.py` on {clip_count} clips. Lower is better in every column. Intervals are of the
mean over clips (mel: bootstrap; Fréchet: jackknife over clips); differences are paired, * where the interval excludes 0.

"""
    output.with_suffix(".md").write_text(text + "\n".join(table) + "\n")
    with open(output.with_suffix(".csv"), "w", newline="") as file:
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        writer.writerows(rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--vampc", required=True)
    parser.add_argument("--clips", type=Path, required=True)
    parser.add_argument("--judge", type=Path, help="yamnet.tflite, or a file beside it, or its folder")
    parser.add_argument("--judge-python", default="python3", help="Python with tflite-runtime (default python3)")
    parser.add_argument("--conditions", default=CONDITIONS, help="codebooks,period … (default '%(default)s')")
    parser.add_argument("--settings", help="options of vampc decode: 'temperature=1,0.5 top-p=0.9'; all combinations")
    parser.add_argument("--no-random", action="store_true", help="leave random tokens out")
    parser.add_argument("--limit", type=int, help="only the first clips")
    parser.add_argument("--work", type=Path, help="where streams and decodes stay (default: a temporary folder)")
    parser.add_argument("--title", default="Generation against its alternatives")
    parser.add_argument("-o", "--output", type=Path, default=Path("Benchmarks/RESULTS-generation"))
    arguments = parser.parse_args()

    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.work or Path(temporary)
        clips = clips_in(arguments.clips)[: arguments.limit]
        references = {clip: read_mono(clip)[0] for clip in clips}
        runner = Runner(arguments.vampc, folder)
        results = list(decode_all(arguments, runner, clips, references))
        if arguments.judge:
            add_frechet(FrechetJudge(arguments.judge, arguments.judge_python), clips, results)
    for command, complaint in runner.complaints:
        print(f"{command}\n  {complaint}", file=sys.stderr)
    baselines = {result.condition: result for result in results if result.way == KEPT_ALONE}
    rows = [row(result, baselines[result.condition]) for result in results]
    write(arguments.output, rows, len(clips), arguments.title)
    print(arguments.output.with_suffix(".md").read_text())


if __name__ == "__main__":
    main()
