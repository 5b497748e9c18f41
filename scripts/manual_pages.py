"""Manual pages of vampc, made from the help of the program, from texts in man/text/ and from the formats in formats/.

A page of a command has the abstract, the paragraphs, the options and the examples of the command's help.
man/text/NAME.mdoc adds what the help has no room for, in parts that begin with a line of the form

    .\\" @description              text behind the paragraphs of the help
    .\\" @option --channels        text behind the help of an option
    .\\" @examples                 text behind the examples of the help
    .\\" @section CAVEATS          a section of its own, behind the examples
    .\\" @see ffmpeg 1             a page for SEE ALSO

man/text/shared.mdoc has such parts for options of several commands. A part for an option that the help does not have is
an error. Pages of formats are converted from Markdown.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

DATE = "November 29, 2026"
WIDTH = 78
# Markdown documents that become pages of section 5: name, document, description.
FORMATS = [
    ("vampc", "formats/container.md", "container of neural audio tokens"),
    ("vampa", "formats/archive.md", "archive of many vampc recordings in one file"),
]
OPTION = re.compile(r"(--?[A-Za-z][A-Za-z0-9-]*)([.,;:)]*)$")


class ManualError(Exception):
    """A text that does not fit the help."""


@dataclass
class Text:
    """Parts of a file in man/text/."""

    path: Path
    description: list[str] = field(default_factory=list)
    options: dict[str, list[str]] = field(default_factory=dict)
    examples: list[str] = field(default_factory=list)
    sections: dict[str, list[str]] = field(default_factory=dict)
    see: list[tuple[str, str]] = field(default_factory=list)

    @classmethod
    def read(cls, path: Path) -> Text:
        """Reads a file; a missing one has no parts."""
        text = cls(path)
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        part: list[str] | None = None
        for number, line in enumerate(lines, 1):
            directive = re.match(r'\.\\" @(\w+) ?(.*)$', line)
            if directive is None:
                if part is not None:
                    part.append(line)
                elif line and not line.startswith('.\\"'):
                    raise ManualError(f"{path}:{number}: text in front of the first part")
                continue
            kind, value = directive.groups()
            if kind == "description":
                part = text.description
            elif kind == "option":
                part = text.options.setdefault(value, [])
            elif kind == "examples":
                part = text.examples
            elif kind == "section":
                part = text.sections.setdefault(value, [])
            elif kind == "see":
                name, section = value.split()
                text.see.append((section, name))
            else:
                raise ManualError(f"{path}:{number}: unknown part @{kind}")
        return text


@dataclass
class Command:
    """A command of the program, as its help describes it."""

    names: list[str]
    abstract: str
    paragraphs: list[str]
    blocks: dict[str, list[str]]
    arguments: list[dict[str, Any]]
    subcommands: list[Command]

    @property
    def page(self) -> str:
        return "-".join(self.names)

    def walk(self) -> Iterator[Command]:
        yield self
        for subcommand in self.subcommands:
            yield from subcommand.walk()


def command(node: dict[str, Any], parents: list[str]) -> Command:
    """Command of a node of --experimental-dump-help. The options of a default subcommand belong to its parent."""
    names = [*parents, node["commandName"]]
    paragraphs, blocks = split_discussion(node.get("discussion", ""))
    arguments = list(node.get("arguments", []))
    children = [child for child in node.get("subcommands", []) if child["commandName"] != "help"]
    default = node.get("defaultSubcommand")
    subcommands = []
    for child in children:
        if child["commandName"] == default:
            arguments = list(child["arguments"])
        else:
            subcommands.append(command(child, names))
    shown = [argument for argument in arguments if argument.get("shouldDisplay", True)]
    return Command(names, node["abstract"], paragraphs, blocks, shown, subcommands)


def split_discussion(discussion: str) -> tuple[list[str], dict[str, list[str]]]:
    """Paragraphs of a discussion, and its blocks with a heading in capitals, such as EXAMPLES."""
    paragraphs: list[str] = []
    blocks: dict[str, list[str]] = {}
    for paragraph in discussion.split("\n\n"):
        lines = paragraph.strip("\n").split("\n")
        if re.fullmatch(r"[A-Z ]+", lines[0]):
            blocks["EXAMPLES" if lines[0] == "EXAMPLE" else lines[0]] = lines[1:]
        elif lines[0]:
            paragraphs.append(" ".join(lines))
    return paragraphs, blocks


@dataclass(frozen=True)
class Example:
    """Command line of the help, and the words beside it."""

    command: str
    remark: str


def examples(lines: Iterable[str]) -> list[Example]:
    """Examples of a help text. A remark stands behind two spaces, or alone on the next line; a backslash continues."""
    found: list[Example] = []
    continues = False
    for line in lines:
        text = line[2:] if line.startswith("  ") else line
        indent = len(text) - len(text.lstrip())
        if continues and found:
            head, remark = split_remark(text.strip())
            found[-1] = Example(found[-1].command + "\n    " + head, remark)
        elif indent > 8 and found:
            remark = " ".join(filter(None, [found[-1].remark, text.strip()]))
            found[-1] = Example(found[-1].command, remark)
        else:
            found.append(Example(*split_remark(text.strip())))
        continues = found[-1].command.endswith("\\")
    return found


def split_remark(text: str) -> tuple[str, str]:
    head, _, remark = text.partition("  ")
    return head, remark.strip()


def escaped(text: str) -> str:
    """Text without characters that roff interprets, in ASCII."""
    text = text.replace("\\", "\\e").replace("−", "\\-").replace("…", "...")
    return "".join(letter if letter.isascii() else f"\\[u{ord(letter):04X}]" for letter in text)


def literal(line: str) -> str:
    """Line of code, whose ellipses keep their width."""
    return "\\[u2026]".join(escaped(part) for part in line.split("…"))


def guarded(line: str) -> str:
    """Text line that mdoc does not take for a request."""
    return "\\&" + line if line[:1] in (".", "'") else line


def sentences(text: str) -> list[str]:
    return re.split(r"(?<=[a-z0-9)'`%][.?!]) (?=[A-Z−-])", text)


def prose(text: str) -> list[str]:
    """Text of the help as lines of mdoc: each sentence begins a line, and options are marked."""
    lines: list[str] = []
    for sentence in sentences(text):
        words: list[str] = []
        for word in sentence.split():
            option = OPTION.match(word)
            if option is None:
                words.append(escaped(word))
                continue
            lines += wrapped(words)
            words = []
            punctuation = " ".join(option.group(2))
            lines.append(f".Fl {option.group(1)[1:]}" + (f" {punctuation}" if punctuation else ""))
        lines += wrapped(words)
    return lines


def wrapped(words: list[str]) -> list[str]:
    """Lines of words; a line never begins with a character that mdoc would take for a request."""
    lines = textwrap.wrap(" ".join(words), WIDTH, break_long_words=False, break_on_hyphens=False)
    return [guarded(line) for line in lines]


def spelling(name: dict[str, str]) -> str:
    return ("-" if name["kind"] == "short" else "--") + name["name"]


def item(argument: dict[str, Any]) -> str:
    """Line .It of an option or an argument."""
    if argument["kind"] == "positional":
        return ".It Ar " + argument["valueName"] + (" ..." if argument.get("isRepeating") else "")
    names = sorted(argument["names"], key=lambda name: name["kind"] != "short")
    line = ".It " + " , ".join("Fl " + spelling(name)[1:] for name in names)
    if argument["kind"] == "flag":
        return line
    values = argument.get("allValues")
    return line + (" Cm " + " | ".join(values) if values else " Ar " + argument["valueName"])


def option_lines(argument: dict[str, Any], texts: list[Text], used: set[tuple[Path, str]]) -> list[str]:
    lines = [item(argument)]
    abstract = argument.get("abstract", "")
    lines += prose(abstract)
    default = argument.get("defaultValue")
    if default and "Default:" not in abstract:
        lines += ["Default:", f".Cm {escaped(default)} ."]
    for name in [spelling(name) for name in argument.get("names", [])] or [argument["valueName"]]:
        for text in texts:
            if name in text.options:
                used.add((text.path, name))
                lines += text.options[name]
    return lines


def options_section(command: Command, texts: list[Text], used: set[tuple[Path, str]]) -> list[str]:
    """Section of all options in the groups of the help."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for argument in command.arguments:
        names = {name["name"] for name in argument.get("names", [])}
        general = bool(names & {"version", "help"})
        groups.setdefault("" if general else argument.get("sectionTitle") or "", []).append(argument)
    lines = [".Sh OPTIONS"]
    # Options without a group come first, as most users need them, unless they are --version and --help alone.
    plain = groups.pop("", [])
    if not groups or len(plain) > 2:
        lines += option_list(plain, texts, used)
        plain = []
    for title, arguments in groups.items():
        lines += [f".Ss {title}", *option_list(arguments, texts, used)]
    if plain:
        lines += [".Ss Other options", *option_list(plain, texts, used)]
    return lines


