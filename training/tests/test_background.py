"""Background training on the tiny configuration: stages, resumed runs, signals, lock and status."""

from __future__ import annotations

import csv
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from conftest import TINY, TRAINING
from safetensors.torch import save_file

from recipe.audio_pool import AudioPool
from recipe.audio_store import StoredAudio
from recipe.background import LOG, BackgroundTraining, DecoderStage, Options, Progress
from recipe.configuration import Configuration, ConfigurationError, load_configuration
from recipe.dac import DAC
from recipe.exact_checkpoint import ExactCheckpoint
from recipe.idle import StopRequested
from recipe.model_files import load_network, published_state, save_network
from recipe.plan import load_plan

DISTIL_STEPS = 3
STOP_SECONDS = 10.0
START_SECONDS = 120.0
PLAN = """
[[stage]]
name = "distil"
kind = "distil"
configuration = "{configuration}"
teacher = "{teacher}"
hours = 1.0
steps = {distil_steps}

[[stage]]
name = "joint"
kind = "joint"
configuration = "{configuration}"
hours = {joint_hours}
{more}
"""


class SteadyJudge:
    """Judge that gives values from a list, the last one for ever."""

    def __init__(self, *values: float) -> None:
        self.values = list(values)

    def frechet_distances(self, network: DAC, codebook_counts: list[int]) -> list[float]:
        value = self.values.pop(0) if len(self.values) > 1 else self.values[0]
        return [value + 10 * index for index in range(len(codebook_counts))]


@pytest.fixture
def begin_with(tmp_path: Path, configuration: Configuration) -> dict[str, Path]:
    """Model file of a teacher, and an encoder and a decoder to begin with."""
    torch.manual_seed(5)
    teacher, student = DAC(**configuration.codec.kwargs), DAC(**configuration.codec.kwargs)
    save_network(
        tmp_path / "teacher.safetensors",
        teacher.state_dict(),
        "DAC",
        "codec",
        "teacher",
        configuration.codec.kwargs,
        {},
    )
    for part in ("encoder", "decoder"):
        tensors = published_state(getattr(student, part).state_dict())
        save_file({name: value.clone() for name, value in tensors.items()}, tmp_path / f"{part}.safetensors")
    return {name: tmp_path / f"{name}.safetensors" for name in ("teacher", "encoder", "decoder")}


def write_plan(
    folder: Path,
    begin_with: dict[str, Path],
    distil_steps: int = DISTIL_STEPS,
    joint_hours: float = 1.0,
    more: str = "",
) -> Path:
    path = folder / "plan.toml"
    path.write_text(
        PLAN.format(
            configuration=TINY,
            teacher=begin_with["teacher"],
            distil_steps=distil_steps,
            joint_hours=joint_hours,
            more=more,
        )
    )
    return path


@pytest.fixture
def options(tmp_path: Path, begin_with: dict[str, Path], audio_folder: Path) -> Options:
    return Options(
        plan=str(write_plan(tmp_path, begin_with)),
        audio=str(audio_folder),
        encoder=str(begin_with["encoder"]),
        decoder=str(begin_with["decoder"]),
        log_every=2,
    )


def open_training(
    folder: Path, options: Options, audio: AudioPool, judge: SteadyJudge | None = None
) -> BackgroundTraining:
    return BackgroundTraining(folder, options, lambda stage: audio, judge)


def checkpoint(folder: Path) -> ExactCheckpoint:
    state = ExactCheckpoint.load(folder / "checkpoint.safetensors")
    assert state is not None
    return state


def assert_same_checkpoints(found: ExactCheckpoint, wanted: ExactCheckpoint) -> None:
    """Every weight, average and moment is equal bit for bit."""
    assert found.tensors.keys() == wanted.tensors.keys()
    for name, value in wanted.tensors.items():
        assert torch.equal(found.tensors[name], value), name


@pytest.mark.parametrize("steps", [2, 5, 8])
def test_a_resumed_run_computes_what_the_uninterrupted_one_does(
    tmp_path: Path,
    options: Options,
    audio: AudioPool,
    steps: int,
) -> None:
    """Stopped within the first stage, before the discriminators and after them."""
    open_training(tmp_path / "whole", options, audio).run(11)
    open_training(tmp_path / "parts", options, audio).run(steps)
    open_training(tmp_path / "parts", options, audio).run(11 - steps)
    found, wanted = checkpoint(tmp_path / "parts"), checkpoint(tmp_path / "whole")
    assert wanted.numbers["progress"]["stage"] == "joint"
    assert found.numbers["progress"]["step"] == wanted.numbers["progress"]["step"] == 11 - DISTIL_STEPS
    assert any(name.startswith("discriminator optimiser.") for name in wanted.tensors)
    assert_same_checkpoints(found, wanted)
    assert found.numbers["balance"] == wanted.numbers["balance"]


