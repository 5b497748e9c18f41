"""Growing the auto-encoder from the outside in.

Trained jointly from scratch it does not find the waveform: after 600 steps its output is still uncorrelated with the
input. The outer levels alone do, within minutes; then the inner levels learn, at their low frame rate, to hand the
outer features through, and joint training begins from an auto-encoder that works.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

import torch
from torch import nn

from recipe.audio_pool import Crops
from recipe.configuration import Configuration
from recipe.dac import DAC
from recipe.losses import MelLoss
from recipe.optimisation import set_learning_rate
from recipe.quantiser import initialise_quantiser
from recipe.runs import Checkpoint, Figures, Machine

# PyTorch's own gains let every strided layer shrink the signal until the encoder's output is a tenth of a unit.
GAIN = 1.0
RESIDUAL_GAIN = 0.6
# From a waveform of RMS 0.06 to features near 1, and back.
FIRST_GAIN = 4.0
LAST_GAIN = 0.2

MEL_WEIGHT = 3.0
WAVEFORM_WEIGHT = 100.0
# Of the features' error with each channel at its own scale, and of the latents' mean square around 1.
EVEN_WEIGHT = 0.3
UNIT_WEIGHT = 0.1
# Of a stage's steps.
WARMUP_SHARE = 0.05
FINAL_RATE = 0.1
OUTER_GRADIENT_LIMIT = 100.0
INNER_GRADIENT_LIMIT = 5.0
LATENT_BATCH = 16
# Of a channel, relative to the mean over channels: a constant one is no reason for a huge loss.
SMALLEST_VARIANCE = 0.01


def is_residual(name: str) -> bool:
    """Whether a layer is inside a residual unit, two `block` levels below its own block."""
    return name.count("block.") >= 3 or (name.startswith("decoder") and name.count("block.") >= 2)


@torch.no_grad()
def initialise_gains(network: DAC) -> None:
    for part in ("encoder", "decoder"):
        for name, parameter in getattr(network, part).named_parameters(part):
            if name.endswith("original0"):
                parameter.fill_(RESIDUAL_GAIN if is_residual(name) else GAIN)
    network.encoder.block[0].parametrizations.weight.original0.fill_(FIRST_GAIN)
    network.decoder.model[-2].parametrizations.weight.original0.fill_(LAST_GAIN)


class Growth:
    """Common part of both stages: the network in four parts, the adapter between the outer two, and the optimiser."""

    step_count: int
    learning_rate: float

    def __init__(self, network: DAC, configuration: Configuration, machine: Machine) -> None:
        shape, self.settings = configuration.codec, configuration.growth
        self.network, self.machine = network, machine
        self.batch, self.crop_frames = configuration.codec_training.batch, configuration.codec_training.crop_frames
        outer, inner = self.settings.outer_levels, len(shape.encoder_rates) - self.settings.outer_levels
        encoder, decoder = network.encoder.block, network.decoder.model
        self.head, self.inner_encoder = encoder[: 1 + outer], encoder[1 + outer :]
        self.inner_decoder, self.tail = decoder[: 1 + inner], decoder[1 + inner :]
        self.adapter = nn.Conv1d(shape.encoder_dim << outer, shape.decoder_dim >> inner, 1).to(machine.device)

    def prepare(self, parameters: Iterable[nn.Parameter]) -> None:
        self.parameters = list(parameters)
        self.optimiser = torch.optim.AdamW(self.parameters, lr=self.learning_rate, betas=(0.8, 0.99))

    def update(self, loss: torch.Tensor, step: int, gradient_limit: float) -> None:
        progress = step / self.step_count
        falling = FINAL_RATE + (1 - FINAL_RATE) * 0.5 * (1 + math.cos(math.pi * progress))
        warm = min(1, (step + 1) / (WARMUP_SHARE * self.step_count))
        set_learning_rate(self.optimiser, self.learning_rate * falling * warm)
        self.optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.parameters, gradient_limit)
        self.optimiser.step()

    def put(self, state: Checkpoint) -> None:
        state.put_network("network", self.network)
        state.put_network("adapter", self.adapter)
        state.put_optimiser("optimiser", self.optimiser)

    def take(self, state: Checkpoint) -> None:
        state.take_network("network", self.network)
        state.take_network("adapter", self.adapter)
        state.take_optimiser("optimiser", self.optimiser)


class OuterGrowth(Growth):
    """The outer levels alone, joined by a 1×1 convolution."""

    name = "outer"

    def __init__(self, network: DAC, configuration: Configuration, machine: Machine) -> None:
        super().__init__(network, configuration, machine)
        self.step_count, self.learning_rate = self.settings.outer_steps, self.settings.outer_learning_rate
        self.mel = MelLoss(configuration.codec.sample_rate).to(machine.device)
        self.prepare([*self.head.parameters(), *self.adapter.parameters(), *self.tail.parameters()])
        self.outer = machine.compiled(nn.Sequential(self.head, self.adapter, self.tail))

    def step(self, crops: torch.Tensor, step: int) -> Figures:
        with self.machine.autocast():
            output = self.outer(crops)
        mel, waveform = self.mel(output, crops), (output - crops).abs().mean()
        self.update(MEL_WEIGHT * mel + WAVEFORM_WEIGHT * waveform, step, OUTER_GRADIENT_LIMIT)
        return {"mel": mel, "waveform": waveform}

    def next(self, configuration: Configuration) -> InnerGrowth:
        following = InnerGrowth(self.network, configuration, self.machine)
        following.adapter.load_state_dict(self.adapter.state_dict())
        return following


class InnerGrowth(Growth):
    """The inner levels alone. They learn to reproduce the adapter's output for the features of the outer encoder."""

    name = "inner"

    def __init__(self, network: DAC, configuration: Configuration, machine: Machine) -> None:
        super().__init__(network, configuration, machine)
        self.step_count, self.learning_rate = self.settings.inner_steps, self.settings.inner_learning_rate
        self.prepare([*self.inner_encoder.parameters(), *self.inner_decoder.parameters()])
        self.outer = machine.compiled(self.head)
        self.inner = machine.compiled(self.inner_encoder), machine.compiled(self.inner_decoder)

    @torch.no_grad()
    def begin(self, audio: Crops, hop: int) -> None:
        """Scales the encoder's last layer so that latents start at unit deviation, and measures what errors are to be
        compared with: the features' variance over many crops, for one batch may be nearly silent."""
        features = self.head(audio.crops(LATENT_BATCH, self.crop_frames * hop))
        self.inner_encoder[-1].parametrizations.weight.original0 /= self.inner_encoder(features).std()
        self.variances = self.adapter(features).var((0, 2), keepdim=True)

    def step(self, crops: torch.Tensor, step: int) -> Figures:
        with torch.no_grad(), self.machine.autocast():
            features = self.outer(crops)
            wanted = self.adapter(features)
        features, wanted = features.float(), wanted.float()
        with self.machine.autocast():
            latents = self.inner[0](features)
            found = self.inner[1](latents)
        error = found.float() - wanted
        residual = error.square().mean() / self.variances.mean()
        even = (error.square() / (self.variances + SMALLEST_VARIANCE * self.variances.mean())).mean()
        unit = (latents.float().square().mean() - 1).abs()
        self.update(residual + EVEN_WEIGHT * even + UNIT_WEIGHT * unit, step, INNER_GRADIENT_LIMIT)
        return {"residual": residual, "even residual": even}

    def put(self, state: Checkpoint) -> None:
        super().put(state)
        state.put_exact("variances", self.variances)

    def take(self, state: Checkpoint) -> None:
        super().take(state)
        self.variances = state.tensors["variances"].to(self.machine.device)

    @torch.no_grad()
    def initialise_quantiser(self, audio: Crops, hop: int) -> Iterator[tuple[float, int]]:
        """Fills the codebooks from latents of the grown encoder; yields figures of each."""
        vectors, count = [], 0
        while count < self.settings.quantiser_vectors:
            latents = self.network.encoder(audio.crops(LATENT_BATCH, self.crop_frames * hop))
            vectors.append(latents.transpose(1, 2).flatten(0, 1).float())
            count += len(vectors[-1])
        yield from initialise_quantiser(self.network.quantizer, torch.cat(vectors))
