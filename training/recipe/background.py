"""Training that runs for days beside everything else: stages in order, resumed wherever the last process stopped."""

from __future__ import annotations

import csv
import datetime
import json
import os
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Protocol

import torch
from safetensors import safe_open

from recipe import runs
from recipe.audio_pool import AudioPool
from recipe.codec_training import DecoderTraining, JointTraining
from recipe.configuration import load_configuration
from recipe.dac import DAC
from recipe.distillation import DistillationTraining
from recipe.exact_checkpoint import ExactCheckpoint
from recipe.idle import StopRequested
from recipe.model_files import freeze_weight_norm, load_network, load_published_state, load_weights_like, save_network
from recipe.plan import StagePlan, load_plan

CHECKPOINT = "checkpoint.safetensors"
STATUS = "status.json"
LOG = "log.csv"
OPTIONS = "options.json"
STAGES = "stages"
DISCRIMINATORS = "discriminators.safetensors"
LOG_COLUMNS = (
    "date",
    "stage",
    "step",
    "stage_hours",
    "hours",
    "cpu_hours",
    "audio_hours",
    "steps_per_second",
    "fad_8k",
    "fad_4_1",
    "fad_4_1_way",
    "machine",
)
# Codebooks kept at (4, 1).
COARSE_CODEBOOKS = 4
STATUS_SECONDS = 20.0
SECONDS_PER_HOUR = 3600.0
# What one step counts at most: a process that was suspended has not trained.
LONGEST_STEP_SECONDS = 60.0


class Judge(Protocol):
    """What measures FAD of a codec, see `judge.CodecJudge`."""

    def frechet_distances(self, network: DAC, codebook_counts: list[int]) -> list[float]: ...


@dataclass
class Options:
    """Where a background training reads and what it begins with; remembered in the state folder."""

    plan: str
    audio: str
    encoder: str = ""
    decoder: str = ""
    clips: str = ""
    judge: str = ""
    seed: int = 0
    save_seconds: float = 600.0
    log_every: int = 100

    @staticmethod
    def remembered(folder: Path) -> dict[str, Any]:
        path = folder / OPTIONS
        return json.loads(path.read_text()) if path.exists() else {}

    def remember(self, folder: Path) -> None:
        write_json(folder / OPTIONS, asdict(self))


@dataclass
class Progress:
    """How far a training is: of the open stage, and of all stages together.

    `seconds` pass whether or not other work leaves the processor to the training. `machine_seconds`, processor time
    divided by the number of threads, are what the training really had: stages end by them.
    """

    stage: str
    step: int = 0
    seconds: float = 0.0
    machine_seconds: float = 0.0
    all_seconds: float = 0.0
    cpu_seconds: float = 0.0
    audio_seconds: float = 0.0
    # Machine seconds of the stage at which its final part began.
    final_from: float | None = None
    evaluations: list[dict[str, Any]] = field(default_factory=list)
    history: list[dict[str, Any]] = field(default_factory=list)
    finished: list[dict[str, Any]] = field(default_factory=list)

    @property
    def last_evaluation(self) -> dict[str, Any] | None:
        return self.evaluations[-1] if self.evaluations else None

    def gains_less_than(self, least_gain: float, hours: float) -> bool:
        """Whether each of the two last stretches of so many machine hours, in this stage and since its final part
        began, gained less."""
        since = self.final_from or 0.0
        found: list[tuple[float, float]] = []
        for entry in reversed(self.evaluations):
            seconds, fad = entry.get("machine_seconds", 0.0), entry["fad_8k"]
            is_apart = not found or found[-1][0] - seconds >= hours * SECONDS_PER_HOUR
            if fad is not None and seconds >= since and is_apart:
                found.append((seconds, fad))
        if not least_gain or len(found) < 3:
            return False
        (_, last), (_, middle), (_, first) = found[:3]
        return max(first - middle, middle - last) < least_gain

    def begin_stage(self, stage: str) -> None:
        self.finished.append(
            {
                "stage": self.stage,
                "steps": self.step,
                "hours": round(self.seconds / SECONDS_PER_HOUR, 3),
                "machine_hours": round(self.machine_seconds / SECONDS_PER_HOUR, 3),
            }
        )
        self.stage, self.step, self.seconds, self.machine_seconds = stage, 0, 0.0, 0.0
        self.final_from, self.evaluations = None, []


