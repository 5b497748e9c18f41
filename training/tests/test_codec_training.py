"""The codec's stages on the tiny configuration: losses fall, a resumed run goes on as the uninterrupted one does."""

from __future__ import annotations

import json
import shutil
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from conftest import REPOSITORY, TINY, saved_in
from conftest import run as command

from recipe.audio_pool import ArrivingAudio, AudioPool, Crops, recording_gain_db
from recipe.codec_run import CodecRun
from recipe.codec_training import DecoderTraining, JointTraining
from recipe.configuration import Configuration
from recipe.model_files import load_network, model_metadata, save_network
from recipe.runs import Figures, Machine
from recipe.vampnet import VampNet

# 12 steps of each stage, and what follows.
SAVED_AT, STEPS = 36, 42
# What rounding may change in the loss of the first step after a resume, and in those of later ones. Runs part: second
# moments of a few steps that were rounded to 8 bits are other steps, and a vector between two codes goes to the other
# one for the least of reasons (of such runs the mean over steps is held to the same). It depends on the arithmetic of
# the machine, too.
TOLERANCE, LATER_TOLERANCE = 0.01, 0.03


class SameCrops:
    """The same crops at every step: how losses fall is then no matter of luck."""

    def __init__(self, audio: AudioPool) -> None:
        self.audio = audio

    def crops(self, count: int, sample_count: int) -> torch.Tensor:
        torch.manual_seed(count)
        return self.audio.crops(count, sample_count)


def values(figures: Figures, *names: Any) -> list[float]:
    return [float(figures[name].detach()) for name in names]


def advance(run: CodecRun, audio: Crops, count: int) -> list[tuple[Any, ...]]:
    """(stage, step, mel or residual) of each step."""
    found = []
    for _ in range(count):
        stage, step, figures = run.advance(audio)
        found.append((stage, step, *values(figures, "residual" if stage == "inner" else "mel")))
    return found


def carried(run: CodecRun, folder: Path, configuration: Configuration, machine: Machine) -> CodecRun:
    """The run as another machine resumes it."""
    run.history.append({"machine": "", "data": "", "steps": run.step, "seconds": 0})
    run.save(folder)
    other = CodecRun(configuration, machine, run.seed)
    other.take(saved_in(folder))
    return other


@pytest.fixture
def run(configuration: Configuration, machine: Machine) -> CodecRun:
    run = CodecRun(configuration, machine, seed=1)
    run.begin(None)
    return run


def test_losses_fall_in_every_stage_and_a_resumed_run_continues(
    run: CodecRun, audio: AudioPool, configuration: Configuration, machine: Machine, tmp_path: Path
) -> None:
    trajectory = advance(run, SameCrops(audio), SAVED_AT)
    for stage in ("outer", "inner", "joint"):
        losses = [loss for name, _, loss in trajectory if name == stage]
        assert len(losses) == 12 and losses[-1] < 0.97 * losses[0], f"{stage}: {losses}"
    resumed = carried(run, tmp_path, configuration, machine)
    expected = advance(run, audio, STEPS - SAVED_AT)
    found = advance(resumed, audio, STEPS - SAVED_AT)
    assert [entry[:2] for entry in found] == [entry[:2] for entry in expected]
    assert all(stage == "joint" for stage, *_ in found)
    wanted, got = ([loss for *_, loss in entries] for entries in (expected, found))
    assert got[0] == pytest.approx(wanted[0], rel=TOLERANCE)
    assert np.mean(got) == pytest.approx(np.mean(wanted), rel=LATER_TOLERANCE)
    # The resumed run, too, has its discriminators and its codes.
    _, _, figures = resumed.advance(audio)
    assert {"adversarial", "features", "discriminators"} <= figures.keys()
    assert float(figures["first codebook in use"]) > 4