def option_list(arguments: list[dict[str, Any]], texts: list[Text], used: set[tuple[Path, str]]) -> list[str]:
    lines = [".Bl -tag -width Ds"]
    for argument in arguments:
        lines += option_lines(argument, texts, used)
    return [*lines, ".El"]


def synopsis(command: Command) -> list[str]:
    lines = [".Nm vampc"]
    lines += [f".Cm {' '.join(command.names[1:])}"] if command.names[1:] else []
    if command.subcommands and not any(argument["kind"] == "positional" for argument in command.arguments):
        return [*lines, ".Ar command", ".Op Ar options"]
    lines.append(".Op Ar options")
    for argument in command.arguments:
        if argument["kind"] == "option" and not argument.get("isOptional", True):
            lines.append(item(argument).removeprefix(".It ").split(" , ")[0].join([".", ""]))
            value = argument.get("valueName")
            lines[-1] += f" Ar {value}" if value and not lines[-1].endswith(value) else ""
    for argument in command.arguments:
        if argument["kind"] != "positional":
            continue
        value = argument["valueName"] + (" ..." if argument.get("isRepeating") else "")
        lines.append(f".Op Ar {value}" if argument.get("isOptional") else f".Ar {value}")
    return lines


def example_lines(found: list[Example]) -> list[str]:
    """Examples with the same remark, or none, share a display."""
    lines: list[str] = []
    for example in found:
        lines += [*prose(capitalised(example.remark).rstrip(".") + ":"), ""] if example.remark else []
        if lines and lines[-1] == "":
            lines.pop()
        lines += [".Bd -literal -offset indent", *[guarded(escaped(line)) for line in example.command.split("\n")]]
        lines.append(".Ed")
        lines.append(".Pp")
    return lines[:-1]