def write_json(path: Path, value: Any) -> None:
    """Replaces a file as a whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(path.name + ".new")
    unfinished.write_text(json.dumps(value, indent=1) + "\n")
    unfinished.replace(path)


def processor_name() -> str:
    """Model of the processor and the instruction set that PyTorch uses."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    name = names[0] if names else os.uname().machine
    return f"{name}, {torch.backends.cpu.get_cpu_capability()}, {torch.get_num_threads()} threads"


class CodecStage:
    """A stage that trains a DAC on crops of audio."""

    def __init__(self, plan: StagePlan, options: Options, seed: int) -> None:
        self.plan, self.options, self.seed = plan, options, seed
        self.configuration = load_configuration(plan.configuration_path)
        self.shape = self.configuration.codec
        self.machine = runs.Machine(is_compiled=False)
        # Narrow convolutions are faster with 32 bits, and wide ones gain a tenth.
        self.machine.has_16_bit_products = False
        torch.manual_seed(seed)
        self.network = DAC(**self.shape.kwargs)
        self.training = self.make_training()

    def make_training(self) -> Any:
        raise NotImplementedError

    def begin(self, previous: Path | None) -> None:
        """Takes the weights that the stage begins with; `previous` is the model that the stage before left."""
        raise NotImplementedError

    @property
    def crop_samples(self) -> int:
        return self.configuration.codec_training.crop_frames * self.shape.hop

    @property
    def seconds_per_step(self) -> float:
        """Audio heard in one step."""
        return self.configuration.codec_training.batch * self.crop_samples / self.shape.sample_rate

    def step(self, audio: AudioPool, step: int) -> dict[str, Any]:
        runs.seed_step(self.seed, sum(self.plan.name.encode()), step)
        crops = audio.crops(self.configuration.codec_training.batch, self.crop_samples)
        return self.training.step(crops, step)

    def start_final_part(self) -> None:
        self.training.learning_rate.factor = self.plan.final_rate

    def averaged(self) -> DAC:
        """The network with the averaged weights."""
        # Not a deep copy: PyTorch shares the classes of parametrised layers between copies.
        network = DAC(**self.shape.kwargs)
        network.load_state_dict(self.network.state_dict())
        self.training.average.copy_to(network)
        return network.requires_grad_(False).eval()

    def measure(self, judge: Judge) -> dict[str, Any]:
        network = freeze_weight_norm(self.averaged())
        whole, coarse = judge.frechet_distances(network, [self.shape.n_codebooks, COARSE_CODEBOOKS])
        return {"fad_8k": round(whole, 3), "fad_4_1": round(coarse, 3), "fad_4_1_way": "kept alone"}

    def export(self, folder: Path, history: list[dict[str, Any]]) -> None:
        """Writes the averaged weights as a model file."""
        folder.mkdir(parents=True, exist_ok=True)
        loudness = f"{self.configuration.audio.loudness_lufs:g}"
        save_network(
            folder / "codec.safetensors",
            self.averaged().state_dict(),
            "DAC",
            "codec",
            self.plan.name,
            self.shape.kwargs,
            {"loudness_lufs": loudness},
        )
        write_json(folder / "training.json", {"codec": history})


def load_half(network: torch.nn.Module, path: Path) -> None:
    """Fills an encoder or a decoder from a file of its own, with published names."""
    with safe_open(path, framework="pt") as file:
        tensors = {
            name.removeprefix("encoder.").removeprefix("decoder."): file.get_tensor(name) for name in file.keys()
        }
    load_published_state(network, tensors)


