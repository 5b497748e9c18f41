"""Range decoder of the coded arrangement: section 5 of container.md, arrangement 4."""

from vampc.faults import Fault
from vampc.fields import FieldReader

FULL_RANGE = 0xFFFFFFFF
SMALLEST_RANGE = 1 << 24
INCREMENT = 2


class Frequencies:
    """Frequencies of the token values of one codebook, as a binary indexed tree: 1, and 2 more for each occurrence."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.total = size
        self.tree = [node & -node for node in range(size + 1)]

    def grow(self, token: int) -> None:
        """Counts one more occurrence of `token`."""
        self.total += INCREMENT
        node = token + 1
        while node <= self.size:
            self.tree[node] += INCREMENT
            node += node & -node

    def below(self, token: int) -> int:
        """Returns the sum of the frequencies of all values below `token`."""
        total = 0
        while token > 0:
            total += self.tree[token]
            token -= token & -token
        return total

    def find(self, value: int) -> int:
        """Returns the token whose share of the total holds `value`."""
        token, width = 0, 1 << self.size.bit_length() - 1
        while width:
            if token + width <= self.size and self.tree[token + width] <= value:
                token += width
                value -= self.tree[token]
            width >>= 1
        return token


def read_coded(fields: FieldReader, counts: list[int], codebook_size: int) -> list[int]:
    """Decodes the rest of the record: `counts[codebook]` tokens of each codebook, one codebook after the other."""
    start = fields.at
    data = fields.bytes(fields.remaining)
    code, width, taken = int.from_bytes((data + bytes(4))[:4], "big"), FULL_RANGE, 4
    tokens: list[int] = []
    for count in counts:
        if count == 0:
            continue
        frequencies = Frequencies(codebook_size)
        for _ in range(count):
            unit = width // frequencies.total
            value = code // unit
            if value >= frequencies.total:
                raise Fault("out-of-range", start)
            token = frequencies.find(value)
            below, above = frequencies.below(token), frequencies.below(token + 1)
            code, width = code - below * unit, (above - below) * unit
            while width < SMALLEST_RANGE:
                code = code << 8 | (data[taken] if taken < len(data) else 0)
                width, taken = width << 8, taken + 1
            # At most four zeros stand for bytes after the last one of the payload.
            if taken > len(data) + 4:
                raise Fault("field-beyond-record", start)
            frequencies.grow(token)
            tokens.append(token)
    if taken < len(data):
        raise Fault("trailing-bytes", start + taken)
    return tokens
