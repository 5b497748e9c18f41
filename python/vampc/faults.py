"""Faults of section 9 of container.md."""


class Fault(Exception):
    """First fault of an input: a code of section 9 and the offset of the byte that it concerns."""

    def __init__(self, code: str, offset: int) -> None:
        super().__init__(code, offset)
        self.code = code
        self.offset = offset

    def __str__(self) -> str:
        return f"{self.code} {self.offset}"


def within(value: int, low: int, high: int, offset: int) -> int:
    """Returns `value`, or raises `out-of-range` at `offset` where it is not in low...high."""
    if not low <= value <= high:
        raise Fault("out-of-range", offset)
    return value