def capitalised(text: str) -> str:
    """Remark as the beginning of a sentence; names of files and words with capitals stay as they are."""
    word = text.split(" ", 1)[0].rstrip(",;:")
    return text if not word.isalpha() else text[:1].upper() + text[1:]


def subcommand_list(command: Command) -> list[str]:
    lines = [".Bl -tag -width Ds"]
    for subcommand in command.subcommands:
        lines += [f".It Xr {subcommand.page} 1", *prose(subcommand.abstract)]
    return [*lines, ".El"]


def table_block(lines: list[str], macro: str) -> list[str]:
    """Block of the help whose lines are a name and a text, as a list."""
    result = [".Bl -tag -width Ds"]
    rest: list[str] = []
    for line in lines:
        entry = re.match(r"  (\S+)\s+(\S.*)$", line)
        if entry and (entry.group(1).isdigit() or entry.group(1).isupper()):
            result += [f".It {macro}{entry.group(1)}", *prose(capitalised(entry.group(2)).rstrip(".") + ".")]
        else:
            rest += [".Pp", *prose(line.strip())]
    return [*result, ".El", *rest]


def see_also(pages: Iterable[tuple[str, str]]) -> list[str]:
    entries = sorted(set(pages))
    lines = [f".Xr {name} {section} ," for section, name in entries]
    return [".Sh SEE ALSO", *lines[:-1], lines[-1].removesuffix(" ,")] if lines else []


def header(name: str, section: int, origin: str, is_table: bool = False) -> list[str]:
    return [
        *(["'\\\" t"] if is_table else []),
        f'.\\" Made by scripts/make-manual from {origin}; change those and run it again.',
        f".Dd {DATE}",
        f".Dt {name.upper()} {section}",
        ".Os",
    ]


