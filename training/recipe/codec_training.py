"""Joint training of the codec, and of its decoder alone against frozen tokens."""

from __future__ import annotations

import torch
from torch import nn

from recipe.configuration import Configuration
from recipe.dac import DAC
from recipe.discriminators import Discriminators, Verdict, adversarial_loss, discriminator_loss, feature_loss
from recipe.losses import BandLevelLoss, FrameToneLoss, GradientBalance, MelLoss
from recipe.optimisation import LearningRate, MovingAverage, set_learning_rate
from recipe.quantiser import QuantiserTraining, code_counts
from recipe.runs import Checkpoint, Figures, Machine
from recipe.vampnet import VampNet

# Commitment and codebook; none where the quantiser is frozen.
QuantiserLosses = tuple[torch.Tensor, torch.Tensor] | None
# Output, what the mel loss compares it with, the quantiser's losses, codes.
Reconstruction = tuple[torch.Tensor, torch.Tensor, QuantiserLosses, torch.Tensor]

BETAS = (0.8, 0.99)
WEIGHT_DECAY = 0.01
DISCRIMINATOR_GRADIENT_LIMIT = 10.0


class JointTraining:
    """Encoder, quantiser and decoder together; the losses share the gradient at the output by `GradientBalance`."""

    name = "joint"
    step_count: int | None = None

    def __init__(self, network: DAC, configuration: Configuration, machine: Machine) -> None:
        self.network, self.machine = network, machine
        self.settings = settings = configuration.codec_training
        self.mel = MelLoss(configuration.codec.sample_rate).to(machine.device)
        self.bands = BandLevelLoss(configuration.codec.sample_rate, network.hop * settings.crop_frames).to(
            machine.device
        )
        self.tones = FrameToneLoss(network.hop, settings.crop_frames).to(machine.device)
        self.discriminators = Discriminators(configuration.discriminators).to(machine.device)
        self.quantiser = QuantiserTraining(network.quantizer, settings.quantiser_dropout)
        self.balance = GradientBalance(
            {
                "mel": settings.mel_share,
                "waveform": settings.waveform_share,
                "bands": settings.band_share,
                "tones": settings.tone_share,
                "adversarial": settings.adversarial_share,
                "features": settings.feature_share,
            },
            settings.output_gradient,
            settings.balance_interval,
        )
        self.learning_rate = LearningRate(settings.warmup_steps)
        self.average = MovingAverage(network, settings.average_decay)
        self.trained = list(self.trained_part.parameters())
        self.optimiser = torch.optim.AdamW(
            self.trained, lr=settings.learning_rate, betas=BETAS, weight_decay=WEIGHT_DECAY
        )
        self.discriminator_optimiser = torch.optim.AdamW(
            self.discriminators.parameters(), lr=settings.discriminator_learning_rate, betas=BETAS
        )
        self.encoder, self.decoder = machine.compiled(network.encoder), machine.compiled(network.decoder)

    @property
    def trained_part(self) -> nn.Module:
        return self.network

    def reconstruct(self, crops: torch.Tensor) -> Reconstruction:
        """Output, what the mel loss compares it with, the quantiser's losses (commitment and codebook), and its
        codes."""
        with self.machine.autocast():
            latents = self.encoder(crops)
        quantised = self.quantiser(latents)
        with self.machine.autocast():
            output = self.decoder(quantised.latents)
        return output, crops, (quantised.commitment, quantised.codebook), quantised.codes

    @property
    def network_from(self) -> int:
        """The step from which on the network learns."""
        return 0

    @property
    def adversarial_from(self) -> int:
        """The step from which on it follows the discriminators."""
        return self.settings.adversarial_after

    @property
    def discriminators_from(self) -> int:
        """The step from which on these learn: what new ones say is noise, and its share of the gradient the same."""
        return max(0, self.adversarial_from - self.settings.warmup_steps)

    def step(self, crops: torch.Tensor, step: int) -> Figures:
        output, wanted, quantiser_losses, codes = self.reconstruct(crops)
        # The losses see a leaf, so that their gradients end at the output.
        leaf = output.detach().requires_grad_()
        losses = {
            "mel": self.mel(leaf, wanted),
            "waveform": (leaf - crops).abs().mean(),
            "bands": self.bands(leaf, crops),
            "tones": self.tones(leaf, crops),
        }
        figures: Figures = {}
        if self.settings.is_adversarial and step >= self.discriminators_from:
            is_learnt = self.discriminators_learn(step)
            fake, real = self.judge(leaf, crops, is_learnt)
            if is_learnt:
                figures["discriminators"] = discriminator_loss(fake, real)
            if step >= self.adversarial_from:
                losses |= {"adversarial": adversarial_loss(fake), "features": feature_loss(fake, real)}
        if step >= self.network_from:
            gradient = self.balance.gradient(losses, leaf, step)
            figures["gradient"] = self.train_network(output, gradient, quantiser_losses, step - self.network_from)
        if "discriminators" in figures:
            self.train_discriminators(figures["discriminators"], step - self.discriminators_from)
        size = self.network.codebook_size
        figures["first codebook in use"] = (code_counts(codes[:, 0], size) > 0).sum()
        return losses | figures

    def train_network(
        self, output: torch.Tensor, gradient: torch.Tensor, quantiser_losses: QuantiserLosses, step: int
    ) -> torch.Tensor:
        set_learning_rate(self.optimiser, self.settings.learning_rate * self.learning_rate.share(step))
        self.optimiser.zero_grad()
        self.backward(output, gradient, quantiser_losses)
        norm = nn.utils.clip_grad_norm_(self.trained, self.settings.gradient_limit)
        self.optimiser.step()
        self.average.update(self.network, step)
        return norm

    def backward(self, output: torch.Tensor, gradient: torch.Tensor, quantiser_losses: QuantiserLosses) -> None:
        assert quantiser_losses is not None
        commitment, codebook = quantiser_losses
        loss = self.settings.commitment * commitment + codebook
        torch.autograd.backward([output, loss], [gradient, torch.ones_like(loss)])

    def discriminators_learn(self, step: int) -> bool:
        """Whether the discriminators learn at a step, one from `discriminators_from` on."""
        since = step - self.adversarial_from
        return since < 0 or since % self.settings.discriminator_interval == 0

    def judge(self, fake: torch.Tensor, real: torch.Tensor, is_learnt: bool) -> list[list[Verdict]]:
        """What the discriminators say of both. One pass serves their own loss, where they learn, and the network's: not
        compiled, because autograd then leaves out the weights where only the gradient at the output is asked for."""
        with self.machine.autocast():
            if is_learnt:
                return self.discriminators(fake, real)
            self.discriminators.requires_grad_(False)
            try:
                return self.discriminators(fake, real)
            finally:
                self.discriminators.requires_grad_(True)

    def train_discriminators(self, loss: torch.Tensor, step: int) -> None:
        rate = self.settings.discriminator_learning_rate * self.learning_rate.share(step)
        set_learning_rate(self.discriminator_optimiser, rate)
        parameters = list(self.discriminators.parameters())
        self.discriminator_optimiser.zero_grad()
        loss.backward(inputs=parameters)
        nn.utils.clip_grad_norm_(parameters, DISCRIMINATOR_GRADIENT_LIMIT)
        self.discriminator_optimiser.step()

    def put(self, state: Checkpoint) -> None:
        state.put_network("network", self.network, self.average)
        state.put_network("discriminators", self.discriminators)
        state.put_optimiser("optimiser", self.optimiser)
        state.put_optimiser("discriminator optimiser", self.discriminator_optimiser)
        state.put_exact("usage", self.quantiser.usage)
        state.numbers["balance"] = {name: float(norm) for name, norm in self.balance.norms.items()}
        state.numbers["learning rate"] = self.learning_rate.numbers

    def take(self, state: Checkpoint) -> None:
        state.take_network("network", self.network, self.average)
        state.take_network("discriminators", self.discriminators)
        state.take_optimiser("optimiser", self.optimiser)
        state.take_optimiser("discriminator optimiser", self.discriminator_optimiser)
        self.quantiser.usage.copy_(state.tensors["usage"])
        self.balance.norms = {
            name: torch.tensor(norm, device=self.machine.device) for name, norm in state.numbers["balance"].items()
        }
        vars(self.learning_rate).update(state.numbers["learning rate"])


