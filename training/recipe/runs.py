"""One run of training: when it stops, which machine it uses, what it logs."""

from __future__ import annotations

import argparse
import csv
import platform
import signal
import time
from pathlib import Path
from typing import Any, Protocol

import torch
from torch import nn
from torch._functorch import config as functorch_config

from recipe.optimisation import MovingAverage

# Losses and other numbers of one step, by name: tensors of one element, or numbers.
Figures = dict[str, Any]

# Weight of a new value in the figures that are printed.
SMOOTHING = 0.02
# Time kept free for saving at the end of a run.
LAST_SAVE_SECONDS = 5


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options that all training commands share."""
    parser.add_argument("--configuration", required=True, type=Path, help="file of configurations/")
    parser.add_argument(
        "--state", required=True, type=Path, help="folder of the checkpoint; an existing one is resumed"
    )
    parser.add_argument(
        "--minutes", type=float, default=9.0, help="length of the run by the clock, loading included (default 9)"
    )
    parser.add_argument("--steps", type=int, help="largest number of steps in this run (default: no limit)")
    parser.add_argument("--cool-down", action="store_true", help="let the learning rate fall to its end in this run")
    parser.add_argument(
        "--compile", action="store_true", help="use torch.compile: the first step takes a minute, later ones are faster"
    )
    parser.add_argument("--seed", type=int, default=0, help="seed of all random numbers (default 0)")
    parser.add_argument(
        "--save-every", type=float, default=150, metavar="SECONDS", help="time between two checkpoints (default 150)"
    )
    parser.add_argument("--log-every", type=int, default=50, help="steps between two lines of the log (default 50)")


class Checkpoint(Protocol):
    """Where stages put their tensors and numbers: `PortableCheckpoint` or `ExactCheckpoint`."""

    tensors: dict[str, torch.Tensor]
    numbers: dict[str, Any]

    def put_exact(self, name: str, tensor: torch.Tensor) -> None: ...

    def put_network(self, prefix: str, network: nn.Module, average: MovingAverage | None = None) -> None: ...

    def take_network(self, prefix: str, network: nn.Module, average: MovingAverage | None = None) -> None: ...

    def put_optimiser(self, prefix: str, optimiser: torch.optim.Optimizer) -> None: ...

    def take_optimiser(self, prefix: str, optimiser: torch.optim.Optimizer) -> None: ...


class RunLimits:
    """When a run stops and when it saves. An interruption ends the run after the current step."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        self.started = time.monotonic()
        self.seconds = arguments.minutes * 60 - LAST_SAVE_SECONDS
        self.steps_left = arguments.steps if arguments.steps is not None else float("inf")
        self.saved, self.save_seconds = self.started, arguments.save_every
        self.is_stopped = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self.stop)

    def stop(self, *_: object) -> None:
        self.is_stopped = True

    @property
    def elapsed(self) -> float:
        return time.monotonic() - self.started

    @property
    def goes_on(self) -> bool:
        return not self.is_stopped and self.steps_left > 0 and self.elapsed < self.seconds

    def count_step(self) -> None:
        self.steps_left -= 1

    @property
    def is_time_to_save(self) -> bool:
        if time.monotonic() - self.saved < self.save_seconds:
            return False
        self.saved = time.monotonic()
        return True


class Machine:
    """The device and the arithmetic: bf16 products where there are units for them (GPU, AVX-512 BF16), else 32 bits."""

    def __init__(self, is_compiled: bool) -> None:
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.is_gpu = self.device.type == "cuda"
        self.has_16_bit_products = self.is_gpu or torch.cpu.get_capabilities().get("avx512_bf16", False)
        self.is_compiled = is_compiled
        if is_compiled:
            # `GradientBalance` goes through the discriminators' graph once for each of two losses.
            functorch_config.donated_buffer = False
        if self.is_gpu:
            torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
            torch.backends.cudnn.benchmark = True

    @property
    def name(self) -> str:
        return (
            torch.cuda.get_device_name() if self.is_gpu else f"{torch.get_num_threads()} CPU cores {platform.machine()}"
        )

    def autocast(self) -> torch.autocast:
        return torch.autocast(self.device.type, torch.bfloat16, enabled=self.has_16_bit_products)

    def compiled(self, module: nn.Module) -> nn.Module:
        return torch.compile(module) if self.is_compiled else module


def seed_step(seed: int, stage: int, step: int) -> None:
    """Makes all randomness of a step depend on these alone: a run that is resumed draws what it would have drawn."""
    torch.manual_seed(((seed * 31 + stage) << 32) + step)


class Journal:
    """Smoothed figures, printed and appended to `log.csv` beside the checkpoint, and the history of all runs.

    `history` is stored in the checkpoint: a dictionary for each run. Smoothing continues from the figures of the last
    run, so that a curve shows what a resume changed and nothing else.
    """

    def __init__(self, folder: Path, every: int, history: list[dict[str, Any]]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / "log.csv"
        self.every = every
        self.history = history
        self.smoothed = dict(history[-1]["figures"]) if history else {}
        self.started = time.monotonic()
        self.last = (0, self.started)

    def begin(self, machine: Machine, audio: str) -> None:
        self.history.append({"machine": machine.name, "data": audio, "steps": 0, "seconds": 0.0, "figures": {}})

    def note(self, stage: str, step: int, figures: Figures) -> None:
        """`figures`: numbers or one-element tensors; tensors are read only when a line is due."""
        current = self.history[-1]
        current["steps"] += 1
        for name, value in figures.items():
            value = value.detach().float() if torch.is_tensor(value) else value
            before = self.smoothed.get(f"{stage} {name}", value)
            self.smoothed[f"{stage} {name}"] = before + SMOOTHING * (value - before)
        if step % self.every == 0 or current["steps"] == 1:
            self.write(stage, step, figures)

    def write(self, stage: str, step: int, figures: Figures) -> None:
        now = time.monotonic()
        steps, since = self.last
        speed = (self.history[-1]["steps"] - steps) / max(now - since, 1e-9)
        self.last = (self.history[-1]["steps"], now)
        smoothed = {name: self.smoothed[f"{stage} {name}"] for name in figures}
        self.report(stage, step, smoothed, f" ({speed:.2f} steps/s, {(now - self.started) / 60:.1f} min)")

    def report(self, stage: str, step: int, figures: Figures, remark: str = "") -> None:
        """Prints figures and appends them to the log as they are: run, stage, step, name, value."""
        values = {name: f"{float(value):.5g}" for name, value in figures.items()}
        print(f"{stage} {step}: " + " ".join(f"{name} {value}" for name, value in values.items()) + remark, flush=True)
        with self.path.open("a", newline="") as file:
            csv.writer(file).writerows([len(self.history), stage, step, name, value] for name, value in values.items())

    def remember(self) -> None:
        """Brings the history up to date, before it is saved."""
        current = self.history[-1]
        current["seconds"] = round(time.monotonic() - self.started, 1)
        current["figures"] = {name: float(value) for name, value in self.smoothed.items()}