@pytest.mark.parametrize("part", ["encoder", "decoder", "discriminators"])
def test_a_step_that_is_interrupted_leaves_no_trace(
    tmp_path: Path,
    options: Options,
    audio: AudioPool,
    part: str,
) -> None:
    open_training(tmp_path / "whole", options, audio).run(9)
    training = open_training(tmp_path / "parts", options, audio)
    training.run(7)
    owner = training.stage.training if part == "discriminators" else training.stage.network

    def interrupt(*_: object) -> None:
        raise StopRequested

    hook = getattr(owner, part).register_forward_pre_hook(interrupt)
    before = training.progress.step
    assert not training.run(2) and training.progress.step == before
    hook.remove()
    open_training(tmp_path / "parts", options, audio).run(2)
    assert_same_checkpoints(checkpoint(tmp_path / "parts"), checkpoint(tmp_path / "whole"))


def test_stages_follow_each_other_and_leave_models(
    tmp_path: Path,
    options: Options,
    audio: AudioPool,
    begin_with: dict[str, Path],
) -> None:
    options.plan = str(write_plan(tmp_path, begin_with, more="steps = 6"))
    training = open_training(tmp_path / "state", options, audio, SteadyJudge(50.0))
    assert training.run()
    for stage in ("distil", "joint"):
        codec, _ = load_network(tmp_path / "state" / "stages" / stage / "codec.safetensors")
        assert isinstance(codec, DAC)
    with (tmp_path / "state" / LOG).open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["stage"], row["step"], row["fad_8k"], row["fad_4_1"]) for row in rows] == [
        ("distil", "0", "50.0", "60.0"),
        ("distil", "3", "50.0", "60.0"),
        ("joint", "0", "50.0", "60.0"),
        ("joint", "6", "50.0", "60.0"),
    ]
    heard = 9 * training.stage.seconds_per_step / 3600
    assert float(rows[-1]["audio_hours"]) == pytest.approx(heard, abs=1e-3)
    assert "threads" in rows[0]["machine"] and training.progress.all_seconds > training.progress.seconds > 0
    # Whoever starts again finds the plan finished.
    assert open_training(tmp_path / "state", options, audio, SteadyJudge(50.0)).run()


def test_discriminators_go_on_from_stage_to_stage(
    tmp_path: Path,
    options: Options,
    audio: AudioPool,
    begin_with: dict[str, Path],
) -> None:
    plan = write_plan(tmp_path, begin_with, distil_steps=1, more="steps = 1\n")
    joint = plan.read_text().split("[[stage]]")[2]
    decoder = joint.replace('"joint"', '"decoder"').replace(
        "steps = 1", f'steps = 8\nteacher = "{begin_with["teacher"]}"'
    )
    plan.write_text(plan.read_text().replace(joint, f"{decoder}\n[[stage]]{joint}"))
    training = open_training(tmp_path / "state", options, audio)
    training.run(1 + 8)
    assert isinstance(training.stage, DecoderStage) and training.stage.training.teacher is not None
    learnt = {name: value.clone() for name, value in training.stage.training.discriminators.state_dict().items()}
    frozen = training.stage.network.encoder.state_dict()
    assert training.begin_next_stage() and training.progress.stage == "joint"
    found = training.stage.training.discriminators.state_dict()
    assert all(torch.equal(value, found[name]) for name, value in learnt.items())
    assert training.stage.training.discriminator_optimiser.state
    # Model files have 16 bits.
    for name, value in training.stage.network.encoder.state_dict().items():
        assert torch.equal(value, frozen[name].half().float()), name


def test_distillation_brings_the_decoder_nearer_to_the_teacher(
    tmp_path: Path,
    options: Options,
    audio: AudioPool,
    begin_with: dict[str, Path],
) -> None:
    options.plan = str(write_plan(tmp_path, begin_with, distil_steps=60))
    training = open_training(tmp_path / "state", options, audio)
    stage = training.stage
    frozen = {
        name: value.clone() for name, value in stage.network.state_dict().items() if not name.startswith("decoder.")
    }
    losses = [float(stage.step(audio, step)["mel"].detach()) for step in range(40)]
    assert sum(losses[-10:]) < 0.9 * sum(losses[:10])
    after = stage.network.state_dict()
    assert all(torch.equal(value, after[name]) for name, value in frozen.items())


def test_a_goal_ends_a_stage(
    tmp_path: Path,
    options: Options,
    audio: AudioPool,
    begin_with: dict[str, Path],
) -> None:
    options.plan = str(write_plan(tmp_path, begin_with, distil_steps=1, more="goal_fad = 19.0\nevaluate_hours = 1e-9"))
    training = open_training(tmp_path / "state", options, audio, SteadyJudge(60.0, 60.0, 30.0, 25.0, 19.0))
    assert training.run()
    assert training.progress.stage == "joint" and training.progress.step == 2


