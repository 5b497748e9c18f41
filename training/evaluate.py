"""Scores a model through vampc itself and appends the figures to the log.

    evaluate.py --vampc .build/release/vampc --model models/NAME --clips FOLDER [--judge YAMNET --judge-python PYTHON]

Every clip goes through `vampc encode` and `decode` at each condition (codebooks, period), generated, kept alone
(`--no-generate`) and with random tokens, and through Opus at each rate. One line of the log is one figure:

    dac_mel, mel           distance to the clip: of DAC's tables, of the VampNet paper (equation 3)
    si_sdr_db              scale-invariant signal-to-distortion ratio
    loudness_db            difference to the clip, the largest of all clips by size
    frame_tone_db          how much more of the sound than of the clip repeats with every frame: the decoder's own tones
    rate_bps               bits really written, container included
    frechet_codec          over the latents of the default model's codec (`vampc measure --frechet dac`), all clips as one set
    frechet                with --judge: over YAMNet's embeddings; both are biased upwards on few clips: compare within one set
    perplexity             of each codebook's tokens
    order0_nats            order-0 entropy of each codebook's tokens over the clips
    cross_entropy_nats     of each predicted codebook at 20 % and 60 % of the tokens masked

`sampler` says how tokens were imagined (empty for `vampc-default-0`, whose log began without it). Distances are means over
clips with a 95 % bootstrap interval, as `frechet_codec` has it; `frechet` has twice the jackknife's standard error. Tokens
and their probabilities are PyTorch's, which the reference cases hold against vampc's (`write_reference_case.py`). Silence,
clipping and lengths are what `vampc sweep` flags.
"""

import argparse
import csv
import datetime
import json
import math
import subprocess
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch

from recipe.audio_pool import at_rate, load_recordings
from recipe.model_files import load_network, model_identities, trained_loudness_lufs
from recipe.tokens import encode
from recipe.vampnet_training import MASKED_SHARES, validate

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPOSITORY / "tools"))
from audio_metrics import (
    bootstrap_interval, dac_mel_distance, frame_mean_db, jackknife_deviation, loudness_lufs, mel_distance, si_sdr_db)
from frechet_judge import JACKKNIFE_WIDTH, FrechetJudge, frechet_of_clips, linked
from vampc_runs import Condition, Runner, clips_in, read_mono

CONDITIONS = "14,1 7,1 4,1 2,1 1,1 1,4 1,12"
OPUS_RATES = "6k 8k 12k 24k"
# Each with the level that suits it: what is not imagined needs no more gain for it.
WAYS = {
    "generated": ("decoded", []),
    "kept alone": ("codec", ["--no-generate"]),
    "random": ("codec", ["--fill", "random"]),
}
COLUMNS = ("date", "model", "codec", "generator", "hours", "clips", "measure", "condition", "way", "value", "low", "high", "sampler")


@dataclass
class Figure:
    measure: str
    condition: str
    way: str
    value: float
    low: float = math.nan
    high: float = math.nan
    sampler: str = ""


def signal_figures(files, clips, condition, way, set_distances, codec=None):
    """Figures of decoded files against their clips, `clips` by path: (samples, rate); `set_distances` score all files at once.
    `codec` is the one that decoded them."""
    values = {"dac_mel": [], "mel": [], "si_sdr_db": [], "frame_tone_db": []}
    loudness = []
    for file, (reference, rate) in zip(files, clips.values()):
        decoded, decoded_rate = read_mono(file)
        decoded = at_rate(decoded, decoded_rate, rate)
        count = min(len(decoded), len(reference))
        decoded, reference = decoded[:count], reference[:count]
        values["dac_mel"].append(dac_mel_distance(decoded, reference, rate))
        values["mel"].append(mel_distance(decoded, reference, rate))
        # Of digital silence there is no ratio.
        if decoded.std() > 0 and reference.std() > 0:
            values["si_sdr_db"].append(si_sdr_db(decoded, reference))
        if codec:
            tones = [frame_mean_db(at_rate(signal, rate, codec.sample_rate), codec.hop) for signal in (decoded, reference)]
            if all(map(math.isfinite, tones)):
                values["frame_tone_db"].append(tones[0] - tones[1])
        difference = loudness_lufs(decoded, rate) - loudness_lufs(reference, rate)
        if math.isfinite(difference):
            loudness.append(difference)
    for measure, found in values.items():
        if found:
            yield Figure(measure, condition, way, float(np.mean(found)), *bootstrap_interval(found))
    if loudness:
        yield Figure("loudness_db", condition, way, max(loudness, key=abs), min(loudness), max(loudness))
    for measure, distance in set_distances.items():
        yield Figure(measure, condition, way, *distance(files))


