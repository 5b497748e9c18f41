"""A trained codec in a wider network, so that hours of training are not repeated; and a decoder between two others."""

from __future__ import annotations

import torch
from torch import nn

from recipe.dac import set_weight


def embedded(wide: torch.Tensor, narrow: torch.Tensor, inputs: int, outputs: int) -> torch.Tensor:
    """`narrow` in the corner of the weights `wide`, of which two axes are inputs and outputs: new outputs keep their
    weights, what old outputs take from new inputs is nothing."""
    if narrow.shape[2:] != wide.shape[2:] or any(
        size > room for size, room in zip(narrow.shape, wide.shape, strict=False)
    ):
        raise ValueError(f"weights {list(narrow.shape)} do not fit into {list(wide.shape)}")
    result = wide.clone()
    old = [slice(None)] * wide.ndim
    old[outputs] = slice(0, narrow.shape[outputs])
    result[tuple(old)] = 0
    old[inputs] = slice(0, narrow.shape[inputs])
    result[tuple(old)] = narrow
    return result


def weight_axes(layer: nn.Module) -> tuple[int, int]:
    """Places of inputs and outputs among the axes of a convolution's weights."""
    return (0, 1) if isinstance(layer, nn.ConvTranspose1d) else (1, 0)


def pairs(wide: nn.Module, narrow: nn.Module) -> list[tuple[nn.Module, nn.Module]]:
    wide_modules, narrow_modules = dict(wide.named_modules()), dict(narrow.named_modules())
    if wide_modules.keys() != narrow_modules.keys():
        raise ValueError("another number of layers or codebooks")
    return [(wide_modules[name], module) for name, module in narrow_modules.items()]


@torch.no_grad()
def widen(wide: nn.Module, narrow: nn.Module) -> None:
    """Fills the codec `wide` so that it computes what `narrow` does, of the same rates and codebooks; a ValueError
    where that one has others, or is wider somewhere.

    New channels hear everything and are heard by nobody yet: the weights that read them begin at nothing and have a
    gradient from the first step on.
    """
    for target, module in pairs(wide, narrow):
        if isinstance(module, (nn.Conv1d, nn.ConvTranspose1d)):
            random = module.weight.std() * torch.randn_like(target.weight)
            set_weight(target, embedded(random, module.weight, *weight_axes(module)))
            target.bias.zero_()
            target.bias[: len(module.bias)] = module.bias
        elif hasattr(module, "alpha"):
            target.alpha.fill_(module.alpha.mean())
            target.alpha[:, : module.alpha.shape[1]] = module.alpha
        elif isinstance(module, nn.Embedding):
            if target.weight.shape != module.weight.shape:
                raise ValueError("codebooks of another size")
            target.weight.copy_(module.weight)


@torch.no_grad()
def blend(decoder: nn.Module, first: nn.Module, share: float) -> None:
    """Moves a decoder by `share` of the way to the one that it was trained from, which may have been narrower: channels
    that it did not have keep their own weights, and are heard less (as WiSE-FT, arXiv 2109.01903, does with
    classifiers)."""
    for target, module in pairs(decoder, first):
        if isinstance(module, (nn.Conv1d, nn.ConvTranspose1d)):
            end = embedded(target.weight, module.weight, *weight_axes(module))
            set_weight(target, torch.lerp(target.weight, end, share))
            bias = target.bias[: len(module.bias)]
            bias.lerp_(module.bias, share)
        elif hasattr(module, "alpha"):
            target.alpha[:, : module.alpha.shape[1]].lerp_(module.alpha, share)