class DistilStage(CodecStage):
    """The decoder learns from the teacher; the quantiser is the teacher's, the encoder imitates the teacher's
    already."""

    def make_training(self) -> DistillationTraining:
        training = DistillationTraining(self.network, self.configuration, self.machine)
        self.teacher, _ = load_network(self.plan.teacher_path)
        training.learn_from(self.teacher.decoder)
        return training

    def begin(self, previous: Path | None) -> None:
        self.network.quantizer.load_state_dict(self.teacher.quantizer.state_dict())
        load_half(self.network.encoder, Path(self.options.encoder))
        if self.options.decoder:
            load_half(self.network.decoder, Path(self.options.decoder))
        self.training = self.make_training()


class AdversarialStage(CodecStage):
    """A stage with discriminators; it goes on with those of the stage before, where that one had the same."""

    def begin(self, previous: Path | None) -> None:
        if previous is None:
            raise SystemExit(f"{self.plan.name}: needs a stage before it")
        self.network.load_state_dict(load_weights_like(previous / "codec.safetensors", self.network.state_dict()))
        self.training = self.make_training()
        state = ExactCheckpoint.load(previous / DISCRIMINATORS)
        if state is None:
            return
        if state.numbers["shape"] != asdict(self.configuration.discriminators):
            raise SystemExit(
                f"{previous / DISCRIMINATORS}: other discriminators than those of {self.plan.configuration}"
            )
        state.take_network("discriminators", self.training.discriminators)
        state.take_optimiser("discriminator optimiser", self.training.discriminator_optimiser)

    def export(self, folder: Path, history: list[dict[str, Any]]) -> None:
        super().export(folder, history)
        state = ExactCheckpoint(numbers={"shape": asdict(self.configuration.discriminators)})
        state.put_network("discriminators", self.training.discriminators)
        state.put_optimiser("discriminator optimiser", self.training.discriminator_optimiser)
        state.save(folder / DISCRIMINATORS)


class JointStage(AdversarialStage):
    """Encoder, quantiser and decoder learn together, with discriminators."""

    def make_training(self) -> JointTraining:
        return JointTraining(self.network, self.configuration, self.machine)


class DecoderStage(AdversarialStage):
    """The decoder alone learns with discriminators, while every token stays as it is. With a teacher of the same
    latents the mel loss compares with what that one decodes."""

    def make_training(self) -> DecoderTraining:
        training = DecoderTraining(self.network, self.configuration, self.machine)
        if self.plan.teacher:
            training.learn_from(load_network(self.plan.teacher_path)[0].decoder)
        return training


STAGE_CLASSES: dict[str, type[CodecStage]] = {"distil": DistilStage, "joint": JointStage, "decoder": DecoderStage}