@pytest.mark.parametrize("steps", [5, 17])
def test_growth_is_resumed_within_a_stage(
    audio: AudioPool, configuration: Configuration, machine: Machine, tmp_path: Path, steps: int
) -> None:
    """The median of three runs: in one of six, a gradient at its limit makes another second step of the rounding."""
    later = []
    for seed in (1, 2, 3):
        run = CodecRun(configuration, machine, seed)
        run.begin(None)
        advance(run, audio, steps)
        resumed = carried(run, tmp_path / str(seed), configuration, machine)
        expected, found = advance(run, audio, 3), advance(resumed, audio, 3)
        assert [entry[:2] for entry in found] == [entry[:2] for entry in expected]
        errors = [abs(got / wanted - 1) for (*_, wanted), (*_, got) in zip(expected, found, strict=False)]
        assert errors[0] < TOLERANCE
        later.append(max(errors[1:]))
    assert np.median(later) < LATER_TOLERANCE


def test_decoder_training_leaves_every_token_as_it_was(
    run: CodecRun, audio: AudioPool, configuration: Configuration, machine: Machine
) -> None:
    advance(run, audio, 26)
    assert isinstance(run.stage, JointTraining)
    run.stage = DecoderTraining(run.network, configuration, machine)
    run.step = 0
    frozen = {
        name: value.clone() for name, value in run.network.state_dict().items() if not name.startswith("decoder.")
    }
    crops = audio.crops(4, 64 * configuration.codec.hop)
    codes = run.network.encode(crops)
    losses = [loss for *_, loss in advance(run, SameCrops(audio), 10)]
    # Half of the crops use a random number of codebooks, so the loss is not smooth.
    assert np.mean(losses[-3:]) < np.mean(losses[:3])
    after = run.network.state_dict()
    assert all(torch.equal(value, after[name]) for name, value in frozen.items())
    assert torch.equal(run.network.encode(crops), codes)
    assert all(
        torch.equal(run.stage.average.parameters[name], value)
        for name, value in frozen.items()
        if name in run.stage.average.parameters
    )


def generator_file(configuration: Configuration, folder: Path) -> Path:
    """A file of a coarse-to-fine transformer of the configuration's size that has learnt nothing."""
    kwargs = configuration.vampnet_kwargs("c2f")
    save_network(folder / "c2f.safetensors", VampNet(**kwargs).state_dict(), "VampNet", "c2f", "c2f", kwargs, {})
    return folder / "c2f.safetensors"


def test_a_decoder_hears_what_is_generated(
    run: CodecRun, audio: AudioPool, configuration: Configuration, machine: Machine, tmp_path: Path
) -> None:
    path = generator_file(configuration, tmp_path)
    with pytest.raises(SystemExit, match=r"of a decoder alone"):
        run.generate_with([path])
    run.stage = DecoderTraining(run.network, configuration, machine)
    with torch.no_grad():
        codes = run.network.encode(audio.crops(200, 8 * configuration.codec.hop))
    depths = torch.ones(len(codes), dtype=torch.long)
    run.generate_with([path])
    heard, used = run.stage.generate(codes, depths)
    given = configuration.c2f.n_conditioning_codebooks
    assert torch.equal(heard[:, :given], codes[:, :given])
    is_generated = used > 1
    assert 0.3 < is_generated.float().mean() < 0.5 and (used[is_generated] == configuration.codec.n_codebooks).all()
    assert torch.equal(heard[~is_generated], codes[~is_generated])
    network, _ = load_network(path)
    mask = torch.ones_like(codes, dtype=torch.bool)
    mask[:, :given] = False
    # What is hidden makes no difference.
    latents = network.latents(codes.where(~mask, 0), mask, run.network.quantizer.books)
    assert torch.equal(heard[is_generated, given:], network(latents).argmax(-1).transpose(1, 2)[is_generated])
    # It learns from that, and only the decoder does.
    before = {name: value.clone() for name, value in run.network.state_dict().items()}
    advance(run, audio, configuration.codec_training.warmup_steps + 1)
    changed = {
        name.split(".")[0] for name, value in run.network.state_dict().items() if not torch.equal(value, before[name])
    }
    assert changed == {"decoder"}