def codec_frechet(vampc, clips):
    """Scores files, one for each clip, as `vampc measure` does: value and interval."""

    def score(files):
        with tempfile.TemporaryDirectory() as originals, tempfile.TemporaryDirectory() as decoded:
            linked(Path(originals), clips)
            linked(Path(decoded), files)
            command = [vampc, "measure", "--frechet", "dac", "--json", originals, decoded]
            said = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)["frechet"]
        # A single clip has no interval.
        return tuple(math.nan if said[key] is None else said[key] for key in ("distance", "interval_lower", "interval_upper"))

    return score


def judged_frechet(judge, clips):
    """The same by an outside judge."""
    reference = judge.embed(clips)

    def score(files):
        distance, without = frechet_of_clips(reference, judge.embed(files))
        half = JACKKNIFE_WIDTH * jackknife_deviation(without)
        return distance, distance - half, distance + half

    return score


def sampler_settings(vampc, stream):
    """How vampc imagines by default what the stream leaves out."""
    said = json.loads(subprocess.run([vampc, "info", "--json", stream], capture_output=True, check=True).stdout)
    return (
        f"steps {said['steps']}+{said['fine_steps']}; temperature {said['temperature']:g}+{said['fine_temperature']:g}; "
        f"mask temperature {said['mask_temperature']:g}; top-p {said['top_p']:g}; typical mass {said['typical_mass']:g}"
    )


def vampc_figures(arguments, folder, clips, codec, set_distances):
    codebook_count = len(codec.quantizer.quantizers)
    runner = Runner(arguments.vampc, folder, ("--model", str(arguments.model.resolve())))
    for condition in map(Condition.parse, arguments.conditions.split()):
        if condition.codebooks > codebook_count:
            continue
        streams = [runner.encode(clip, condition) for clip in clips]
        rates = [8 * stream.stat().st_size * rate / len(samples) for stream, (samples, rate) in zip(streams, clips.values())]
        yield Figure("rate_bps", condition.name, "", float(np.mean(rates)), min(rates), max(rates))
        is_complete = condition == Condition(codebook_count, 1)
        for way, (level, options) in list(WAYS.items())[: 1 if is_complete else None]:
            levelled = [runner.encode(clip, condition, level) for clip in clips]
            files = [runner.decode(stream, way.replace(" ", "-"), *options) for stream in levelled]
            name = "complete" if is_complete else way
            sampler = sampler_settings(arguments.vampc, streams[0]) if name == "generated" else ""
            for figure in signal_figures(files, clips, condition.name, name, set_distances, codec):
                yield replace(figure, sampler=sampler)
    for command, complaint in runner.complaints:
        print(f"{command}\n  {complaint}", file=sys.stderr)


def opus_figures(arguments, folder, clips, set_distances):
    for rate in arguments.opus.split():
        files, rates = [], []
        for clip in clips:
            files.append(folder / f"opus-{rate}-{clip.stem}.wav")
            command = [arguments.vampc, "opus", "-f", "-q", "--json", "-b", rate, "-o", files[-1], clip]
            rates.append(json.loads(subprocess.run(command, capture_output=True, check=True).stdout)["ogg_bitrate_bps"])
        yield Figure("rate_bps", f"opus {rate}", "", float(np.mean(rates)), min(rates), max(rates))
        yield from signal_figures(files, clips, f"opus {rate}", "opus", set_distances)