class DecoderTraining(JointTraining):
    """Training of the decoder alone: encoder and quantiser stay frozen, so stored tokens keep their meaning.

    With a coarse-to-fine transformer (`generate_with`), a share of the items (`generated_share`) has the transformer's
    likeliest fine tokens instead of the recording's, because vampc decodes such tokens wherever fine tokens are not
    kept. With a coarse transformer as well, half of these items keep only their first codebooks of the recording, and
    the coarse tokens above are drawn.

    With a teacher (`learn_from`) the mel loss compares with the teacher's output for the same latents. The mel loss
    then begins at zero, so the other losses change as little else as possible.
    """

    name = "decoder"
    teacher: nn.Module | None = None
    generator: VampNet | None = None
    coarse_generator: VampNet | None = None

    @classmethod
    @torch.no_grad()
    def after(cls, joint: JointTraining, configuration: Configuration) -> DecoderTraining:
        """Continues joint training with encoder and quantiser frozen at their averaged weights in binary16.
        Discriminators, optimisers and learning rate continue as they are."""
        joint.average.copy_to(joint.network)
        for name, parameter in joint.network.named_parameters():
            if not name.startswith("decoder."):
                parameter.copy_(parameter.half())
        training = cls(joint.network, configuration, joint.machine)
        for name in ("discriminators", "discriminator_optimiser", "balance", "learning_rate", "decoder"):
            setattr(training, name, getattr(joint, name))
        for parameter in training.trained:
            training.optimiser.state[parameter] = joint.optimiser.state[parameter]
        return training

    def generate_with(self, network: VampNet, coarse: VampNet | None = None) -> None:
        """Takes a coarse-to-fine transformer and optionally a coarse one, whose weights stay frozen."""
        self.generator = network.to(self.machine.device).requires_grad_(False)
        self.coarse_generator = coarse and coarse.to(self.machine.device).requires_grad_(False)

    def learn_from(self, decoder: nn.Module) -> None:
        """Takes the teacher: a decoder of the same latents, whose weights stay frozen."""
        self.teacher = self.machine.compiled(decoder.to(self.machine.device).requires_grad_(False))

    @property
    def trained_part(self) -> nn.Module:
        return self.network.decoder

    @property
    def network_from(self) -> int:
        # The decoder has learnt from spectra before; now it waits until the discriminators have something to say.
        return self.settings.warmup_steps if self.settings.is_adversarial else 0

    @property
    def adversarial_from(self) -> int:
        return self.settings.warmup_steps

    def reconstruct(self, crops: torch.Tensor) -> Reconstruction:
        with torch.no_grad():
            with self.machine.autocast():
                latents = self.encoder(crops)
            codes = self.network.quantizer.encode(latents.float())
            depths = self.quantiser.depths(len(crops), crops.device)
            if self.generator is not None:
                codes, depths = self.generate(codes, depths)
            latents = sum(
                stage.entry(codes[:, index]) * (index < depths).float()[:, None, None]
                for index, stage in enumerate(self.network.quantizer.quantizers)
            )
            wanted = crops
            if self.teacher is not None:
                with self.machine.autocast():
                    wanted = self.teacher(latents)
        # Nobody needs the gradient, but a decoder that was compiled for joint training need not be compiled again.
        latents.requires_grad_()
        with self.machine.autocast():
            output = self.decoder(latents)
        return output, wanted, None, codes

    def generate(self, codes: torch.Tensor, depths: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Codes `[B, codebook, T]` in which some items have the fine tokens of one sampling step, and the codebooks
        that each item uses: all of them where tokens were generated."""
        assert self.generator is not None
        given = self.generator.n_conditioning_codebooks
        coarse = codes[:, :given] if self.coarse_generator is None else self.drawn(codes[:, :given])
        books = self.network.quantizer.books
        mask = torch.zeros_like(codes, dtype=torch.bool)
        mask[:, given:] = True
        latents = self.generator.latents(torch.cat([coarse, codes[:, given:]], 1), mask, books)
        likeliest = self.generator(latents).argmax(-1).transpose(1, 2)
        is_generated = torch.rand(len(codes), device=codes.device) < self.settings.generated_share
        generated = torch.cat([coarse, likeliest], 1)
        return (
            torch.where(is_generated[:, None, None], generated, codes),
            torch.where(is_generated, torch.full_like(depths, codes.shape[1]), depths),
        )

    def drawn(self, coarse: torch.Tensor) -> torch.Tensor:
        """Half of the items `[B, codebook, T]` with coarse tokens that the transformer draws from some codebook on, one
        codebook after the other: not vampc's order, but tokens that are as unlike the recording's as vampc's are."""
        assert self.coarse_generator is not None
        result, count = coarse.clone(), coarse.shape[1]
        books = self.network.quantizer.books[:count]
        kept = torch.randint(1, count, (len(coarse), 1), device=coarse.device)
        kept = torch.where(torch.rand(len(coarse), 1, device=coarse.device) < 0.5, torch.full_like(kept, count), kept)
        is_drawn = torch.arange(count, device=coarse.device) >= kept
        for codebook in range(1, count):
            mask = torch.zeros_like(coarse, dtype=torch.bool)
            mask[:, codebook:] = is_drawn[:, codebook:, None]
            logits = self.coarse_generator(self.coarse_generator.latents(result, mask, books))
            drawn = torch.distributions.Categorical(logits=logits[:, :, codebook].float()).sample()
            result[:, codebook] = torch.where(is_drawn[:, codebook, None], drawn, result[:, codebook])
        return result

    def backward(self, output: torch.Tensor, gradient: torch.Tensor, quantiser_losses: QuantiserLosses) -> None:
        output.backward(gradient)