def test_a_decoder_hears_coarse_tokens_that_are_drawn(
    run: CodecRun, audio: AudioPool, configuration: Configuration, machine: Machine, tmp_path: Path
) -> None:
    run.stage = DecoderTraining(run.network, configuration, machine)
    kwargs = configuration.vampnet_kwargs("coarse")
    path = tmp_path / "coarse.safetensors"
    save_network(path, VampNet(**kwargs).state_dict(), "VampNet", "coarse", "coarse", kwargs, {})
    run.generate_with([generator_file(configuration, tmp_path), path])
    with torch.no_grad():
        codes = run.network.encode(audio.crops(200, 8 * configuration.codec.hop))
    given = configuration.c2f.n_conditioning_codebooks
    coarse = run.stage.drawn(codes[:, :given])
    assert torch.equal(coarse[:, 0], codes[:, 0])
    is_drawn = (coarse != codes[:, :given]).any((1, 2))
    assert 0.35 < is_drawn.float().mean() < 0.65
    heard, used = run.stage.generate(codes, torch.ones(len(codes), dtype=torch.long))
    other = (heard[:, 1:given] != codes[:, 1:given]).any((1, 2))
    assert (used[other] == configuration.codec.n_codebooks).all() and 0.1 < other.float().mean() < 0.35
    with pytest.raises(SystemExit, match=r"coarse.safetensors: not a coarse-to-fine transformer"):
        run.generate_with([path])


def codec_file(run: CodecRun, configuration: Configuration, path: Path) -> Path:
    save_network(path, run.network.state_dict(), "DAC", "codec", "codec", configuration.codec.kwargs, {})
    return path


def test_a_decoder_is_teacher_another_one(
    run: CodecRun, audio: AudioPool, configuration: Configuration, machine: Machine, tmp_path: Path
) -> None:
    path = codec_file(run, configuration, tmp_path / "codec.safetensors")
    with pytest.raises(SystemExit, match=r"of a decoder alone"):
        run.learn_from(path)
    # Near to a teacher that it is alike there is nothing to learn; nothing waits for discriminators where none are
    # asked.
    training = replace(
        configuration.codec_training,
        adversarial_share=0.0,
        feature_share=0.0,
        band_share=0.0,
        tone_share=0.0,
        waveform_share=0.0,
    )
    run.configuration = replace(configuration, codec_training=training)
    run.stage = DecoderTraining(run.network, run.configuration, machine)
    _, _, alone = run.advance(SameCrops(audio))
    assert "discriminators" not in alone and "gradient" in alone
    run.network.load_state_dict(load_network(path)[0].state_dict())
    run.learn_from(path)
    _, _, imitating = run.advance(SameCrops(audio))
    assert float(imitating["mel"].detach()) < 1e-3 * float(alone["mel"].detach())
    # From another decoder it learns, and the teacher stays as it is.
    with torch.no_grad():
        for parameter in run.network.decoder.parameters():
            parameter.mul_(0.8)
    before = [value.clone() for value in run.stage.teacher.state_dict().values()]
    losses = [loss for *_, loss in advance(run, SameCrops(audio), 12)]
    assert np.mean(losses[-3:]) < np.mean(losses[:3])
    assert all(torch.equal(old, new) for old, new in zip(before, run.stage.teacher.state_dict().values(), strict=False))


def test_a_teacher_of_other_latents_is_refused(
    run: CodecRun, configuration: Configuration, machine: Machine, tmp_path: Path
) -> None:
    path = codec_file(run, configuration, tmp_path / "codec.safetensors")
    run.stage = DecoderTraining(run.network, configuration, machine)
    with torch.no_grad():
        run.network.quantizer.quantizers[1].codebook.weight[3] += 1
    with pytest.raises(SystemExit, match=r"latents are others: quantizer.quantizers.1.codebook"):
        run.learn_from(path)


def test_parts_that_arrive_are_taken_up(audio_folder: Path, configuration: Configuration, tmp_path: Path) -> None:
    folder = tmp_path / "parts"
    shutil.copytree(audio_folder, folder / "part-000")
    audio = ArrivingAudio(folder, configuration.audio, configuration.codec.sample_rate, 1000, torch.device("cpu"))
    first = audio.pool
    assert not audio.look() and audio.pool is first
    shutil.copytree(audio_folder, tmp_path / "arriving")
    (tmp_path / "arriving").rename(folder / "part-001")
    for _ in range(600):
        if audio.look():
            break
        time.sleep(0.1)
    assert audio.pool.seconds == pytest.approx(2 * first.seconds) and not audio.look()