def token_figures(model, clips_folder, limit):
    """Perplexity and cross-entropies over all clips, from the model's files."""
    codec, metadata = load_network(model / "codec.safetensors")
    recordings = load_recordings(clips_folder, codec.sample_rate, trained_loudness_lufs(metadata))[:limit]
    codes = [encode(codec, recording.levelled, "cpu") for recording in recordings]
    order0 = []
    for codebook in range(len(codes[0])):
        counts = np.bincount(np.concatenate([clip[codebook] for clip in codes]), minlength=codec.codebook_size)
        shares = counts[counts > 0] / counts.sum()
        order0.append(float(-(shares * np.log(shares)).sum()))
        yield Figure("perplexity", f"codebook {codebook}", "", math.exp(order0[-1]))
        yield Figure("order0_nats", f"codebook {codebook}", "", order0[-1])
    books = codec.quantizer.books
    for role in ("coarse", "c2f"):
        if not (model / f"{role}.safetensors").exists():
            continue
        network, metadata = load_network(model / f"{role}.safetensors")
        window = min(int(metadata["window_frames"]), min(clip.shape[1] for clip in codes))
        windows = torch.from_numpy(np.stack([clip[: network.n_codebooks, :window].astype(np.int64) for clip in codes]))
        rows = validate(network, windows, books[: network.n_codebooks], torch.autocast("cpu", enabled=False))
        for share, row in zip(MASKED_SHARES, rows):
            for codebook, value in enumerate(row.tolist(), network.n_conditioning_codebooks):
                yield Figure("cross_entropy_nats", f"codebook {codebook}", f"{share:.0%} masked", value)


def identities(model):
    """First digits of the codec's identity and of the generator's."""
    found = model_identities(model)
    return found[str(model / "codec.safetensors")][:8], found.get(f"{model} (generator)", "")[:8]


def training_hours(model):
    """Hours of all slices; empty where the model does not say."""
    path = model / "training.json"
    if not path.exists():
        return ""
    histories = json.loads(path.read_text()).values()
    return f"{sum(part['seconds'] for history in histories for part in history) / 3600:.2f}"


class Log:
    def __init__(self, path, model, clip_count):
        self.path = path
        codec, generator = identities(model)
        self.common = [
            datetime.date.today().isoformat(), model.name, codec, generator, training_hours(model), clip_count]
        if not path.exists():
            path.write_text(",".join(COLUMNS) + "\n")

    def add(self, figure):
        """Prints and appends at once: what was measured stays where the rest fails."""
        numbers = ["" if math.isnan(value) else f"{value:.5g}" for value in (figure.value, figure.low, figure.high)]
        print(figure.measure, figure.condition, figure.way, *numbers, flush=True)
        with open(self.path, "a", newline="") as file:
            csv.writer(file, lineterminator="\n").writerow(
                [*self.common, figure.measure, figure.condition, figure.way, *numbers, figure.sampler])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--vampc", required=True)
    parser.add_argument("--model", required=True, type=Path)
    parser.add_argument("--clips", required=True, type=Path)
    parser.add_argument("--judge", type=Path, help="yamnet.tflite, or a file beside it, or its folder")
    parser.add_argument(
        "--judge-python", default=sys.executable,
        help="Python with ai-edge-litert or tflite-runtime (default: the one that runs this)")
    parser.add_argument("--conditions", default=CONDITIONS, help="codebooks,period … (default '%(default)s')")
    parser.add_argument("--opus", default=OPUS_RATES, help="rates (default '%(default)s'), '' for none")
    parser.add_argument("--limit", type=int, help="only the first clips")
    parser.add_argument("--log", type=Path, default=Path(__file__).with_name("evaluations.csv"))
    arguments = parser.parse_args()

    paths = clips_in(arguments.clips)[: arguments.limit]
    clips = {path: read_mono(path) for path in paths}
    log = Log(arguments.log, arguments.model, len(clips))
    set_distances = {"frechet_codec": codec_frechet(arguments.vampc, paths)}
    if arguments.judge:
        set_distances["frechet"] = judged_frechet(FrechetJudge(arguments.judge, arguments.judge_python), paths)
    codec, _ = load_network(arguments.model / "codec.safetensors")
    with tempfile.TemporaryDirectory() as temporary:
        for figure in token_figures(arguments.model, arguments.clips, arguments.limit):
            log.add(figure)
        for figure in vampc_figures(arguments, Path(temporary), clips, codec, set_distances):
            log.add(figure)
        for figure in opus_figures(arguments, Path(temporary), clips, set_distances):
            log.add(figure)


if __name__ == "__main__":
    main()
