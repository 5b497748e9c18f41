"""Rules of the package's structure: levels, imports, sizes of VampcKit's types and names of files.

ARCHITECTURE.md states the rules; its table of modules is read here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from swift_source import SwiftSource

# The module whose types and methods have limits.
PIPELINE = "VampcKit"
STORED_PROPERTY_LIMIT = 10
METHOD_LINE_LIMIT = 50
TABLE_START, TABLE_END = "<!-- modules -->", "<!-- end of modules -->"

# Files whose only type has another name than the file, and the reason.
FILE_NAME_EXCEPTIONS = {
    "Sources/ModelStore/FloatWidening_mmap.swift": "a file of functions; the enum is their argument",
}
# Types with the name of their module, and the reason.
MODULE_NAME_EXCEPTIONS = {
    "ReferenceCases": "only tests import the module, and none writes its name in front of a declaration",
}
# Public functions with several unlabelled parameters, which are operands.
OPERAND_FUNCTIONS = {
    "Sources/Evaluation/FrechetDistance.swift: squared": "distance of two sets, the same in either order",
    "Sources/Kernels/RowOperations.swift: appendDifference": "minuend and subtrahend",
    "Tests/ReferenceCases/ReferenceCases.swift: relativeError": "found and expected values",
}
# Libraries in C, and the ending of the files that may import them. Kernels is a C-wrapping module as a whole.
LIBRARY_SUFFIXES = {
    "CCrypto": "crypto", "CEbur128": "ebur128", "CFLAC": "flac", "CKissFFT": "kissfft", "CLAPACK": "lapack",
    "CLibrsvg": "rsvg", "CMpg123": "mpg123", "COpusenc": "opusenc", "COpusfile": "opusfile", "CSndfile": "sndfile",
    "CSoxr": "soxr", "CZlib": "zlib",
}  # fmt: skip


class Fault(NamedTuple):
    """Violation of a rule. Line 0 stands for the whole file."""

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}" if self.line else f"{self.path}: {self.message}"


@dataclass
class ModuleRow:
    """Row of the table of modules. Modules that only tests use have no level."""

    level: int | None
    name: str
    imports: list[str]
    line: int


@dataclass
class Package:
    """Sources of all modules, and what the package's manifest says of them."""

    root: Path
    manifest: dict[str, Any]
    sources: dict[str, dict[str, SwiftSource]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for target in self.targets:
            folder = self.root / (target.get("path") or f"Sources/{target['name']}")
            self.sources[target["name"]] = {
                path.relative_to(self.root).as_posix(): SwiftSource.parse(path.read_text(encoding="utf-8"))
                for path in sorted(folder.rglob("*.swift"))
            }

    @property
    def targets(self) -> list[dict[str, Any]]:
        """Targets without the tests."""
        return [target for target in self.manifest["targets"] if target["type"] not in {"test", "plugin"}]

    def dependencies(self, target: dict[str, Any]) -> set[str]:
        """Modules on which a target depends, of this package and of others."""
        return {
            dependency[0] for item in target["dependencies"] for kind, dependency in item.items() if kind != "condition"
        }


def module_table(text: str) -> list[ModuleRow]:
    """Rows of the table of modules in ARCHITECTURE.md.

    The columns are level, module (one or several), imports and whatever else. Raises ValueError without a table.
    """
    if TABLE_START not in text or TABLE_END not in text:
        raise ValueError(f"no table between {TABLE_START} and {TABLE_END}")
    first_line = text[: text.index(TABLE_START)].count("\n") + 1
    rows = []
    for offset, line in enumerate(text[text.index(TABLE_START) : text.index(TABLE_END)].splitlines()):
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) < 3 or not (cells[0].isdigit() or cells[0] == "tests"):
            continue
        for name in re.findall(r"`(\w+)`", cells[1]):
            level = int(cells[0]) if cells[0].isdigit() else None
            rows.append(ModuleRow(level, name, re.findall(r"`(\w+)`", cells[2]), first_line + offset))
    return rows