def test_a_transformer_of_other_tokens_is_refused(
    run: CodecRun, configuration: Configuration, machine: Machine, tmp_path: Path
) -> None:
    run.stage = DecoderTraining(run.network, configuration, machine)
    other = replace(configuration, codec=replace(configuration.codec, codebook_size=64))
    with pytest.raises(SystemExit, match=r"c2f.safetensors: not a coarse-to-fine transformer of the codec's"):
        run.generate_with([generator_file(other, tmp_path)])


def test_a_blend_lies_between_the_run_and_its_beginning(
    run: CodecRun, audio: AudioPool, configuration: Configuration, machine: Machine, tmp_path: Path
) -> None:
    kwargs = configuration.codec.kwargs
    save_network(tmp_path / "first.safetensors", run.network.state_dict(), "DAC", "codec", "first", kwargs, {})
    run.begin(tmp_path / "first.safetensors")
    advance(run, audio, configuration.codec_training.warmup_steps + 3)
    run.history.append({"machine": "", "data": "", "steps": run.step, "seconds": 0})
    run.save(tmp_path / "state")
    blend = ("--blend", tmp_path / "first.safetensors", "--blend-share", 0.25)
    exported = []
    for number, options in enumerate(((), blend)):
        out = tmp_path / f"x{number}"
        command(
            "export-model",
            "--configuration",
            TINY,
            "--name",
            "x",
            "--codec",
            tmp_path / "state",
            "--out",
            out,
            *options,
        )
        exported.append(load_network(out / "codec.safetensors")[0])
    first = load_network(tmp_path / "first.safetensors")[0]
    (last, between), parts = exported, {}
    for name, module in first.named_modules():
        if hasattr(module, "alpha"):
            parts[name] = [network.get_submodule(name).alpha for network in (first, last, between)]
        elif isinstance(module, (torch.nn.Conv1d, torch.nn.ConvTranspose1d, torch.nn.Embedding)):
            parts[name] = [network.get_submodule(name).weight for network in (first, last, between)]
    assert any(name.startswith("decoder.") for name in parts) and any(name.startswith("encoder.") for name in parts)
    for name, (start, end, found) in parts.items():
        assert torch.equal(start, end) == (not name.startswith("decoder.")) == torch.equal(start, found)
        torch.testing.assert_close(found, 0.75 * end + 0.25 * start, rtol=2e-3, atol=1e-5)
    # The same from the file that was exported.
    command(
        "export-model",
        "--configuration",
        TINY,
        "--name",
        "x",
        "--codec",
        tmp_path / "x0" / "codec.safetensors",
        "--out",
        tmp_path / "again",
        *blend,
    )
    again = load_network(tmp_path / "again" / "codec.safetensors")[0]
    torch.testing.assert_close(again.state_dict(), between.state_dict(), rtol=2e-3, atol=1e-4)


def test_a_codec_takes_the_place_of_those_whose_codes_it_reads(
    run: CodecRun, audio: AudioPool, configuration: Configuration, machine: Machine, tmp_path: Path
) -> None:
    kwargs = configuration.codec.kwargs
    weights = run.network.state_dict()
    save_network(tmp_path / "first.safetensors", weights, "DAC", "codec", "first", kwargs, {"decodes": '["older"]'})
    save_network(
        tmp_path / "other.safetensors",
        {key: 2 * value for key, value in weights.items()},
        "DAC",
        "codec",
        "other",
        kwargs,
        {},
    )
    run.begin(tmp_path / "first.safetensors")
    run.history.append({"machine": "", "data": "", "steps": 0, "seconds": 0})
    run.save(tmp_path / "state")
    export = (
        "export-model",
        "--configuration",
        TINY,
        "--name",
        "x",
        "--codec",
        tmp_path / "state",
        "--out",
        tmp_path / "x",
    )
    command(*export, "--codes-of", tmp_path / "first.safetensors")
    first, older = json.loads(model_metadata(tmp_path / "x" / "codec.safetensors")["decodes"])
    assert len(bytes.fromhex(first)) == 32 and older == "older"
    with pytest.raises(AssertionError, match=r"other.safetensors: its codes are others"):
        command(*export, "--codes-of", tmp_path / "other.safetensors")
    command(*export)
    assert "decodes" not in model_metadata(tmp_path / "x" / "codec.safetensors")


