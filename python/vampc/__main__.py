"""Reads vampc containers strictly and lists what they hold.

    python3 -m vampc FILE|- ...

Prints the listing of each file (fixtures/containers/README.md), or `CODE BYTE-OFFSET` of its first fault (section 9
of formats/container.md). With several files, a line `file NAME` comes before each. NumPy is not needed.

Exit status: 0 where all files were read, 65 where one has a fault, 1 where one cannot be opened, 64 for wrong usage.
"""

import sys
from pathlib import Path

from vampc.faults import Fault
from vampc.listing import listing
from vampc.reader import read_streams

OK, CANNOT_OPEN, USAGE, DAMAGED = 0, 1, 64, 65


def main(arguments: list[str]) -> int:
    if arguments in (["-h"], ["--help"]):
        print((__doc__ or "").strip())
        return OK
    if not arguments or any(name.startswith("-") and name != "-" for name in arguments):
        print((__doc__ or "").strip(), file=sys.stderr)
        return USAGE
    status = OK
    for name in arguments:
        if len(arguments) > 1:
            print("file", name)
        try:
            data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        except OSError as error:
            print(f"python3 -m vampc: error: {name}: {error.strerror}", file=sys.stderr)
            status = CANNOT_OPEN
            continue
        try:
            for line in listing(read_streams(data)):
                print(line)
        except Fault as fault:
            print(fault)
            status = status or DAMAGED
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
