"""Pictures of what a model does to clips: each clip's spectrogram as it was and as vampc brings it back at each bitrate.

    draw_spectrograms.py --vampc .build/release/vampc --model models/NAME --clips FOLDER --out models/NAME/spectrograms
        [--names CLIP…] [--bitrates 8k 2k 500 50]

One PNG a clip: mel spectrograms, 80 dB below the clip's own loudest point. Decoded as a listener would decode: what is not
kept is imagined where the model has transformers.
"""

import argparse
import sys
import tempfile
from pathlib import Path

import matplotlib

matplotlib.use("agg")
import soundfile
from matplotlib import pyplot

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPOSITORY / "tools"))
from audio_metrics import hertz_to_mel, log_mel
from vampc_runs import Runner, clips_in, read_mono

WINDOW, BANDS = 2048, 150
RANGE_DB = 80
TICKS_HERTZ = (100, 500, 1000, 2000, 4000, 8000, 16000)
# Inches, and dots an inch.
PANEL = (2.2, 2.4)
RESOLUTION = 80


def spectrogram_db(path):
    """`[band, frame]`, and the sample rate."""
    samples, rate = read_mono(path)
    return 20 * log_mel(samples, rate, WINDOW, BANDS).T, rate


def draw(panels, target):
    """`panels`: title and file, the original first."""
    width, height = PANEL
    figure, axes = pyplot.subplots(
        1, len(panels), figsize=(width * len(panels), height), sharey=True, squeeze=False, layout="constrained")
    top = None
    for axis, (title, file) in zip(axes[0], panels):
        levels, rate = spectrogram_db(file)
        top = levels.max() if top is None else top
        seconds = levels.shape[1] * (WINDOW // 4) / rate
        axis.imshow(
            levels, origin="lower", aspect="auto", vmin=top - RANGE_DB, vmax=top, cmap="magma", interpolation="nearest",
            extent=(0, seconds, 0, hertz_to_mel(rate / 2)))
        axis.set_title(title, fontsize=8)
        axis.tick_params(labelsize=6)
        axis.set_xlabel("s", fontsize=6)
    axes[0, 0].set_yticks([float(hertz_to_mel(tick)) for tick in TICKS_HERTZ], [f"{tick / 1000:g} kHz" for tick in TICKS_HERTZ])
    figure.savefig(target, dpi=RESOLUTION)
    pyplot.close(figure)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--vampc", required=True, type=Path)
    parser.add_argument("--model", required=True, type=Path)
    parser.add_argument("--clips", required=True, type=Path)
    parser.add_argument("--out", required=True, type=Path)
    parser.add_argument("--names", nargs="+", help="stems of the clips to draw (default: all)")
    parser.add_argument("--bitrates", nargs="+", default=["8k", "2k", "500", "50"])
    arguments = parser.parse_args()

    clips = {clip.stem: clip for clip in clips_in(arguments.clips)}
    unknown = set(arguments.names or ()) - set(clips)
    if unknown:
        raise SystemExit(f"{arguments.clips}: no clip {', '.join(sorted(unknown))}")
    arguments.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        runner = Runner(arguments.vampc, Path(scratch), ("--model", str(arguments.model)))
        for name in arguments.names or clips:
            panels = [(name, clips[name])]
            seconds = soundfile.info(clips[name]).duration
            for bitrate in arguments.bitrates:
                stream, decoded = (Path(scratch) / f"{name}-{bitrate}{suffix}" for suffix in (".vampc", ".wav"))
                runner.run("encode", "-q", "-b", bitrate, clips[name], "-o", stream)
                runner.run("decode", "-q", stream, "-o", decoded)
                rate = 8 * stream.stat().st_size / seconds
                panels.append((f"asked for {bitrate}: {rate:,.0f} bit/s", decoded))
            draw(panels, arguments.out / f"{name}.png")
            print(arguments.out / f"{name}.png", flush=True)
    for command, complaint in runner.complaints:
        print(f"{command}: {complaint}", file=sys.stderr)


if __name__ == "__main__":
    main()