def import_faults(package: Package, rows: list[ModuleRow], document: str) -> Iterator[Fault]:
    """Imports, dependencies of the manifest and levels against the table."""
    table = {row.name: row for row in rows}
    names = {target["name"] for target in package.targets}
    for row in rows:
        if row.name not in names:
            yield Fault(document, row.line, f"{row.name} is no module of Package.swift")
        yield from _level_faults(row, table, document)
    for target in package.targets:
        name = target["name"]
        if name not in table:
            yield Fault(document, 0, f"{name} is missing in the table of modules")
            continue
        row = table[name]
        allowed, declared = set(row.imports), package.dependencies(target)
        of_system = {item for item in allowed if item not in names and item not in declared}
        for item in sorted(declared - allowed):
            yield Fault("Package.swift", 0, f"{name} depends on {item}, which {document} does not allow")
        if target["type"] == "system" or not package.sources[name]:
            continue
        used = set()
        for path, source in package.sources[name].items():
            for found in source.imports:
                used.add(found.module)
                if found.module not in allowed:
                    yield Fault(path, found.line, f"{name} imports {found.module}, which {document} does not allow")
                elif found.module not in declared | of_system:
                    yield Fault(
                        path, found.line, f"{name} imports {found.module}, on which Package.swift has no dependency"
                    )
        for item in sorted(allowed - used):
            yield Fault(document, row.line, f"{name} does not import {item}")
        for item in sorted((allowed & names) - declared - used):
            yield Fault("Package.swift", 0, f"{name} does not depend on {item}, which {document} lists")


def _level_faults(row: ModuleRow, table: dict[str, ModuleRow], document: str) -> Iterator[Fault]:
    for item in row.imports:
        imported = table.get(item)
        if imported is None or row.level is None:
            continue
        # The C modules of level 0 may include each other's headers.
        if imported.level is None or imported.level > row.level or (imported.level == row.level > 0):
            level = "tests" if imported.level is None else imported.level
            yield Fault(document, row.line, f"{row.name} (level {row.level}) imports {item} (level {level})")


def size_faults(sources: dict[str, SwiftSource]) -> Iterator[Fault]:
    """Types with too many stored properties, and methods with too many lines."""
    for path, source in sources.items():
        for item in source.declarations:
            count = len(item.stored_properties)
            if count > STORED_PROPERTY_LIMIT:
                yield Fault(
                    path, item.line, f"{item.name} has {count} stored properties, at most {STORED_PROPERTY_LIMIT}"
                )
        for function in source.functions:
            if function.line_count > METHOD_LINE_LIMIT:
                yield Fault(
                    path, function.first_line,
                    f"{function.name} has {function.line_count} lines, at most {METHOD_LINE_LIMIT}",
                )  # fmt: skip


def name_faults(package: Package) -> Iterator[Fault]:
    """Types named like their module, and files named unlike their only type."""
    used_exceptions = set()
    for module, sources in package.sources.items():
        for path, source in sources.items():
            for item in source.declarations:
                if item.keyword == "extension" or item.name != module:
                    continue
                if module in MODULE_NAME_EXCEPTIONS:
                    used_exceptions.add(module)
                else:
                    yield Fault(path, item.line, f"{item.name} has the name of its module")
            fault = _file_name_fault(path, source)
            if fault and path in FILE_NAME_EXCEPTIONS:
                used_exceptions.add(path)
            elif fault:
                yield fault
            yield from _suffix_faults(module, path, source)
    for name in sorted((set(FILE_NAME_EXCEPTIONS) | set(MODULE_NAME_EXCEPTIONS)) - used_exceptions):
        yield Fault("scripts/package_structure.py", 0, f"the exception for {name} is not needed")


def _file_name_fault(path: str, source: SwiftSource) -> Fault | None:
    stem, _, concern = re.sub(r"_[a-z0-9]+$", "", Path(path).stem).partition("+")
    types = [item for item in source.types if not item.is_private] or source.types
    if concern:
        if not re.search(rf"\b{stem}\b", source.code):
            return Fault(path, 1, f"the file is named after {stem}, which does not occur in it")
        return None
    if len(types) == 1 and types[0].name != stem:
        return Fault(path, types[0].line, f"the file's only type is {types[0].name}")
    return None


def _suffix_faults(module: str, path: str, source: SwiftSource) -> Iterator[Fault]:
    suffix = Path(path).stem.rpartition("_")[2] if "_" in Path(path).stem else ""
    libraries = {item.module: item.line for item in source.imports}
    for library, expected in LIBRARY_SUFFIXES.items():
        if library in libraries and suffix != expected and module != "Kernels":
            yield Fault(path, libraries[library], f"imports {library}; the file's name does not end in _{expected}")
        if suffix == expected and library not in libraries and not set(LIBRARY_SUFFIXES) & set(libraries):
            yield Fault(path, 1, f"the file's name ends in _{suffix}, but it does not import {library}")


