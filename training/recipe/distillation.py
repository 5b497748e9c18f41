"""Distillation of a decoder: a new shape learns what the teacher makes of the same latents."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from recipe.configuration import Configuration
from recipe.dac import DAC
from recipe.losses import MelLoss
from recipe.optimisation import LearningRate, MovingAverage, set_learning_rate
from recipe.quantiser import QuantiserTraining

BETAS = (0.85, 0.99)
GRADIENT_LIMIT = 1.0
# Weight of the waveform's relative error beside the mel loss.
WAVEFORM_WEIGHT = 0.7
# Keeps the relative error finite in silence.
SMALLEST_AMPLITUDE = 1e-3


class DistillationTraining:
    """The decoder alone learns to reproduce the teacher's decoder; encoder and quantiser stay frozen."""

    name = "distil"

    def __init__(self, network: DAC, configuration: Configuration, machine: Any) -> None:
        self.network, self.machine = network, machine
        self.settings = configuration.codec_training
        self.mel = MelLoss(configuration.codec.sample_rate).to(machine.device)
        self.depths = QuantiserTraining(network.quantizer, self.settings.quantiser_dropout).depths
        self.learning_rate = LearningRate(self.settings.warmup_steps)
        self.average = MovingAverage(network, self.settings.average_decay)
        self.optimiser = torch.optim.AdamW(
            network.decoder.parameters(), lr=self.settings.learning_rate, betas=BETAS, weight_decay=0.0
        )
        self.teacher: nn.Module | None = None

    def learn_from(self, decoder: nn.Module) -> None:
        """Takes the teacher's decoder, whose weights stay frozen."""
        self.teacher = decoder.to(self.machine.device).requires_grad_(False)

    def step(self, crops: torch.Tensor, step: int) -> dict[str, torch.Tensor]:
        assert self.teacher is not None
        with torch.no_grad():
            with self.machine.autocast():
                latents = self.network.encoder(crops)
            codes = self.network.quantizer.encode(latents.float())
            depths = self.depths(len(crops), crops.device)
            latents = sum(
                stage.entry(codes[:, index]) * (index < depths).float()[:, None, None]
                for index, stage in enumerate(self.network.quantizer.quantizers)
            )
            with self.machine.autocast():
                wanted = self.teacher(latents)
        with self.machine.autocast():
            output = self.network.decoder(latents)
        mel = self.mel(output, wanted)
        error = (output - wanted).abs().mean((1, 2)) / (wanted.abs().mean((1, 2)) + SMALLEST_AMPLITUDE)
        loss = mel + WAVEFORM_WEIGHT * error.mean()
        set_learning_rate(self.optimiser, self.settings.learning_rate * self.learning_rate.share(step))
        self.optimiser.zero_grad()
        loss.backward()
        gradient = nn.utils.clip_grad_norm_(self.network.decoder.parameters(), GRADIENT_LIMIT)
        self.optimiser.step()
        self.average.update(self.network, step)
        return {"mel": mel, "waveform": error.mean(), "gradient": gradient}

    def put(self, state: Any) -> None:
        state.put_network("network", self.network, self.average)
        state.put_optimiser("optimiser", self.optimiser)

    def take(self, state: Any) -> None:
        state.take_network("network", self.network, self.average)
        state.take_optimiser("optimiser", self.optimiser)