def test_nothing_follows_new_discriminators(
    run: CodecRun, audio: AudioPool, configuration: Configuration, machine: Machine
) -> None:
    warmup = configuration.codec_training.warmup_steps
    run.stage, run.step = DecoderTraining(run.network, configuration, machine), 0
    start = [parameter.clone() for parameter in run.network.decoder.parameters()]
    followed = []
    for _ in range(warmup + 1):
        before = [parameter.clone() for parameter in run.stage.discriminators.parameters()]
        _, _, figures = run.advance(audio)
        followed.append("features" in figures)
        assert not all(map(torch.equal, before, run.stage.discriminators.parameters()))
        assert all(map(torch.equal, start, run.network.decoder.parameters())) == (len(followed) <= warmup)
    assert followed == [False] * warmup + [True]


def test_discriminators_hear_the_level_of_a_fake(
    run: CodecRun, audio: AudioPool, configuration: Configuration, machine: Machine
) -> None:
    """Lifted by its own peak, a fake of half the level would be no fake, and one with a click another one."""
    discriminators = JointTraining(run.network, configuration, machine).discriminators
    crops = audio.crops(3, 32 * configuration.codec.hop)
    for level in (1, 0.5):
        fake, real = discriminators(level * crops, crops)
        for (found, _), (wanted, _) in zip(fake, real, strict=False):
            assert torch.equal(found, wanted) == (level == 1)


@pytest.mark.parametrize("steps", [0, 12, 28])
def test_products_of_16_bits_change_little(
    audio: AudioPool, configuration: Configuration, machine: Machine, steps: int
) -> None:
    """What a GPU computes with; on a CPU it is slow, but the same arithmetic. A step of each stage."""
    losses = []
    for has_16_bit_products in (False, True):
        run = CodecRun(configuration, machine, seed=1)
        run.begin(None)
        machine.has_16_bit_products = False
        advance(run, SameCrops(audio), steps)
        machine.has_16_bit_products = has_16_bit_products
        losses.append(advance(run, SameCrops(audio), 1)[0][2])
    assert losses[1] != losses[0] and losses[1] == pytest.approx(losses[0], rel=0.05)


def test_state_of_another_shape_is_refused(
    run: CodecRun, configuration: Configuration, machine: Machine, tmp_path: Path
) -> None:
    run.save(tmp_path)
    state = saved_in(tmp_path)
    state.numbers["shape"]["encoder_dim"] += 2
    with pytest.raises(SystemExit, match=r"another shape"):
        CodecRun(configuration, machine, 0).take(state)


def test_crops_have_the_encoders_loudness_and_silence(audio: AudioPool) -> None:
    torch.manual_seed(0)
    crops = audio.crops(3000, 4096)
    power = crops.square().mean((1, 2))
    assert 0.01 < (power == 0).float().mean() < 0.06
    assert crops.abs().max() <= 1
    # Recordings at −24 LUFS: their crops lie around it.
    level = 10 * power[power > 1e-7].log10().mean()
    assert -33 < level < -22


def test_gain_is_that_of_vampcs_encoder() -> None:
    import soundfile

    samples, rate = soundfile.read(REPOSITORY / "fixtures" / "audio" / "speech.flac")
    gain = recording_gain_db(samples, rate, -24)
    assert gain == pytest.approx(-1.5, abs=0.06)
    quiet = samples * 0.03
    assert recording_gain_db(quiet, rate, -24) == pytest.approx(gain + 30.46, abs=0.01)
    spiky = quiet.copy()
    spiky[100] = 0.5
    # A peak that would pass 1 holds the gain down.
    assert recording_gain_db(spiky, rate, -24) == pytest.approx(6.02, abs=0.01)
    assert recording_gain_db(np.zeros(rate), rate, -24) == 0
