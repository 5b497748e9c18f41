"""Range coder with adaptive frequencies, of which section 5 of formats/container.md is one case (order 0, step 2)."""

import numpy as np
from numpy.typing import NDArray

TOKEN_VALUES = 1_024
FULL_RANGE = 0xFFFFFFFF
SMALLEST_RANGE = 1 << 24

Block = NDArray[np.int64]


class Frequencies:
    """Adaptive frequencies of one codebook, as integers.

    All tokens of the codebook count with `step` (in a binary indexed tree). With an order above 0, tokens that followed
    the latest token count with `order * step` in addition.
    """

    def __init__(self, step: int, order: int) -> None:
        self.step, self.order = step, order
        self.tree = [0] * (TOKEN_VALUES + 1)
        for token in range(TOKEN_VALUES):
            self.add(token, 1)
        self.sum_of_all = TOKEN_VALUES
        self.followers: dict[int | None, dict[int, int]] = {}
        self.latest: int | None = None

    def add(self, token: int, amount: int) -> None:
        node = token + 1
        while node <= TOKEN_VALUES:
            self.tree[node] += amount
            node += node & -node

    def below(self, token: int) -> int:
        """Sum of the frequencies of all values below `token`."""
        total, node = 0, token
        while node > 0:
            total += self.tree[node]
            node -= node & -node
        return total + sum(count for follower, count in self.after_latest().items() if follower < token)

    def after_latest(self) -> dict[int, int]:
        """Additional frequencies of the tokens that followed the latest one."""
        return self.followers.get(self.latest, {}) if self.order else {}

    @property
    def total(self) -> int:
        return self.sum_of_all + sum(self.after_latest().values())

    def find(self, value: int) -> int:
        """Token whose share of the total holds `value`."""
        low, high = 0, TOKEN_VALUES - 1
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if self.below(middle) <= value else (low, middle - 1)
        return low

    def grow(self, token: int) -> None:
        """Counts one more occurrence of `token`."""
        self.add(token, self.step)
        self.sum_of_all += self.step
        if self.order:
            followers = self.followers.setdefault(self.latest, {})
            followers[token] = followers.get(token, 0) + self.order * self.step
            self.latest = token


class RangeEncoder:
    """Encoder of the range coder of section 5 of container.md: 32-bit ranges with carries."""

    def __init__(self) -> None:
        self.bytes = bytearray()
        self.low = 0
        self.width = FULL_RANGE

    def add(self, amount: int) -> None:
        self.low += amount
        if self.low >> 32:
            self.low &= FULL_RANGE
            index = len(self.bytes) - 1
            while self.bytes[index] == 255:
                self.bytes[index] = 0
                index -= 1
            self.bytes[index] += 1

    def encode(self, start: int, count: int, total: int) -> None:
        """Encodes the share start ..< start + count of `total`."""
        unit = self.width // total
        self.add(start * unit)
        self.width = unit * count
        while self.width < SMALLEST_RANGE:
            self.bytes.append(self.low >> 24)
            self.low, self.width = self.low << 8 & FULL_RANGE, self.width << 8

    def finish(self) -> bytes:
        """Ends with the fewest bytes that give a number in the range; zeros follow."""
        for count in range(5):
            step = 1 << 32 - 8 * count
            offset = -self.low % step
            if offset < self.width:
                self.add(offset)
                return bytes(self.bytes) + self.low.to_bytes(4, "big")[:count]
        raise AssertionError("a range without an integer")


def range_encode(block: Block, step: int, order: int) -> bytes:
    """Bytes of a block `[codebook, frame]`, codebook by codebook, each with frequencies of its own."""
    encoder = RangeEncoder()
    for plane in block.tolist():
        frequencies = Frequencies(step, order)
        for token in plane:
            start, end = frequencies.below(token), frequencies.below(token + 1)
            encoder.encode(start, end - start, frequencies.total)
            frequencies.grow(token)
    return encoder.finish()


def range_decode(data: bytes, shape: tuple[int, ...], step: int, order: int) -> Block:
    """Block `[codebook, frame]` that `range_encode` turned into `data`."""
    data = data + bytes(8)
    code, width, at = int.from_bytes(data[:4], "big"), FULL_RANGE, 4
    block = np.zeros(shape, np.int64)
    for row in range(shape[0]):
        frequencies = Frequencies(step, order)
        for column in range(shape[1]):
            unit = width // frequencies.total
            token = frequencies.find(code // unit)
            start, end = frequencies.below(token), frequencies.below(token + 1)
            code, width = code - start * unit, (end - start) * unit
            while width < SMALLEST_RANGE:
                code, width, at = code << 8 | data[at], width << 8, at + 1
            frequencies.grow(token)
            block[row, column] = token
    return block
