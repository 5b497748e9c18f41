"""vampc against PyTorch fp32 on the same weights, two threads each, in turns within one run.

    compare.py --bench .build/release/vampc-bench --python .venv/bin/python [--turns 7] [-o RESULTS-speed.md]
               [--level avx2] default=models/default published=FOLDER_OF_MAKE_WEIGHTS

Every network stays loaded in child processes and one child at a time computes, so that all meet the same machine in
turns, the first turn left out. Ratios are medians over turns of torch's seconds divided by vampc's: above 1, vampc is
faster. The share of peak is of the fp32 peak that `vampc-bench` measures in the same run.

PyTorch runs twice: as installed, and with glibc told to keep freed memory. As installed, every large activation is
fresh memory from the kernel, and page faults can cost more than the arithmetic; the second is torch at its best and
the one that counts.

Each line written to a child is a command, each line it answers a number of seconds (monotonic clock, computing only):
`encode SECONDS`, `decode SECONDS`, `forward FRAMES`; of `vampc-bench serve` also `peak` (GFLOP/s on two threads) and
`level` (instruction level).
"""

import argparse
import json
import os
import platform
import statistics
import struct
import subprocess
from dataclasses import dataclass
from pathlib import Path

import flops

THREAD_COUNT = 2
# What a shell may carry and what would slow one side down or give it other threads.
REMOVED_VARIABLES = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "OPENBLAS_NUM_THREADS", "OMP_WAIT_POLICY",
                     "KMP_BLOCKTIME", "MKL_NUM_THREADS", "MKL_ENABLE_INSTRUCTIONS", "ATEN_CPU_CAPABILITY")
# PyTorch at its best: large blocks come from the heap and stay there.
KEEP_FREED_MEMORY = {"MALLOC_MMAP_THRESHOLD_": str(1 << 32), "MALLOC_TRIM_THRESHOLD_": str(1 << 33),
                     "MALLOC_TOP_PAD_": str(1 << 29)}
PEAK_REPEATS = 5
# What keeps PyTorch, oneDNN and MKL inside it, and OpenBLAS inside vampc, to an instruction level.
LEVELS = {"avx2": {"ATEN_CPU_CAPABILITY": "avx2", "ONEDNN_MAX_CPU_ISA": "AVX2", "MKL_ENABLE_INSTRUCTIONS": "AVX2",
                   "OPENBLAS_CORETYPE": "Haswell"}}


@dataclass
class Case:
    network: str
    path: Path
    configuration: dict
    command: str
    amount: float

    @property
    def operations(self):
        return flops.COUNTS[self.command](self.configuration, self.amount)

    @property
    def line(self):
        return f"{self.command} {self.amount:g}"

    @property
    def title(self):
        unit = "frames" if self.command == "forward" else "s"
        return f"{self.command} {self.amount:g} {unit}"


