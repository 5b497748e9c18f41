"""Fields of a record: the integers and bytes of section 1 of container.md."""

from vampc.faults import Fault, within

VARINT_MAX_BYTES = 8
GAIN_RANGE = (-32_768, 32_767)


class FieldReader:
    """Reads the fields of one record's body in order; `at` is the offset of the next byte."""

    def __init__(self, data: bytes, start: int, end: int) -> None:
        self.data = data
        self.at = start
        self.end = end

    @property
    def remaining(self) -> int:
        """Number of bytes between the next one and the end of the body."""
        return self.end - self.at

    def bytes(self, count: int) -> bytes:
        if count > self.remaining:
            raise Fault("field-beyond-record", self.at)
        self.at += count
        return self.data[self.at - count : self.at]

    def unsigned(self, byte_count: int) -> int:
        """Reads an unsigned integer, most significant byte first."""
        return int.from_bytes(self.bytes(byte_count), "big")

    def byte(self, low: int = 0, high: int = 255) -> int:
        start = self.at
        return within(self.unsigned(1), low, high, start)

    def varint(self, low: int, high: int) -> int:
        """Reads an unsigned LEB128 integer in its shortest form."""
        start, value = self.at, 0
        for index in range(VARINT_MAX_BYTES):
            if self.remaining == 0:
                raise Fault("field-beyond-record", start)
            byte = self.data[self.at]
            self.at += 1
            value |= (byte & 0x7F) << 7 * index
            if byte < 0x80:
                if byte == 0 and index > 0:
                    break
                return within(value, low, high, start)
        raise Fault("bad-varint", start)

    def signed_varint(self, low: int, high: int) -> int:
        start = self.at
        value = self.varint(0, 1 << 56)
        return within(-(value + 1) // 2 if value & 1 else value // 2, low, high, start)

    def gain(self) -> int:
        """Reads a gain in hundredths of a decibel."""
        return self.signed_varint(*GAIN_RANGE)

    def finish(self) -> None:
        """Raises `trailing-bytes` unless the whole body has been read."""
        if self.remaining > 0:
            raise Fault("trailing-bytes", self.at)