class BackgroundTraining:
    """The stages of a plan, with their checkpoint in `folder`."""

    def __init__(
        self,
        folder: Path,
        options: Options,
        open_audio: Callable[[CodecStage], AudioPool],
        judge: Judge | None,
    ) -> None:
        self.folder, self.options, self.judge = folder, options, judge
        self.open_audio = open_audio
        self.plans = load_plan(Path(options.plan))
        state = ExactCheckpoint.load(folder / CHECKPOINT)
        if state is None:
            self.progress = Progress(self.plans[0].name)
            self.stage = self.make_stage()
            self.stage.begin(None)
        else:
            self.progress = Progress(**state.numbers["progress"])
            self.stage = self.make_stage()
            self.stage.training.take(state)
        self.audio = open_audio(self.stage)
        self.begin_clock()
        self.save()

    def make_stage(self) -> CodecStage:
        plan = self.plans[self.plan_index]
        return STAGE_CLASSES[plan.kind](plan, self.options, self.options.seed)

    def begin_clock(self) -> None:
        self.clock, self.cpu_clock = time.monotonic(), time.process_time()
        self.saved = self.reported = self.clock
        self.journal = runs.Journal(
            self.folder / STAGES / self.progress.stage, self.options.log_every, self.progress.history
        )
        self.journal.begin(self.stage.machine, f"{self.audio.seconds / SECONDS_PER_HOUR:.2f} h")

    @property
    def plan_index(self) -> int:
        names = [plan.name for plan in self.plans]
        if self.progress.stage not in names:
            raise SystemExit(f"{self.options.plan}: has no stage {self.progress.stage}, which is open in {self.folder}")
        return names.index(self.progress.stage)

    def run(self, step_limit: int | None = None) -> bool:
        """Trains until the plan is finished (True), or until `step_limit` steps of this process or a stop (False).

        Saves in every case: nothing is lost, and a step that is interrupted is computed again.
        """
        steps = 0
        try:
            while step_limit is None or steps < step_limit:
                if self.evaluation_is_due:
                    self.evaluate()
                if self.stage_is_complete:
                    if not self.begin_next_stage():
                        return True
                    continue
                self.advance()
                steps += 1
        except StopRequested:
            print("stop requested", flush=True)
        self.save()
        return False

    def count_time(self) -> None:
        """Adds the time since the last call to the progress."""
        now, cpu = time.monotonic(), time.process_time()
        seconds = min(now - self.clock, LONGEST_STEP_SECONDS)
        self.progress.seconds += seconds
        self.progress.all_seconds += seconds
        self.progress.cpu_seconds += cpu - self.cpu_clock
        self.progress.machine_seconds += (cpu - self.cpu_clock) / torch.get_num_threads()
        self.clock, self.cpu_clock = now, cpu

    def advance(self) -> None:
        """One step."""
        training = self.stage.training
        quantiser = getattr(training, "quantiser", None)
        before = quantiser.snapshot() if quantiser else None
        try:
            figures = self.stage.step(self.audio, self.progress.step)
        except StopRequested:
            if quantiser:
                quantiser.restore(before)
            raise
        self.journal.note(self.progress.stage, self.progress.step, figures)
        self.progress.step += 1
        self.progress.audio_seconds += self.stage.seconds_per_step
        self.count_time()
        if self.final_part_is_due:
            self.progress.final_from = self.progress.machine_seconds
            self.stage.start_final_part()
        if self.clock - self.saved >= self.options.save_seconds:
            self.save()
        elif self.clock - self.reported >= STATUS_SECONDS:
            self.report()

    @property
    def final_part_is_due(self) -> bool:
        plan, progress = self.stage.plan, self.progress
        if not plan.final_share or progress.final_from is not None:
            return False
        is_late = progress.machine_seconds >= (1 - plan.final_share) * plan.hours * SECONDS_PER_HOUR
        return is_late or progress.gains_less_than(plan.least_gain, plan.evaluate_hours)

    @property
    def stage_is_complete(self) -> bool:
        plan, progress = self.stage.plan, self.progress
        if plan.steps and progress.step >= plan.steps:
            return True
        last = progress.last_evaluation
        if plan.goal_fad and last and last["fad_8k"] is not None and last["fad_8k"] <= plan.goal_fad:
            return True
        seconds = plan.hours * SECONDS_PER_HOUR
        if progress.final_from is None:
            return progress.machine_seconds >= seconds
        is_over = progress.machine_seconds - progress.final_from >= plan.final_share * seconds
        return is_over or progress.gains_less_than(plan.least_gain, plan.evaluate_hours)

    @property
    def evaluation_is_due(self) -> bool:
        last = self.progress.last_evaluation
        if last is None or last["stage"] != self.progress.stage:
            return True
        return self.progress.seconds - last["stage_seconds"] >= self.stage.plan.evaluate_hours * SECONDS_PER_HOUR

    def evaluate(self) -> None:
        """Measures FAD and appends a line to the log. The time that it takes is no time of training."""
        started = time.monotonic()
        figures: dict[str, Any] = {"fad_8k": None, "fad_4_1": None, "fad_4_1_way": ""}
        if self.judge is not None:
            figures = self.stage.measure(self.judge)
        progress = self.progress
        progress.evaluations.append(
            {
                "stage": progress.stage,
                "step": progress.step,
                "stage_seconds": progress.seconds,
                "machine_seconds": progress.machine_seconds,
                **figures,
            }
        )
        previous = progress.evaluations[-2] if len(progress.evaluations) > 1 else {"step": 0, "stage_seconds": 0.0}
        passed = progress.seconds - previous["stage_seconds"]
        row = {
            "date": datetime.datetime.now().isoformat(timespec="seconds"),
            "stage": progress.stage,
            "step": progress.step,
            "stage_hours": f"{progress.seconds / SECONDS_PER_HOUR:.3f}",
            "hours": f"{progress.all_seconds / SECONDS_PER_HOUR:.3f}",
            "cpu_hours": f"{progress.cpu_seconds / SECONDS_PER_HOUR:.3f}",
            "audio_hours": f"{progress.audio_seconds / SECONDS_PER_HOUR:.3f}",
            "steps_per_second": f"{(progress.step - previous['step']) / passed:.3f}" if passed else "",
            **{name: "" if value is None else value for name, value in figures.items()},
            "machine": processor_name(),
        }
        path = self.folder / LOG
        is_new = not path.exists()
        with path.open("a", newline="") as file:
            writer = csv.DictWriter(file, LOG_COLUMNS, lineterminator="\n")
            if is_new:
                writer.writeheader()
            writer.writerow(row)
        print(" ".join(f"{name} {value}" for name, value in row.items() if value != ""), flush=True)
        # The measurement is not training.
        self.clock += time.monotonic() - started
        self.cpu_clock = time.process_time()
        self.save()

    def begin_next_stage(self) -> bool:
        """Exports the stage that is complete and begins the next one; False where it was the last one."""
        if self.progress.last_evaluation is None or self.progress.last_evaluation["step"] != self.progress.step:
            self.evaluate()
        self.journal.remember()
        folder = self.folder / STAGES / self.progress.stage
        self.stage.export(folder, self.progress.history)
        index = self.plan_index + 1
        if index == len(self.plans):
            self.save()
            return False
        self.progress.begin_stage(self.plans[index].name)
        self.stage = self.make_stage()
        self.stage.begin(folder)
        self.audio = self.open_audio(self.stage)
        self.begin_clock()
        self.save()
        return True

    def save(self) -> None:
        """Writes the checkpoint and the status."""
        self.journal.remember()
        state = ExactCheckpoint()
        self.stage.training.put(state)
        state.numbers["progress"] = asdict(self.progress)
        state.save(self.folder / CHECKPOINT)
        self.saved = time.monotonic()
        self.report()

    def report(self) -> None:
        """Writes the status."""
        self.reported = time.monotonic()
        progress = self.progress
        write_json(
            self.folder / STATUS,
            {
                "stage": progress.stage,
                "step": progress.step,
                "stage_hours": progress.seconds / SECONDS_PER_HOUR,
                "machine_hours": progress.machine_seconds / SECONDS_PER_HOUR,
                "hours": progress.all_seconds / SECONDS_PER_HOUR,
                "cpu_hours": progress.cpu_seconds / SECONDS_PER_HOUR,
                "audio_hours": progress.audio_seconds / SECONDS_PER_HOUR,
                "last_evaluation": progress.last_evaluation,
                "finished": progress.finished,
                "next": self.next_step,
                "machine": processor_name(),
                "written": datetime.datetime.now().isoformat(timespec="seconds"),
            },
        )

    @property
    def next_step(self) -> str:
        """What ends the open stage, and what follows."""
        plan = self.stage.plan
        ends = [f"after {plan.hours:g} machine hours"]
        if plan.steps:
            ends.append(f"after {plan.steps} steps")
        if plan.goal_fad:
            ends.append(f"at FAD {plan.goal_fad:g}")
        if plan.final_share:
            part = (
                "the final part has begun" if self.progress.final_from is not None else "the final part has not begun"
            )
            ends.append(part)
        index = self.plan_index + 1
        following = self.plans[index].name if index < len(self.plans) else "the plan ends"
        return f"{following} ({', '.join(ends)})"
