"""The transformers on tokens that have something to learn."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from conftest import saved_in

from recipe.configuration import Configuration
from recipe.dac import DAC
from recipe.optimisation import LearningRate
from recipe.portable_checkpoint import PortableCheckpoint
from recipe.runs import Machine
from recipe.tokens import (
    SUFFIX,
    Codes,
    TokenPool,
    encode,
    load_codebooks,
    load_tokens,
    pack,
    save_codebooks,
    save_tokens,
    unpack,
)
from recipe.vampnet_training import VampNetTraining, validate

# Share by which rounding may change the cross-entropy in the steps after a resume.
TOLERANCE = 0.01


def melodies(codebooks: int, size: int, frames: int = 600, count: int = 4) -> Iterator[Codes]:
    """Recordings whose tokens count upwards from place to place, with a little noise: predictable from neighbours."""
    generator = np.random.default_rng(5)
    for _ in range(count):
        ramp = (np.arange(frames) // 2 + 7 * np.arange(codebooks)[:, None]) % size
        noise = generator.random((codebooks, frames)) < 0.05
        yield np.where(noise, generator.integers(size, size=ramp.shape), ramp).astype(np.uint16)


@pytest.fixture(params=["coarse", "c2f"])
def training(
    request: pytest.FixtureRequest, tmp_path: Path, configuration: Configuration, machine: Machine
) -> Callable[[], VampNetTraining]:
    codec = configuration.codec
    save_tokens(tmp_path / f"a{SUFFIX}", list(melodies(codec.n_codebooks, codec.codebook_size)), codec.codebook_size)

    def make() -> VampNetTraining:
        shape, *_ = configuration.vampnet(request.param)
        tokens = TokenPool(tmp_path, shape.n_codebooks, codec.codebook_size, shape.window_frames, machine.device)
        torch.manual_seed(0)
        books = torch.randn(codec.n_codebooks, codec.codebook_size, codec.codebook_dim)
        return VampNetTraining(configuration, request.param, books, tokens, machine)

    return make


def advance(training: VampNetTraining, first: int, count: int) -> list[float]:
    losses = []
    for step in range(first, first + count):
        torch.manual_seed(step)
        losses.append(training.step(step)["cross-entropy"].item())
    return losses


def test_begins_at_the_order_0_entropy_and_falls_below(training: Callable[[], VampNetTraining]) -> None:
    network = training()
    order0 = network.tokens.entropies()[network.network.n_conditioning_codebooks :].mean().item()
    losses = advance(network, 0, 100)
    assert losses[0] == pytest.approx(order0, abs=0.1)
    assert np.mean(losses[-10:]) < 0.8 * order0


def test_a_resumed_run_continues(training: Callable[[], VampNetTraining], tmp_path: Path) -> None:
    network = training()
    advance(network, 0, 20)
    state = PortableCheckpoint()
    network.put(state)
    state.save(tmp_path / "state", 20)
    resumed = training()
    resumed.take(saved_in(tmp_path / "state"))
    expected, found = advance(network, 20, 8), advance(resumed, 20, 8)
    assert found == pytest.approx(expected, rel=TOLERANCE)
    # And not because nothing changes any more.
    assert expected[-1] != pytest.approx(expected[0], rel=1e-3)


def test_a_run_goes_on_from_published_weights(training: Callable[[], VampNetTraining]) -> None:
    trained = training()
    losses = advance(trained, 0, 100)
    network = training()
    network.start_from(trained.network.state_dict())
    # What is exported begins there, too.
    assert all(
        torch.equal(network.average.parameters[name], value) for name, value in trained.network.named_parameters()
    )
    first, continued = advance(network, 100, 1), advance(trained, 100, 1)
    assert first == pytest.approx(continued, rel=1e-4)
    assert first[0] < 0.9 * losses[0]


def test_products_of_16_bits_change_little(training: Callable[[], VampNetTraining], machine: Machine) -> None:
    losses = []
    for machine.has_16_bit_products in (False, True):
        network = training()
        advance(network, 0, 1)
        losses.append(advance(network, 1, 1)[0])
    assert losses[1] != losses[0] and losses[1] == pytest.approx(losses[0], rel=0.02)


def test_validation_is_of_each_codebook_and_the_same_every_time(training: Callable[[], VampNetTraining]) -> None:
    network = training()
    torch.manual_seed(0)
    windows = network.tokens.windows(8, network.window_frames)
    rows = [validate(network.network, windows, network.books, network.machine.autocast()) for _ in range(2)]
    assert rows[0].shape == (2, network.network.n_predict)
    assert torch.equal(*rows)


def test_tokens_take_ten_bits_and_come_back(tmp_path: Path) -> None:
    generator = np.random.default_rng(0)
    recordings = [generator.integers(1024, size=(14, frames)).astype(np.uint16) for frames in (1, 17, 300)]
    save_tokens(tmp_path / "x.tokens", recordings, 1024)
    found, size = load_tokens(tmp_path / "x.tokens", 4)
    assert size == 1024
    assert all(np.array_equal(codes, wanted[:4]) for codes, wanted in zip(found, recordings, strict=False))
    packed = pack(recordings[2], 10)
    assert packed.nbytes == 14 * 300 * 10 // 8
    assert np.array_equal(unpack(packed, (14, 300), 10), recordings[2])
    with pytest.raises(SystemExit, match=r"15 are needed"):
        load_tokens(tmp_path / "x.tokens", 15)


def test_tokens_of_a_long_recording_do_not_depend_on_how_it_is_cut(
    configuration: Configuration, monkeypatch: pytest.MonkeyPatch
) -> None:
    torch.manual_seed(0)
    codec = DAC(**configuration.codec.kwargs).eval()
    samples = np.random.default_rng(0).normal(size=codec.hop * 150 + 11).astype(np.float32) * 0.1
    whole = encode(codec, samples, "cpu")
    assert whole.shape == (4, 151)
    monkeypatch.setattr("recipe.tokens.CHUNK_FRAMES", 40)
    assert (encode(codec, samples, "cpu") == whole).mean() > 0.999


def test_learning_rate_warms_up_stays_and_cools_down() -> None:
    rate = LearningRate(10)
    assert rate.share(0) == 0.1 and rate.share(9) == 1 and rate.share(100_000) == 1
    rate.cool_down(200)
    rate.spent = 100
    assert rate.share(100_000) == pytest.approx(0.51)
    # A second run goes on with the cool-down that has begun.
    rate.cool_down(50)
    rate.spent = 300
    assert rate.share(100_000) == pytest.approx(0.02)


def test_tokens_of_two_codecs_do_not_mix(tmp_path: Path, configuration: Configuration) -> None:
    codec = DAC(**configuration.codec.kwargs)
    save_codebooks(tmp_path, codec)
    save_codebooks(tmp_path, codec)
    assert load_codebooks(tmp_path).shape == (4, 32, 8)
    with pytest.raises(SystemExit, match=r"tokens of another codec"):
        save_codebooks(tmp_path, DAC(**configuration.codec.kwargs))
    with pytest.raises(SystemExit, match=r"missing"):
        load_codebooks(tmp_path / "elsewhere")
