"""Trains the stages of a plan at idle priority, for as long as nobody stops it.

    training/background [run] [OPTIONS]    go on with whatever stage is open, or begin the plan
    training/background status             stage, steps, hours, last FAD, what comes next
    training/background stop               ask the running process to save and stop, and wait for it

The first run needs `--audio`, a folder that prepare_audio.py made, and what the first stage begins with. Options are
remembered in the state folder. SIGTERM stops the run within ten seconds; the step in hand is computed again by the next run.
`log.csv` in the state folder has one line for every measurement of FAD, `stages/NAME/` the losses and the exported model.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import time
from dataclasses import fields
from pathlib import Path
from typing import Any

import torch

from recipe.audio_pool import AudioPool
from recipe.audio_store import StoredAudio
from recipe.background import STATUS, BackgroundTraining, CodecStage, Options
from recipe.configuration import load_configuration
from recipe.idle import AlreadyRunning, Lock, StopRequested, StopSignal, run_idle
from recipe.plan import TRAINING, load_plan

DEFAULT_PLAN = TRAINING / "plans" / "second.toml"
STORE = "audio-store"
STOP_SECONDS = 60.0


def default_state() -> Path:
    home = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(home) / "vampc-training"


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", nargs="?", choices=("run", "status", "stop"), default="run")
    parser.add_argument("--state", type=Path, default=default_state(), help="state folder (default %(default)s)")
    parser.add_argument("--plan", type=Path, help=f"file of plans/ (default {DEFAULT_PLAN.name})")
    parser.add_argument("--audio", type=Path, help="folder that prepare_audio.py made")
    parser.add_argument("--encoder", type=Path, help="safetensors file of the encoder to begin with")
    parser.add_argument("--decoder", type=Path, help="safetensors file of the decoder to begin with")
    parser.add_argument("--clips", type=Path, help="folder of clips to measure FAD on")
    parser.add_argument("--judge", type=Path, help="yamnet.tflite; without it FAD is not measured")
    parser.add_argument("--seed", type=int, help="of all random numbers (default 0)")
    parser.add_argument("--save-seconds", type=float, help="seconds between checkpoints (default 600)")
    parser.add_argument("--log-every", type=int, help="steps between lines of losses (default 100)")
    parser.add_argument("--threads", type=int, help="threads of PyTorch (default one a core)")
    parser.add_argument("--steps", type=int, help="stop after this many steps")
    return parser.parse_args()


def merged_options(arguments: argparse.Namespace) -> Options:
    """Options of the command line, then those that the state folder remembers, then defaults."""
    values: dict[str, Any] = {"plan": str(DEFAULT_PLAN)} | Options.remembered(arguments.state)
    for option in fields(Options):
        given = getattr(arguments, option.name)
        if given is not None:
            values[option.name] = str(given.resolve()) if isinstance(given, Path) else given
    if "audio" not in values:
        raise SystemExit(f"{arguments.state}: the first run needs --audio")
    if values.get("judge") and not values.get("clips"):
        raise SystemExit("--judge needs --clips")
    return Options(**values)


def make_judge(options: Options, stop: StopSignal) -> Any:
    if not options.judge:
        print("no --judge: FAD is not measured", file=sys.stderr, flush=True)
        return None
    # Needs the TFLite interpreter, which nothing else does.
    from recipe.judge import CodecJudge

    configuration = load_configuration(load_plan(Path(options.plan))[0].configuration_path)
    return CodecJudge(
        Path(options.judge), Path(options.clips), configuration.codec.sample_rate, configuration.audio.loudness_lufs,
        stop.check)


def train(arguments: argparse.Namespace) -> int:
    lock = Lock(arguments.state)
    try:
        lock.acquire()
    except AlreadyRunning as error:
        print(f"training/background: {error}", file=sys.stderr)
        return 1
    run_idle()
    stop = StopSignal()
    torch.set_num_threads(arguments.threads or os.cpu_count() or 1)
    options = merged_options(arguments)
    options.remember(arguments.state)

    def open_audio(stage: CodecStage) -> AudioPool:
        return StoredAudio(
            Path(options.audio), arguments.state / STORE, stage.configuration.audio, stage.shape.sample_rate,
            stage.crop_samples, stop.check)

    try:
        judge = make_judge(options, stop)
        training = BackgroundTraining(arguments.state, options, open_audio, judge)
    except StopRequested:
        print("stop requested before the first step", flush=True)
        return 0
    is_finished = training.run(arguments.steps)
    print("the plan is finished" if is_finished else f"saved: {training.progress.stage}, step {training.progress.step}")
    return 0


def show_status(folder: Path) -> int:
    path = folder / STATUS
    if not path.exists():
        print(f"{folder}: no training")
        return 1
    status = json.loads(path.read_text())
    last = status["last_evaluation"]
    fad = "not measured"
    if last and last["fad_8k"] is not None:
        fad = f"{last['fad_8k']:.2f} at 8 kbit/s, {last['fad_4_1']:.2f} at (4, 1) {last['fad_4_1_way']}, step {last['step']}"
    print(f"running    {'yes' if Lock(folder).is_held else 'no'} (status of {status['written']})")
    print(f"stage      {status['stage']}, {status['stage_hours']:.2f} h, machine hours {status['machine_hours']:.2f}")
    print(f"steps      {status['step']}")
    print(f"hours      {status['hours']:.2f} (processor {status['cpu_hours']:.2f}, audio heard {status['audio_hours']:.2f})")
    print(f"last FAD   {fad}")
    print(f"next       {status['next']}")
    print(f"machine    {status['machine']}")
    for stage in status["finished"]:
        print(f"finished   {stage['stage']}: {stage['steps']} steps, {stage['hours']:.2f} h, machine hours {stage['machine_hours']:.2f}")
    return 0


def stop_running(folder: Path) -> int:
    lock = Lock(folder)
    if not lock.is_held:
        print(f"{folder}: nothing runs")
        return 1
    started = time.monotonic()
    os.kill(int(lock.path.read_text()), signal.SIGTERM)
    while lock.is_held:
        if time.monotonic() - started > STOP_SECONDS:
            print(f"{folder}: still running after {STOP_SECONDS:g} s", file=sys.stderr)
            return 1
        time.sleep(0.1)
    print(f"stopped after {time.monotonic() - started:.1f} s")
    return 0


def main() -> int:
    arguments = parse_arguments()
    if arguments.command == "status":
        return show_status(arguments.state)
    if arguments.command == "stop":
        return stop_running(arguments.state)
    return train(arguments)


if __name__ == "__main__":
    sys.exit(main())