def test_small_gains_begin_the_final_part_and_end_it(
    tmp_path: Path,
    options: Options,
    audio: AudioPool,
    begin_with: dict[str, Path],
) -> None:
    more = "final_share = 0.25\nfinal_rate = 0.25\nleast_gain = 0.3\nevaluate_hours = 1e-9"
    options.plan = str(write_plan(tmp_path, begin_with, distil_steps=1, more=more))
    # Two in the first stage; the second one gains much three times, then twice too little, and in the end again.
    values = [60.0, 60.0, 30.0, 27.0, 25.0, 22.0, 21.9, 21.8, 20.0, 19.9, 19.8, 19.7]
    training = open_training(tmp_path / "state", options, audio, SteadyJudge(*values))
    assert training.stage.training.learning_rate.factor == 1.0
    training.run(1 + 3)
    assert training.progress.stage == "joint" and training.progress.final_from is None
    assert training.run()
    assert training.progress.final_from is not None
    assert training.stage.training.learning_rate.factor == 0.25
    resumed = open_training(tmp_path / "state", options, audio, SteadyJudge(19.7))
    assert resumed.stage.training.learning_rate.factor == 0.25


def test_progress_without_measurements_never_gains_too_little() -> None:
    progress = Progress("joint")
    for _ in range(5):
        progress.evaluations.append({"machine_seconds": 0.0, "fad_8k": None})
    assert not progress.gains_less_than(0.3, 0.0)


def test_gains_are_compared_over_stretches_of_machine_hours() -> None:
    """Measurements between them, when other work left the processor to the training for minutes, say nothing."""
    progress = Progress("joint")
    for hours, fad in ((0.0, 20.0), (3.0, 19.0), (3.1, 19.0), (3.2, 19.0), (6.0, 18.0)):
        progress.evaluations.append({"machine_seconds": 3600 * hours, "fad_8k": fad})
        assert not progress.gains_less_than(0.3, 3.0)
    for hours, fad in ((9.0, 17.8), (12.0, 17.7)):
        progress.evaluations.append({"machine_seconds": 3600 * hours, "fad_8k": fad})
    assert progress.gains_less_than(0.3, 3.0) and not progress.gains_less_than(0.05, 3.0)
    progress.final_from = 3600 * 8.0
    assert not progress.gains_less_than(0.3, 3.0)


def test_time_in_which_the_process_stands_still_is_no_training(
    tmp_path: Path,
    options: Options,
    audio: AudioPool,
) -> None:
    training = open_training(tmp_path / "state", options, audio)
    training.run(2)
    before, machine = training.progress.seconds, training.progress.machine_seconds
    training.clock -= 5000
    training.run(1)
    assert before + 60 <= training.progress.seconds < before + 70
    assert training.progress.machine_seconds < machine + 60


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[[stage]]\nname = 'x'",
        "[[stage]]\nname = 'x'\nkind = 'y'\nconfiguration = ''\nhours = 1.0",
        "[[stage]]\nname = 'x'\nkind = 'joint'\nconfiguration = ''\nhours = 1.0\nother = 1",
    ],
)
def test_a_file_that_is_no_plan_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "plan.toml").write_text(text)
    with pytest.raises(ConfigurationError, match=r"plan.toml"):
        load_plan(tmp_path / "plan.toml")


def test_every_plan_names_configurations_that_load() -> None:
    plans = sorted((TRAINING / "plans").glob("*.toml"))
    assert plans
    for path in plans:
        shapes = [load_configuration(stage.configuration_path).codec for stage in load_plan(path)]
        assert all(shape == shapes[0] for shape in shapes)
        for stage in load_plan(path):
            assert not stage.teacher or stage.teacher_path.is_file()


def test_stored_audio_gives_the_crops_of_the_pool(
    tmp_path: Path,
    audio_folder: Path,
    audio: AudioPool,
    configuration: Configuration,
) -> None:
    rate, length = configuration.codec.sample_rate, configuration.codec_training.crop_frames * configuration.codec.hop
    for _ in range(2):
        stored = StoredAudio(audio_folder, tmp_path, configuration.audio, rate, length)
        torch.manual_seed(3)
        found = stored.crops(20, 4096)
        torch.manual_seed(3)
        assert torch.equal(found, audio.crops(20, 4096))
    written = (tmp_path / "audio.int16").stat().st_mtime_ns
    StoredAudio(audio_folder, tmp_path, configuration.audio, rate, length)
    assert (tmp_path / "audio.int16").stat().st_mtime_ns == written