class Child:
    """A process that answers each line with one line."""

    def __init__(self, command, variables={}):
        removed = (*REMOVED_VARIABLES, *KEEP_FREED_MEMORY)
        environment = {name: value for name, value in os.environ.items() if name not in removed}
        environment |= {"OMP_NUM_THREADS": str(THREAD_COUNT), **variables}
        self.command = command
        self.process = subprocess.Popen(
            [str(part) for part in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)

    def ask(self, line):
        try:
            self.process.stdin.write(line + "\n")
            self.process.stdin.flush()
            answer = self.process.stdout.readline().strip()
        except BrokenPipeError:
            answer = ""
        if not answer:
            raise SystemExit(f"compare.py: {self.command[0]} gave no answer to '{line}'")
        return answer

    def seconds(self, line):
        return float(self.ask(line))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait(timeout=30)


def read_metadata(path):
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        return json.loads(file.read(length))["__metadata__"]


def cases(label, folder, seconds):
    """What there is to measure in a folder of models, one network after another."""
    found = []
    for path in sorted(folder.glob("*.safetensors")):
        metadata = read_metadata(path)
        configuration = json.loads(metadata["kwargs"])
        name = f"{label} {metadata['role']}"
        if metadata["kind"] == "DAC":
            found += [Case(name, path, configuration, command, seconds) for command in ("encode", "decode")]
        else:
            found.append(Case(name, path, configuration, "forward", int(metadata["window_frames"])))
    if not found:
        raise SystemExit(f"compare.py: no .safetensors in {folder}")
    return found


def measure(case, children, turns):
    """Seconds of each child, a tuple for each of `turns` turns, after one that warms all up."""
    measured = [tuple(child.seconds(case.line) for child in children) for _ in range(turns + 1)]
    return measured[1:]


def row(case, measured, peak_gflops):
    best = [torch / vampc for vampc, torch, _ in measured]
    installed = [torch / vampc for vampc, _, torch in measured]
    vampc, torch, torch_installed = (statistics.median(column) for column in zip(*measured))
    gflops = case.operations / 1e9
    shares = [f"{gflops / seconds / peak_gflops:.0%}" if peak_gflops else "n/a" for seconds in (vampc, torch)]
    return (f"| {case.network} | {case.title} | {gflops:.1f} | {vampc:.3f} | {torch:.3f} | "
            f"**{statistics.median(best):.2f}** | {min(best):.2f}–{max(best):.2f} | {shares[0]} | {shares[1]} | "
            f"{torch_installed:.3f} | {statistics.median(installed):.2f} |")


def measured_peak(vampc):
    """GFLOP/s, the best of a few; None where the executable does not measure it."""
    try:
        return max(vampc.seconds("peak") for _ in range(PEAK_REPEATS))
    except ValueError:
        return None


def processor_name():
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", nargs="+", metavar="LABEL=FOLDER")
    parser.add_argument("--bench", type=Path, required=True, help="the vampc-bench executable")
    parser.add_argument("--python", type=Path, required=True, help="a Python with requirements.txt installed")
    parser.add_argument("--level", choices=sorted(LEVELS), help="keep both sides to an instruction level")
    parser.add_argument("--turns", type=int, default=7, help="measured turns a row (default 7)")
    parser.add_argument("--seconds", type=float, default=10, help="audio a call (default 10)")
    parser.add_argument("--published-seconds", type=float, default=2, metavar="SECONDS",
                        help="audio a call for networks above 1 TFLOP at --seconds (default 2)")
    parser.add_argument("-o", "--output", type=Path, default=Path(__file__).with_name("RESULTS-speed.md"))
    arguments = parser.parse_args()
    here = Path(__file__).parent

    everything = []
    for argument in arguments.models:
        label, folder = argument.split("=", 1)
        for case in cases(label, Path(folder), arguments.seconds):
            if case.command != "forward" and case.operations > 1e12:
                case.amount = arguments.published_seconds
            everything.append(case)

    rows, peaks, level, version = [], [], "", ""
    for path in dict.fromkeys(case.path for case in everything):
        bench_command = [arguments.bench, "serve", path, "--threads", THREAD_COUNT]
        if arguments.level:
            bench_command += ["--level", arguments.level]
        limits = LEVELS.get(arguments.level, {})
        torch_command = [arguments.python, here / "torch_reference.py", path, "--threads", THREAD_COUNT]
        with (Child(bench_command, limits) as vampc, Child(torch_command, KEEP_FREED_MEMORY | limits) as torch,
              Child(torch_command, limits) as torch_installed):
            level, version = vampc.ask("level"), torch.ask("version")
            peak = measured_peak(vampc)
            if peak:
                peaks.append(peak)
            for case in everything:
                if case.path == path:
                    rows.append(row(case, measure(case, (vampc, torch, torch_installed), arguments.turns), peak))
                    print(rows[-1], flush=True)
    peak_text = f"{min(peaks):.0f}–{max(peaks):.0f} GFLOP/s on {THREAD_COUNT} threads" if peaks else "n/a"

    text = f"""# Speed

Written by `Benchmarks/compare.py`. Two threads, {arguments.turns} turns after one that warms up; seconds are medians,
the ratio is torch's seconds divided by vampc's, turn by turn (median, and the smallest and largest). "torch" keeps
freed memory (`MALLOC_TRIM_THRESHOLD_` and the like), which is torch at its best; the last two columns are torch as installed.

- machine: {processor_name()}, {os.cpu_count()} cores; instruction level `{level}`
- fp32 peak measured in this run: {peak_text}
- PyTorch {version}, fp32, eager, weight normalisation multiplied out beforehand

| network | what | GFLOP | vampc s | torch s | ratio | range | vampc, of peak | torch, of peak | as installed s | ratio |
|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|
""" + "\n".join(rows) + "\n"
    arguments.output.write_text(text)
    print(f"wrote {arguments.output}")


if __name__ == "__main__":
    main()