def command_page(command: Command, folder: Path, used: set[tuple[Path, str]]) -> str:
    """Page of one command."""
    own = Text.read(folder / f"{command.page}.mdoc")
    shared = Text.read(folder / "shared.mdoc")
    is_root = len(command.names) == 1
    origin = "the help of the program" if is_root else f"'vampc help {' '.join(command.names[1:])}'"
    lines = header(command.page, 1, f"{origin} and man/text/{own.path.name}")
    abstract = command.abstract.rstrip(".")
    lines += [".Sh NAME", f".Nm {command.page}", f".Nd {abstract[:1].lower() + abstract[1:]}"]
    lines += [".Sh SYNOPSIS", *synopsis(command), ".Sh DESCRIPTION"]
    description: list[str] = []
    for paragraph in command.paragraphs:
        description += [".Pp", *prose(paragraph)]
    if own.description:
        description += [".Pp", *own.description]
    lines += description[1:] or prose(command.abstract)
    if command.subcommands:
        lines += [".Sh COMMANDS", *subcommand_list(command)]
    lines += options_section(command, [own, shared], used)
    if "ENVIRONMENT" in command.blocks:
        lines += [".Sh ENVIRONMENT", *table_block(command.blocks["ENVIRONMENT"], "Ev ")]
    if "FILES" in own.sections:
        lines += [".Sh FILES", *own.sections.pop("FILES")]
    lines += [".Sh EXIT STATUS"]
    if "EXIT STATUS" in command.blocks:
        lines += table_block(command.blocks["EXIT STATUS"], "")
    if not is_root:
        lines += [".Xr vampc 1", "lists all exit statuses."]
    lines += own.sections.pop("EXIT STATUS", [])
    found = example_lines(examples(command.blocks.get("EXAMPLES", [])))
    if found and own.examples:
        found.append(".Pp")
    if found or own.examples:
        lines += [".Sh EXAMPLES", *found, *own.examples]
    pages = set(own.see)
    if is_root:
        pages |= {("1", other.page) for other in command.walk()} | {("5", name) for name, _, _ in FORMATS}
    else:
        pages |= {("1", "vampc"), *(("1", other.page) for other in command.subcommands)}
        pages |= {("1", "-".join(command.names[:-1]))}
    lines += see_also(pages - {("1", command.page)})
    for title, text in own.sections.items():
        lines += [f".Sh {title}", *text]
    return joined(lines)


def joined(lines: list[str]) -> str:
    """Text of a page. A list or a display makes space by itself, so no paragraph begins in front of it."""
    kept = [
        line
        for line, following in zip(lines, [*lines[1:], ""], strict=True)
        if not (line == ".Pp" and following[:3] in (".Bd", ".Bl", ".Sh"))
    ]
    return "\n".join(kept) + "\n"


def pages(dump: dict[str, Any], root: Path) -> dict[str, str]:
    """File names and texts of all pages."""
    program = command(dump["command"], [])
    folder = root / "man" / "text"
    used: set[tuple[Path, str]] = set()
    result = {f"{found.page}.1": command_page(found, folder, used) for found in program.walk()}
    known = {f"{found.page}.mdoc" for found in program.walk()} | {"shared.mdoc"}
    for path in sorted(folder.iterdir()):
        if path.name not in known:
            raise ManualError(f"{path}: no command has this name")
        for name in Text.read(path).options:
            if (path, name) not in used:
                raise ManualError(f"{path}: the help has no option {name}")
    for name, document, description in FORMATS:
        result[f"{name}.5"] = format_page(name, description, document, (root / document).read_text(encoding="utf-8"))
    return result


# Formats: Markdown to mdoc.


def inline(text: str) -> str:
    """Marks of Markdown within a line as fonts of roff."""
    text = escaped(text)
    text = re.sub(r"\[([^\]]*)\]\(([^)]*)\)", r"\1", text)
    text = re.sub(r"`([^`]*)`", r"\\fB\1\\fP", text)
    text = re.sub(r"\*\*([^*]+)\*\*", r"\\fB\1\\fP", text)
    return re.sub(r"(?<![\w*])\*([^*\s][^*]*)\*", r"\\fI\1\\fP", text)


def filled(text: str) -> list[str]:
    """Paragraph as lines, each sentence at the beginning of a line."""
    lines: list[str] = []
    for sentence in re.split(r"(?<=[\w)`*’][.?!]) (?=[A-Z`*])", text):
        lines += wrapped(inline(sentence).split())
    return lines


def table(rows: list[list[str]]) -> list[str]:
    """Table of tbl(1); wide columns are filled text."""
    count = max(len(row) for row in rows)
    rows = [row + [""] * (count - len(row)) for row in rows]
    plain = [[re.sub(r"\\f[BIP]", "", re.sub(r"\\\[u\w+\]", "?", inline(cell))) for cell in row] for row in rows]
    widths = [max(len(row[column]) for row in plain) for column in range(count)]
    space = WIDTH - 8 - 3 * (count - 1)
    # No column is narrower than its longest word.
    least = [max(len(word) for row in plain for word in [*row[column].split(), ""]) for column in range(count)]
    if sum(least) > space:
        return table_as_list(rows)
    while sum(widths) > space:
        widest = max(range(count), key=lambda column: widths[column] if widths[column] > least[column] else 0)
        widths[widest] -= 1
    layout = " ".join(f"lw({max(width, 3)}n)" for width in widths)
    lines = [".TS", "tab(@);", " ".join("lb" for _ in widths) if any(rows[0]) else layout, layout + "."]
    if not any(rows[0]):
        lines = [".TS", "tab(@);", layout + "."]
        rows = rows[1:]
    for row in rows:
        cells = [f"T{{\n{guarded(inline(cell)) or '&'}\nT}}" if cell else "" for cell in row]
        lines.append("@".join(cells))
    return [*lines, ".TE"]