def label_faults(package: Package) -> Iterator[Fault]:
    """Public functions and initialisers with two or more unlabelled parameters that are no operands.

    Operators have operands. The indices of a subscript count as operands, too.
    """
    used_exceptions = set()
    for sources in package.sources.values():
        for path, source in sources.items():
            for item in source.public_signatures:
                if item.unlabelled_count < 2 or not item.name.isidentifier():
                    continue
                name = f"{path}: {item.name}"
                if name in OPERAND_FUNCTIONS:
                    used_exceptions.add(name)
                else:
                    yield Fault(path, item.line, f"{item.name} has {item.unlabelled_count} parameters without labels")
    for name in sorted(set(OPERAND_FUNCTIONS) - used_exceptions):
        yield Fault("scripts/package_structure.py", 0, f"the exception for {name} is not needed")


def document_faults(package: Package, text: str, document: str) -> Iterator[Fault]:
    """Swift files that the document names and the package lacks."""
    files = {Path(path).name for sources in package.sources.values() for path in sources}
    for number, line in enumerate(text.splitlines(), start=1):
        for name in re.findall(r"`([\w+]+\.swift)`", line):
            if name not in files | {"Package.swift"}:
                yield Fault(document, number, f"there is no {name}")


class Reference(NamedTuple):
    """Use of a declaration of one file in another."""

    user: str
    line: int
    name: str
    declarer: str


def references(sources: dict[str, SwiftSource]) -> list[Reference]:
    """First use of each declaration in each other file.

    Declarations are types, global functions, and members that an extension in another file than its type's adds under
    a name that occurs nowhere else.
    """
    declarers = {
        name: path
        for path, source in sources.items()
        for name in [item.name for item in source.types if not item.is_private] + source.global_names
    }
    declared_in: dict[str, set[str]] = {}
    for path, source in sources.items():
        for item in source.declarations:
            for member in item.members:
                declared_in.setdefault(member, set()).add(path)
    members = {
        member: path
        for path, source in sources.items()
        for item in source.extensions
        for member in item.members
        if declarers.get(item.name, path) != path and len(declared_in[member]) == 1
    }
    found = []
    for path, source in sources.items():
        for names, pattern in [(declarers, r"(?<![.\w])"), (members, r"(?<=\.)")]:
            for name, declarer in names.items():
                if declarer == path or (names is members and name in {"init", "subscript"}):
                    continue
                match = re.search(pattern + re.escape(name) + r"(?!\w)(?:\.\w+)*", source.code)
                if match:
                    found.append(Reference(path, source.code.count("\n", 0, match.start()) + 1, match[0], declarer))
    return found


def file_levels(sources: dict[str, SwiftSource]) -> tuple[dict[str, int], list[list[str]]]:
    """Level of each file, one more than the highest level that it uses, and the rings of files that use each other.

    All files of a ring have the same level.
    """
    uses: dict[str, set[str]] = {path: set() for path in sources}
    for reference in references(sources):
        uses[reference.user].add(reference.declarer)
    rings = _components(uses)
    ring_of = {path: index for index, ring in enumerate(rings) for path in ring}
    levels: dict[int, int] = {}
    # Components come in such an order that each uses earlier ones alone.
    for index, ring in enumerate(rings):
        below = {ring_of[used] for path in ring for used in uses[path]} - {index}
        levels[index] = max((levels[used] + 1 for used in below), default=0)
    return {path: levels[ring_of[path]] for path in sources}, [sorted(ring) for ring in rings if len(ring) > 1]


def ring_faults(sources: dict[str, SwiftSource]) -> Iterator[Fault]:
    """Files that use each other: a call from a lower to a higher level is among their uses."""
    _, rings = file_levels(sources)
    uses = references(sources)
    for ring in rings:
        for reference in sorted(uses):
            if reference.user in ring and reference.declarer in ring:
                yield Fault(
                    reference.user, reference.line,
                    f"uses {reference.name} of {reference.declarer}, which uses this file, directly or through others",
                )  # fmt: skip


def _components(uses: dict[str, set[str]]) -> list[list[str]]:
    """Strongly connected components (Tarjan 1972), those that are used first."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    components: list[list[str]] = []

    def visit(node: str) -> None:
        index[node] = low[node] = len(index)
        stack.append(node)
        for used in sorted(uses[node]):
            if used not in index:
                visit(used)
                low[node] = min(low[node], low[used])
            elif used in stack:
                low[node] = min(low[node], index[used])
        if low[node] == index[node]:
            start = stack.index(node)
            components.append(stack[start:])
            del stack[start:]

    for node in sorted(uses):
        if node not in index:
            visit(node)
    return components