# The command itself, in a process of its own.


class Command:
    """Calls of `training/background` with one state folder."""

    def __init__(self, folder: Path, options: Options) -> None:
        self.folder = folder
        self.options = [
            "--plan",
            options.plan,
            "--audio",
            options.audio,
            "--encoder",
            options.encoder,
            "--decoder",
            options.decoder,
            "--threads",
            "2",
        ]

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        # Two threads of NumPy and PyTorch, to which the system may deliver a signal, too.
        environment = os.environ | {"VAMPC_TRAINING_PYTHON": sys.executable, "OMP_NUM_THREADS": "2"}
        return subprocess.Popen(
            [TRAINING / "background", *arguments, "--state", self.folder],
            env=environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def call(self, *arguments: str) -> tuple[int, str, str]:
        process = self.start(*arguments)
        output, errors = process.communicate(timeout=START_SECONDS)
        return process.returncode, output, errors

    def step(self) -> int:
        return int(checkpoint(self.folder).numbers["progress"]["step"])


@pytest.fixture
def command(tmp_path: Path, options: Options, begin_with: dict[str, Path]) -> Command:
    options.plan = str(write_plan(tmp_path, begin_with, distil_steps=100_000))
    return Command(tmp_path / "state", options)


@pytest.fixture
def running(command: Command) -> Iterator[subprocess.Popen[str]]:
    """A process that has trained for some steps."""
    process = command.start("run", *command.options, "--log-every", "1")
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("distil 3:"):
            break
    assert process.poll() is None
    yield process
    if process.poll() is None:
        process.kill()
    process.communicate()


def test_a_signal_stops_the_run_and_loses_nothing(command: Command, running: subprocess.Popen[str]) -> None:
    started = time.monotonic()
    running.send_signal(signal.SIGTERM)
    output, errors = running.communicate(timeout=START_SECONDS)
    assert time.monotonic() - started < STOP_SECONDS
    assert running.returncode == 0, errors
    # Step 3 was computed before the signal; every step that was computed is saved.
    saved = command.step()
    steps = [int(line.split()[1].rstrip(":")) for line in output.splitlines() if line.startswith("distil ")]
    assert saved == max(steps, default=3) + 1
    code, output, errors = command.call("run", "--steps", "2", "--log-every", "1")
    assert code == 0, errors
    assert f"distil {saved}:" in output and command.step() == saved + 2


def test_the_run_has_idle_priority(running: subprocess.Popen[str]) -> None:
    if not hasattr(os, "SCHED_IDLE"):
        assert os.getpriority(os.PRIO_PROCESS, running.pid) == 19
        return
    threads = [int(path.name) for path in Path(f"/proc/{running.pid}/task").iterdir()]
    assert threads and {os.sched_getscheduler(thread) for thread in threads} == {os.SCHED_IDLE}


def test_a_second_run_is_refused(command: Command, running: subprocess.Popen[str]) -> None:
    code, _, errors = command.call("run", *command.options)
    assert code == 1 and f"process {running.pid} trains here" in errors
    assert running.poll() is None


def test_status_says_how_far_the_run_is(command: Command, running: subprocess.Popen[str]) -> None:
    _, output, _ = command.call("status")
    lines = {line.split()[0]: line for line in output.splitlines()}
    assert lines["running"].split()[1] == "yes" and lines["stage"].split()[1].startswith("distil")
    code, output, _ = command.call("stop")
    assert code == 0 and "stopped after" in output
    assert running.wait(START_SECONDS) == 0
    _, output, _ = command.call("status")
    lines = {line.split()[0]: line for line in output.splitlines()}
    assert lines["running"].split()[1] == "no"
    assert int(lines["steps"].split()[1]) == command.step() > 3
    assert float(lines["hours"].split()[1]) >= 0 and "not measured" in lines["last"]
    assert lines["next"].split()[1] == "joint" and "threads" in lines["machine"]


def test_the_first_run_needs_audio(tmp_path: Path, command: Command) -> None:
    code, _, errors = command.call("run")
    assert code == 1 and "the first run needs --audio" in errors
    assert command.call("status")[0] == 1


def test_idle_process_leads_a_session_of_lowest_priority() -> None:
    autogroup = Path("/proc/self/autogroup")
    if not autogroup.exists():
        pytest.skip("kernel without autogroups")
    script = (
        "from pathlib import Path; import os; from recipe.idle import run_idle; run_idle();"
        "print(os.getsid(0) == os.getpid(), Path('/proc/self/autogroup').read_text().split()[-1])"
    )
    outer = os.getsid(0)
    result = subprocess.run(
        [sys.executable, "-c", script],
        cwd=TRAINING,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
    )
    assert result.stdout.split() == ["True", "19"]
    assert os.getsid(0) == outer
