"""Training of a transformer on masked tokens."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import nn
from torch.nn import functional as F

from recipe.configuration import Configuration
from recipe.masking import Masks
from recipe.optimisation import LearningRate, MovingAverage, Muon, set_learning_rate
from recipe.runs import Checkpoint, Figures, Machine
from recipe.tokens import TokenPool
from recipe.vampnet import VampNet

BETAS = (0.9, 0.98)
# Of the classifier's rows: the first logits are the codes' frequencies, with hardly anything on top.
CLASSIFIER_GAIN = 0.1
# Shares of masked tokens at which the cross-entropy is reported.
MASKED_SHARES = (0.2, 0.6)
VALIDATION_BATCH = 16


def is_matrix(name: str, parameter: nn.Parameter) -> bool:
    """Whether a parameter is one of the layers' matrices, which Muon trains."""
    return name.startswith("transformer.layers") and parameter.ndim == 2 and "relative" not in name


@torch.no_grad()
def initialise(network: VampNet, frequencies: torch.Tensor) -> None:
    """Begins at the order-0 entropy: the classifier's bias is the logarithm of the frequencies `[codebook, size]`.

    Without it the first thousands of steps go into learning those, which is where a short run ends.
    """
    classifier = network.classifier["layers"][0]
    classifier.parametrizations.weight.original0.fill_(CLASSIFIER_GAIN)
    predicted = frequencies[network.n_conditioning_codebooks :].to(classifier.bias.device)
    classifier.bias.copy_(predicted.log().t().flatten())
    network.embedding.special["MASK"].normal_()
    for name, parameter in network.named_parameters():
        # Residual branches begin at nothing.
        if name.endswith(("self_attn.fc.weight", "feed_forward.w_2.weight")):
            parameter.zero_()


def masked_cross_entropy(
    network: VampNet,
    forward: Callable[[torch.Tensor], torch.Tensor],
    codes: torch.Tensor,
    mask: torch.Tensor,
    books: torch.Tensor,
) -> tuple[torch.Tensor, torch.Tensor]:
    """Mean over the masked tokens, nats; and that of each predicted codebook."""
    logits = forward(network.latents(codes, mask, books)).float()
    given = network.n_conditioning_codebooks
    # `[B, predicted, T]`
    losses = F.cross_entropy(logits.permute(0, 3, 2, 1), codes[:, given:], reduction="none")
    weights = mask[:, given:].float()
    by_codebook = (losses * weights).sum((0, 2)) / weights.sum((0, 2)).clamp(min=1)
    return (losses * weights).sum() / weights.sum().clamp(min=1), by_codebook


class VampNetTraining:
    """One transformer of either role."""

    def __init__(
        self, configuration: Configuration, role: str, books: torch.Tensor, tokens: TokenPool, machine: Machine
    ) -> None:
        shape, self.settings, mixture = configuration.vampnet(role)
        self.window_frames, self.machine, self.tokens = shape.window_frames, machine, tokens
        self.network = VampNet(**configuration.vampnet_kwargs(role)).to(machine.device)
        self.books = books[: shape.n_codebooks].to(machine.device)
        initialise(self.network, tokens.frequencies())
        self.masks = Masks(mixture, shape.n_codebooks, shape.n_conditioning_codebooks, machine.device)
        self.average = MovingAverage(self.network, self.settings.average_decay)
        self.learning_rate = LearningRate(self.settings.warmup_steps)
        named = list(self.network.named_parameters())
        matrices = [parameter for name, parameter in named if is_matrix(name, parameter)]
        others = [parameter for name, parameter in named if not is_matrix(name, parameter)]
        self.muon = Muon(matrices, self.settings.matrix_learning_rate, weight_decay=self.settings.weight_decay)
        self.adam = torch.optim.AdamW(
            [
                {
                    "params": [parameter for parameter in others if parameter.ndim > 1],
                    "weight_decay": self.settings.weight_decay,
                },
                {"params": [parameter for parameter in others if parameter.ndim <= 1], "weight_decay": 0.0},
            ],
            lr=self.settings.learning_rate,
            betas=BETAS,
        )
        self.forward = machine.compiled(self.network)

    def start_from(self, weights: dict[str, torch.Tensor]) -> None:
        """Takes weights of another run in place of those of `initialise`; optimisers and learning rates begin anew."""
        self.network.load_state_dict(weights)
        self.average = MovingAverage(self.network, self.settings.average_decay)

    def step(self, step: int) -> Figures:
        codes = self.tokens.windows(self.settings.batch, self.window_frames)
        mask = self.masks.draw(*codes.shape[::2])
        share = self.learning_rate.share(step)
        set_learning_rate(self.muon, self.settings.matrix_learning_rate * share)
        set_learning_rate(self.adam, self.settings.learning_rate * share)
        self.network.train()
        with self.machine.autocast():
            loss, _ = masked_cross_entropy(self.network, self.forward, codes, mask, self.books)
        self.muon.zero_grad()
        self.adam.zero_grad()
        loss.backward()
        gradient = nn.utils.clip_grad_norm_(self.network.parameters(), self.settings.gradient_limit)
        self.muon.step()
        self.adam.step()
        self.average.update(self.network, step)
        return {"cross-entropy": loss, "gradient": gradient}

    def put(self, state: Checkpoint) -> None:
        state.put_network("network", self.network, self.average)
        state.put_optimiser("muon", self.muon)
        state.put_optimiser("adam", self.adam)
        state.numbers["learning rate"] = self.learning_rate.numbers

    def take(self, state: Checkpoint) -> None:
        state.take_network("network", self.network, self.average)
        state.take_optimiser("muon", self.muon)
        state.take_optimiser("adam", self.adam)
        vars(self.learning_rate).update(state.numbers["learning rate"])


def random_masks(codes: torch.Tensor, share: float, given: int, seed: int = 0) -> torch.Tensor:
    """Tokens anywhere, the same every time."""
    generator = torch.Generator().manual_seed(seed)
    mask = torch.rand(codes.shape, generator=generator) < share
    mask[:, :given] = False
    return mask.to(codes.device)


@torch.no_grad()
def validate(network: VampNet, windows: torch.Tensor, books: torch.Tensor, autocast: torch.autocast) -> torch.Tensor:
    """Cross-entropy in nats of each predicted codebook, `[share, codebook]` at `MASKED_SHARES`, over windows
    `[B, codebook, T]`."""
    given, rows = network.n_conditioning_codebooks, []
    network.eval()
    for share in MASKED_SHARES:
        mask = random_masks(windows, share, given)
        totals = weights = torch.zeros((), device=windows.device)
        for start in range(0, len(windows), VALIDATION_BATCH):
            codes, part = windows[start : start + VALIDATION_BATCH], mask[start : start + VALIDATION_BATCH]
            with autocast:
                _, by_codebook = masked_cross_entropy(network, network, codes, part, books)
            masked = part[:, given:].sum((0, 2)).float()
            totals, weights = totals + by_codebook * masked, weights + masked
        rows.append(totals / weights.clamp(min=1))
    return torch.stack(rows)