def table_as_list(rows: list[list[str]]) -> list[str]:
    """Rows of a table that is too wide for a terminal, each with the names of its columns."""
    lines = [".Bl -tag -width Ds"]
    for row in rows[1:]:
        values = [
            f"{name} {value}" if name else value for name, value in zip(rows[0][1:], row[1:], strict=True) if value
        ]
        lines += [f".It {inline(row[0])}", *wrapped(inline(", ".join(values)).split())]
    return [*lines, ".El"]


def cells(line: str) -> list[str]:
    return [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]


def format_page(name: str, description: str, document: str, markdown: str) -> str:
    """Page of a format from its document."""
    lines = header(name, 5, document, is_table=True)
    lines += [".Sh NAME", f".Nm {name}", f".Nd {description}", ".Sh DESCRIPTION"]
    blocks = list(markdown_blocks(markdown))
    for index, (kind, content) in enumerate(blocks):
        before = blocks[index - 1][0] if index else "h1"
        if kind == "h1":
            continue
        if kind in ("h2", "h3"):
            lines.append(
                (".Sh " if kind == "h2" else ".Ss ") + inline(content[0].upper() if kind == "h2" else content[0])
            )
            continue
        if before not in ("h1", "h2", "h3"):
            lines.append(".Pp")
        if kind == "code":
            lines += [".Bd -literal -offset indent", *[guarded(literal(line)) for line in content], ".Ed"]
        elif kind == "table":
            lines += table(
                [cells(row) for row in content if not re.fullmatch(r"[|:\s-]+", row) or not row.strip("|: -")]
            )
        elif kind == "list":
            lines += markdown_list(content)
        else:
            lines += filled(" ".join(content))
    others = {("5", other) for other, _, _ in FORMATS if other != name} | {("1", "vampc")}
    lines += see_also(others)
    return joined(lines)


def markdown_blocks(markdown: str) -> Iterator[tuple[str, list[str]]]:
    """Blocks of a document: headings, paragraphs, tables, lists, code."""
    lines = markdown.split("\n")
    index = 0
    while index < len(lines):
        line = lines[index]
        heading = re.match(r"(#+) (.*)$", line)
        start = index
        if not line.strip():
            index += 1
        elif heading:
            index += 1
            yield f"h{len(heading.group(1))}", [heading.group(2)]
        elif line.startswith("```"):
            index += 1
            while not lines[index].startswith("```"):
                index += 1
            index += 1
            yield "code", lines[start + 1 : index - 1]
        elif line.startswith("|"):
            while index < len(lines) and lines[index].startswith("|"):
                index += 1
            yield "table", [row for number, row in enumerate(lines[start:index]) if number != 1]
        elif re.match(r"(-|\d+\.) ", line):
            while index < len(lines) and (lines[index].startswith(" ") or re.match(r"(-|\d+\.) ", lines[index])):
                index += 1
            yield "list", lines[start:index]
        else:
            while index < len(lines) and lines[index].strip() and not re.match(r"[|#]|```|- ", lines[index]):
                index += 1
            index = max(index, start + 1)
            yield "text", lines[start:index]


def markdown_list(lines: list[str]) -> list[str]:
    """List, and lists within its items."""
    indent = len(lines[0]) - len(lines[0].lstrip())
    kind = "-bullet" if lines[0].lstrip().startswith("-") else "-enum"
    result = [f".Bl {kind}"]
    index = 0
    while index < len(lines):
        text = [re.sub(r"^\s*(-|\d+\.) ", "", lines[index])]
        index += 1
        inner: list[str] = []
        while index < len(lines) and len(lines[index]) - len(lines[index].lstrip()) > indent:
            if inner or re.match(r"\s*(-|\d+\.) ", lines[index]):
                inner.append(lines[index])
            else:
                text.append(lines[index].strip())
            index += 1
        result += [".It", *filled(" ".join(text)), *(markdown_list(inner) if inner else [])]
    return [*result, ".El"]
