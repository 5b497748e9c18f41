"""The curve of a run, from the `log.csv` beside its state, as a table: a row for every step, a column for every figure, and
a line where a slice begins.

    show_log.py STATE_FOLDER [--stage joint] [--figures mel,waveform] [--every 100]

Figures are smoothed over some fifty steps, across slices.
"""

import argparse
import csv
from pathlib import Path


def rows(path, stage):
    """(slice, stage, step, {name: value}) in the order of the log."""
    found = {}
    with open(path, newline="") as file:
        for part, kind, step, name, value in csv.reader(file):
            if stage in (None, kind):
                found.setdefault((int(part), kind, int(step)), {})[name] = value
    return [(*place, figures) for place, figures in found.items()]


def table(entries, names, every):
    yield "| slice | stage | step | " + " | ".join(names) + " |"
    yield "|--:|---|--:|" + "--:|" * len(names)
    previous = None
    for part, stage, step, figures in entries:
        if step % every and part == previous:
            continue
        previous = part
        yield f"| {part} | {stage} | {step} | " + " | ".join(figures.get(name, "") for name in names) + " |"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("state", type=Path)
    parser.add_argument("--stage", help="only this one")
    parser.add_argument("--figures", help="names, separated by commas (default all)")
    parser.add_argument("--every", type=int, default=1, help="steps")
    arguments = parser.parse_args()
    entries = rows(arguments.state / "log.csv", arguments.stage)
    names = arguments.figures.split(",") if arguments.figures else list(
        dict.fromkeys(name for *_, figures in entries for name in figures))
    print("\n".join(table(entries, names, arguments.every)))


if __name__ == "__main__":
    main()
