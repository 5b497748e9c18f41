"""Joint training of the codec, and of its decoder alone against frozen tokens."""

import torch
from torch import nn

from recipe.discriminators import Discriminators, adversarial_loss, discriminator_loss, feature_loss
from recipe.losses import BandLevelLoss, FrameToneLoss, GradientBalance, MelLoss
from recipe.optimisation import LearningRate, MovingAverage, set_learning_rate
from recipe.quantiser import QuantiserTraining, code_counts

BETAS = (0.8, 0.99)
WEIGHT_DECAY = 0.01
DISCRIMINATOR_GRADIENT_LIMIT = 10.0


class JointTraining:
    """Encoder, quantiser and decoder together; the losses share the gradient at the output by `GradientBalance`."""

    name = "joint"
    step_count = None

    def __init__(self, network, configuration, machine):
        self.network, self.machine = network, machine
        self.settings = settings = configuration.codec_training
        self.mel = MelLoss(configuration.codec.sample_rate).to(machine.device)
        self.bands = BandLevelLoss(configuration.codec.sample_rate, network.hop * settings.crop_frames).to(machine.device)
        self.tones = FrameToneLoss(network.hop, settings.crop_frames).to(machine.device)
        self.discriminators = Discriminators(configuration.discriminators).to(machine.device)
        self.quantiser = QuantiserTraining(network.quantizer, settings.quantiser_dropout)
        self.balance = GradientBalance(
            {"mel": settings.mel_share, "waveform": settings.waveform_share, "bands": settings.band_share,
             "tones": settings.tone_share, "adversarial": settings.adversarial_share, "features": settings.feature_share},
            settings.output_gradient, settings.balance_interval)
        self.learning_rate = LearningRate(settings.warmup_steps)
        self.average = MovingAverage(network, settings.average_decay)
        self.trained = list(self.trained_part.parameters())
        self.optimiser = torch.optim.AdamW(
            self.trained, lr=settings.learning_rate, betas=BETAS, weight_decay=WEIGHT_DECAY)
        self.discriminator_optimiser = torch.optim.AdamW(
            self.discriminators.parameters(), lr=settings.discriminator_learning_rate, betas=BETAS)
        self.encoder, self.decoder = machine.compiled(network.encoder), machine.compiled(network.decoder)

    @property
    def trained_part(self):
        return self.network

    def reconstruct(self, crops):
        """Output, what the mel loss compares it with, the quantiser's losses (commitment and codebook), and its codes."""
        with self.machine.autocast():
            latents = self.encoder(crops)
        quantised = self.quantiser(latents)
        with self.machine.autocast():
            output = self.decoder(quantised.latents)
        return output, crops, (quantised.commitment, quantised.codebook), quantised.codes

    @property
    def network_from(self):
        """The step from which on the network learns."""
        return 0

    @property
    def adversarial_from(self):
        """The step from which on it follows the discriminators."""
        return self.settings.adversarial_after

    @property
    def discriminators_from(self):
        """The step from which on these learn: what new ones say is noise, and its share of the gradient the same."""
        return max(0, self.adversarial_from - self.settings.warmup_steps)

    def step(self, crops, step):
        output, wanted, quantiser_losses, codes = self.reconstruct(crops)
        # The losses see a leaf, so that their gradients end at the output.
        leaf = output.detach().requires_grad_()
        losses = {
            "mel": self.mel(leaf, wanted), "waveform": (leaf - crops).abs().mean(),
            "bands": self.bands(leaf, crops), "tones": self.tones(leaf, crops)}
        figures = {}
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

    def train_network(self, output, gradient, quantiser_losses, step):
        set_learning_rate(self.optimiser, self.settings.learning_rate * self.learning_rate.share(step))
        self.optimiser.zero_grad()
        self.backward(output, gradient, quantiser_losses)
        norm = nn.utils.clip_grad_norm_(self.trained, self.settings.gradient_limit)
        self.optimiser.step()
        self.average.update(self.network, step)
        return norm

    def backward(self, output, gradient, quantiser_losses):
        commitment, codebook = quantiser_losses
        loss = self.settings.commitment * commitment + codebook
        torch.autograd.backward([output, loss], [gradient, torch.ones_like(loss)])

    def discriminators_learn(self, step):
        """Whether the discriminators learn at a step, one from `discriminators_from` on."""
        since = step - self.adversarial_from
        return since < 0 or since % self.settings.discriminator_interval == 0

    def judge(self, fake, real, is_learnt):
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

    def train_discriminators(self, loss, step):
        rate = self.settings.discriminator_learning_rate * self.learning_rate.share(step)
        set_learning_rate(self.discriminator_optimiser, rate)
        parameters = list(self.discriminators.parameters())
        self.discriminator_optimiser.zero_grad()
        loss.backward(inputs=parameters)
        nn.utils.clip_grad_norm_(parameters, DISCRIMINATOR_GRADIENT_LIMIT)
        self.discriminator_optimiser.step()

    def put(self, state):
        state.put_network("network", self.network, self.average)
        state.put_network("discriminators", self.discriminators)
        state.put_optimiser("optimiser", self.optimiser)
        state.put_optimiser("discriminator optimiser", self.discriminator_optimiser)
        state.put_exact("usage", self.quantiser.usage)
        state.numbers["balance"] = {name: float(norm) for name, norm in self.balance.norms.items()}
        state.numbers["learning rate"] = self.learning_rate.numbers

    def take(self, state):
        state.take_network("network", self.network, self.average)
        state.take_network("discriminators", self.discriminators)
        state.take_optimiser("optimiser", self.optimiser)
        state.take_optimiser("discriminator optimiser", self.discriminator_optimiser)
        self.quantiser.usage.copy_(state.tensors["usage"])
        self.balance.norms = {
            name: torch.tensor(norm, device=self.machine.device) for name, norm in state.numbers["balance"].items()}
        vars(self.learning_rate).update(state.numbers["learning rate"])


class DecoderTraining(JointTraining):
    """The decoder alone: sounds better, and no token that was ever stored changes its meaning for the transformers.

    With a coarse-to-fine transformer (`imagine_with`) it also hears, for `imagined_share` of the items, that one's likeliest
    fine tokens in place of the recording's: what it has to turn into sound wherever the fine ones were not kept. With a coarse
    one, too, half of these items have only their first codebooks from the recording, and drawn ones between.

    With a decoder to learn from (`learn_from`) the mel loss compares with what that one makes of the same latents. There is no
    loss to begin with, and what the other losses ask for changes as little else as it can.
    """

    name = "decoder"
    teacher = None
    imagination = None
    coarse_imagination = None

    @classmethod
    @torch.no_grad()
    def after(cls, joint, configuration):
        """Goes on from joint training. The averaged encoder and quantiser, as binary16 holds them, are what stays; what the
        discriminators and the optimisers have learnt stays, too, and the learning rate falls on."""
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

    def imagine_with(self, network, coarse=None):
        """Takes a coarse-to-fine transformer, whose weights stay as they are, and a coarse one for half of the items."""
        self.imagination = network.to(self.machine.device).requires_grad_(False)
        self.coarse_imagination = coarse and coarse.to(self.machine.device).requires_grad_(False)

    def learn_from(self, decoder):
        """Takes a decoder of the same latents, whose weights stay as they are."""
        self.teacher = self.machine.compiled(decoder.to(self.machine.device).requires_grad_(False))

    @property
    def trained_part(self):
        return self.network.decoder

    @property
    def network_from(self):
        # The decoder has learnt from spectra before; now it waits until the discriminators have something to say.
        return self.settings.warmup_steps if self.settings.is_adversarial else 0

    @property
    def adversarial_from(self):
        return self.settings.warmup_steps

    def reconstruct(self, crops):
        with torch.no_grad():
            with self.machine.autocast():
                latents = self.encoder(crops)
            codes = self.network.quantizer.encode(latents.float())
            depths = self.quantiser.depths(len(crops), crops.device)
            if self.imagination is not None:
                codes, depths = self.imagine(codes, depths)
            latents = sum(
                stage.entry(codes[:, index]) * (index < depths).float()[:, None, None]
                for index, stage in enumerate(self.network.quantizer.quantizers))
            wanted = crops
            if self.teacher is not None:
                with self.machine.autocast():
                    wanted = self.teacher(latents)
        # Nobody needs the gradient, but a decoder that was compiled for joint training need not be compiled again.
        latents.requires_grad_()
        with self.machine.autocast():
            output = self.decoder(latents)
        return output, wanted, None, codes

    def imagine(self, codes, depths):
        """Some items of `[B, codebook, T]` with the fine tokens of one step of decoding, and all codebooks used of them."""
        given = self.imagination.n_conditioning_codebooks
        if self.coarse_imagination is None:
            coarse = codes[:, :given]
        else:
            coarse = self.drawn(codes[:, :given])
        books = self.network.quantizer.books
        mask = torch.zeros_like(codes, dtype=torch.bool)
        mask[:, given:] = True
        latents = self.imagination.latents(torch.cat([coarse, codes[:, given:]], 1), mask, books)
        likeliest = self.imagination(latents).argmax(-1).transpose(1, 2)
        is_imagined = torch.rand(len(codes), device=codes.device) < self.settings.imagined_share
        imagined = torch.cat([coarse, likeliest], 1)
        return (
            torch.where(is_imagined[:, None, None], imagined, codes),
            torch.where(is_imagined, torch.full_like(depths, codes.shape[1]), depths))

    def drawn(self, coarse):
        """Half of the items `[B, codebook, T]` with coarse tokens that the transformer draws from some codebook on, one
        codebook after the other: not vampc's order, but tokens that are as unlike the recording's as vampc's are."""
        result, count = coarse.clone(), coarse.shape[1]
        books = self.network.quantizer.books[:count]
        kept = torch.randint(1, count, (len(coarse), 1), device=coarse.device)
        kept = torch.where(torch.rand(len(coarse), 1, device=coarse.device) < 0.5, torch.full_like(kept, count), kept)
        is_drawn = torch.arange(count, device=coarse.device) >= kept
        for codebook in range(1, count):
            mask = torch.zeros_like(coarse, dtype=torch.bool)
            mask[:, codebook:] = is_drawn[:, codebook:, None]
            logits = self.coarse_imagination(self.coarse_imagination.latents(result, mask, books))
            drawn = torch.distributions.Categorical(logits=logits[:, :, codebook].float()).sample()
            result[:, codebook] = torch.where(is_drawn[:, codebook, None], drawn, result[:, codebook])
        return result

    def backward(self, output, gradient, quantiser_losses):
        output.backward(gradient)
