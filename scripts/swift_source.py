"""Scanner of Swift source text: declarations with their lines, without a compiler.

The scanner knows strings (raw, of several lines, with interpolations), comments (nested, too) and regular expressions,
matches braces, and relies on the formatting of scripts/format: a body opens on the line on which its signature ends.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

TYPE_KEYWORDS = {"struct", "class", "enum", "actor", "protocol"}
MODIFIERS = {
    "public", "package", "internal", "private", "fileprivate", "open", "static", "class", "final", "lazy", "weak",
    "unowned", "mutating", "nonmutating", "override", "convenience", "required", "indirect", "nonisolated", "dynamic",
    "optional", "prefix", "postfix", "infix", "isolated", "borrowing", "consuming", "distributed",
}  # fmt: skip
TOKEN = re.compile(r"`[^`\n]+`|[^\W\d]\w*|\d[\w.]*|[^\s\w]")
IMPORT = re.compile(
    r"^[ \t]*(?:@\w+(?:\([^)\n]*\))?[ \t]+)*(?:(?:public|package|internal|private|fileprivate)[ \t]+)?"
    r"import[ \t]+(?:(?:struct|class|enum|protocol|typealias|func|let|var)[ \t]+)?(\w+)",
    re.MULTILINE,
)

# A function's name and its opening parenthesis; operators are functions, too.
SIGNATURE = r"(?:func\s+)?(?P<name>(?<=func\s)[^\s(<]+|init)[?!]?\s*(?:<[^(]*>\s*)?\("
PUBLIC_FUNCTION = re.compile(r"\b(?:public|open)\b[^\n{}();=]*?\b" + SIGNATURE)
PUBLIC_PROTOCOL = re.compile(r"\bpublic\s+protocol\b[^{]*\{")
REQUIREMENT = re.compile(r"\b" + SIGNATURE)


@dataclass
class Function:
    """Function, initialiser, subscript or computed property with its body."""

    name: str
    first_line: int
    last_line: int

    @property
    def line_count(self) -> int:
        return self.last_line - self.first_line + 1


@dataclass
class Declaration:
    """Type or extension."""

    keyword: str
    name: str
    line: int
    is_private: bool
    is_nested: bool
    stored_properties: list[str] = field(default_factory=list)
    members: list[str] = field(default_factory=list)


class Signature(NamedTuple):
    """Name and parameters of a function or an initialiser. Parameters are text, from label to default value."""

    name: str
    line: int
    parameters: list[str]

    @property
    def unlabelled_count(self) -> int:
        """Number of parameters whose arguments have no label."""
        return sum(re.match(r"\s*(?:@\w+\s+)*_\s", parameter) is not None for parameter in self.parameters)


class Import(NamedTuple):
    """Import of a module."""

    module: str
    line: int


@dataclass
class SwiftSource:
    """Declarations of one file. Lines count from 1."""

    code: str
    declarations: list[Declaration]
    functions: list[Function]
    imports: list[Import]
    global_names: list[str]

    @classmethod
    def parse(cls, text: str) -> SwiftSource:
        code = without_comments_and_strings(text)
        parser = _Parser(code)
        parser.parse()
        imports = [Import(match[1], code.count("\n", 0, match.end()) + 1) for match in IMPORT.finditer(code)]
        return cls(code, parser.declarations, parser.functions, imports, parser.global_names)

    @property
    def types(self) -> list[Declaration]:
        """Types that are not nested in other declarations."""
        return [item for item in self.declarations if item.keyword != "extension" and not item.is_nested]

    @property
    def extensions(self) -> list[Declaration]:
        return [item for item in self.declarations if item.keyword == "extension"]

    @property
    def public_signatures(self) -> list[Signature]:
        """Functions and initialisers that are public, and the requirements of public protocols."""
        found = {match.start("name"): match for match in PUBLIC_FUNCTION.finditer(self.code)}
        for protocol in PUBLIC_PROTOCOL.finditer(self.code):
            end = _closing(self.code, protocol.end() - 1)
            for match in REQUIREMENT.finditer(self.code, protocol.end(), end):
                found[match.start("name")] = match
        return [
            Signature(
                match["name"], self.code.count("\n", 0, start) + 1,
                _arguments(self.code[match.end() : _closing(self.code, match.end() - 1)]),
            )
            for start, match in sorted(found.items())
        ]  # fmt: skip


def without_comments_and_strings(text: str) -> str:
    """Text of the same length and lines, with spaces in place of comments, string contents and regular expressions.

    Code in the interpolations of strings stays.
    """
    return _Blanker(text).blanked()


def _closing(code: str, opening: int) -> int:
    """Index of the bracket that closes the one at `opening`."""
    depth = 0
    for index in range(opening, len(code)):
        depth += (code[index] in "([{") - (code[index] in ")]}")
        if depth == 0:
            return index
    return len(code)


def _arguments(text: str) -> list[str]:
    """Items of a list that commas divide, outside brackets."""
    items, depth, start = [], 0, 0
    for index, character in enumerate(text):
        depth += (character in "([{<") - (character in ")]}" or (character == ">" and text[index - 1] != "-"))
        if character == "," and depth == 0:
            items.append(text[start:index])
            start = index + 1
    return [item for item in [*items, text[start:]] if item.strip()]


class _Blanker:
    def __init__(self, text: str) -> None:
        self.text = text
        self.result = list(text)
        self.position = 0

    def blanked(self) -> str:
        self._code(closing=None)
        return "".join(self.result)

    def _blank(self, end: int) -> None:
        for index in range(self.position, min(end, len(self.text))):
            if self.text[index] != "\n":
                self.result[index] = " "
        self.position = end

    def _code(self, closing: str | None) -> None:
        """Passes over code up to the closing parenthesis of an interpolation, or to the end."""
        depth = 0
        while self.position < len(self.text):
            start = self.position
            character = self.text[start]
            if self.text.startswith("//", start):
                end = self.text.find("\n", start)
                self._blank(len(self.text) if end < 0 else end)
            elif self.text.startswith("/*", start):
                self._block_comment()
            elif literal := re.compile(r'(#*)("""|")|(#+)/').match(self.text, start):
                if literal[2]:
                    self._string(hashes=literal[1], quote=literal[2])
                else:
                    end = self.text.find("/" + literal[3], literal.end())
                    self._blank(len(self.text) if end < 0 else end + 1 + len(literal[3]))
            elif character == "/" and (expression_end := self._regular_expression_end()) is not None:
                self._blank(expression_end)
            elif closing is not None and character in "()":
                depth += 1 if character == "(" else -1
                if depth < 0:
                    return
                self.position += 1
            else:
                self.position += 1

    def _block_comment(self) -> None:
        depth, end = 0, self.position
        while end < len(self.text):
            if self.text.startswith("/*", end):
                depth, end = depth + 1, end + 2
            elif self.text.startswith("*/", end):
                depth, end = depth - 1, end + 2
                if depth == 0:
                    break
            else:
                end += 1
        self._blank(end)

    def _string(self, hashes: str, quote: str) -> None:
        self._blank(self.position + len(hashes) + len(quote))
        closing, escape = quote + hashes, "\\" + hashes
        while self.position < len(self.text):
            if self.text.startswith(closing, self.position):
                return self._blank(self.position + len(closing))
            if self.text.startswith(escape + "(", self.position):
                self._blank(self.position + len(escape))
                self.position += 1
                self._code(closing=")")
                self.position += 1
            elif self.text.startswith(escape, self.position):
                self._blank(self.position + len(escape) + 1)
            elif self.text[self.position] == "\n" and len(quote) == 1:
                return None
            else:
                self._blank(self.position + 1)
        return None

    def _regular_expression_end(self) -> int | None:
        """End of a regular expression between slashes; None where the slash is an operator."""
        before = self.text[: self.position].rstrip(" \t")
        if before and before[-1] not in "(,=[{:!&|;?\n":
            return None
        match = re.compile(r"/(?![ \t),*/\n])(?:\\.|[^/\\\n])+/").match(self.text, self.position)
        return match.end() if match else None


class _Token(NamedTuple):
    text: str
    line: int


class _Scope(NamedTuple):
    """Open brace: that of a type (with its declaration), of a function, or another one."""

    declaration: Declaration | None
    function: Function | None


class _Parser:
    def __init__(self, code: str) -> None:
        self.tokens = []
        line, last = 1, 0
        for match in TOKEN.finditer(code):
            line += code.count("\n", last, match.start())
            last = match.start()
            self.tokens.append(_Token(match[0], line))
        self.index = 0
        self.scopes: list[_Scope] = []
        self.declarations: list[Declaration] = []
        self.functions: list[Function] = []
        self.global_names: list[str] = []

    def parse(self) -> None:
        while self.index < len(self.tokens):
            text = self.tokens[self.index].text
            if text == "{":
                self.scopes.append(_Scope(None, None))
            elif text == "}":
                self._close()
            elif self._is_declarative and self._begins_declaration():
                if text in TYPE_KEYWORDS | {"extension"}:
                    self._type()
                elif text in {"func", "init", "deinit", "subscript"}:
                    self._function()
                elif text in {"var", "let"}:
                    self._property()
                elif text in {"typealias", "case"}:
                    self._name(self._text(1))
            self.index += 1

    @property
    def _declaration(self) -> Declaration | None:
        return self.scopes[-1].declaration if self.scopes else None

    @property
    def _is_declarative(self) -> bool:
        """Whether declarations that count may stand here: at the top, or directly in a type."""
        if not self.scopes:
            return True
        return self._declaration is not None and self._declaration.keyword != "protocol"

    def _text(self, offset: int) -> str:
        index = self.index + offset
        return self.tokens[index].text if 0 <= index < len(self.tokens) else ""

    def _modifiers(self) -> list[str]:
        """Modifiers in front of the current token."""
        found: list[str] = []
        index = self._before_arguments(self.index - 1)
        while index >= 0 and self.tokens[index].text in MODIFIERS:
            found.append(self.tokens[index].text)
            index = self._before_arguments(index - 1)
        return found

    def _begins_declaration(self) -> bool:
        token = self.tokens[self.index]
        previous = self._text(-1)
        if token.text == "init" and (previous == "." or self._text(1) not in {"(", "?", "!", "<"}):
            return False
        if token.text == "class" and self._text(1) in {"func", "var", "let", "subscript"} | MODIFIERS:
            return False
        if previous in {"", "{", "}", ";"} or previous in MODIFIERS or self._follows_attribute():
            return True
        return self.tokens[self.index - 1].line < token.line and previous not in {",", "(", "=", "if", "guard", "."}

    def _follows_attribute(self) -> bool:
        """Whether an attribute, or a modifier with an argument such as `private(set)`, precedes the current token."""
        index = self._before_arguments(self.index - 1)
        if index < 0:
            return False
        return (index < self.index - 1 and self.tokens[index].text in MODIFIERS) or self._text(
            index - 1 - self.index
        ) == "@"

    def _before_arguments(self, index: int) -> int:
        """Index in front of the parentheses that close at `index`; `index` itself without parentheses."""
        if index < 0 or self.tokens[index].text != ")":
            return index
        depth = 0
        while index >= 0:
            depth += {")": 1, "(": -1}.get(self.tokens[index].text, 0)
            index -= 1
            if depth == 0:
                break
        return index

    def _name(self, name: str) -> None:
        if self._declaration is None:
            self.global_names.append(name)
        else:
            self._declaration.members.append(name)

    def _opening(self) -> int | None:
        """Index of the brace that opens the body of the current declaration; None without one."""
        depth = 0
        for index in range(self.index + 1, len(self.tokens)):
            text = self.tokens[index].text
            depth += text in {"(", "["}
            depth -= text in {")", "]"}
            if text == "{" and depth == 0:
                return index
            if text == "}" and depth == 0:
                return None
        return None

    def _type(self) -> None:
        keyword, line = self.tokens[self.index].text, self.tokens[self.index].line
        name = self._text(1)
        offset = 2
        while keyword == "extension" and self._text(offset) == ".":
            name += "." + self._text(offset + 1)
            offset += 2
        modifiers = self._modifiers()
        declaration = Declaration(
            keyword, name, line, is_private=bool({"private", "fileprivate"} & set(modifiers)),
            is_nested=bool(self.scopes),
        )  # fmt: skip
        self.declarations.append(declaration)
        opening = self._opening()
        if opening is None:
            return
        self.index = opening
        self.scopes.append(_Scope(declaration, None))

    def _function(self) -> None:
        keyword = self.tokens[self.index].text
        name = self._text(1) if keyword == "func" else keyword
        self._name(name)
        self._body(name, self.tokens[self.index].line, self._opening())

    def _body(self, name: str, line: int, opening: int | None) -> None:
        if opening is None:
            return
        owner = f"{self._declaration.name}." if self._declaration else ""
        function = Function(owner + name.strip("`"), line, line)
        self.functions.append(function)
        self.index = opening
        self.scopes.append(_Scope(None, function))

    def _close(self) -> None:
        if self.scopes:
            scope = self.scopes.pop()
            if scope.function:
                scope.function.last_line = self.tokens[self.index].line

    def _property(self) -> None:
        line = self.tokens[self.index].line
        names, accessor = self._pattern()
        for name in names:
            self._name(name)
        opens_observer = accessor is not None and self.tokens[accessor + 1].text in {"didSet", "willSet"}
        if accessor is not None and not opens_observer:
            self._body(names[0] if names else "", line, accessor)
            return
        is_type_member = bool({"static", "class"} & set(self._modifiers()))
        if self._declaration and self._declaration.keyword != "extension" and not is_type_member:
            self._declaration.stored_properties += names

    def _pattern(self) -> tuple[list[str], int | None]:
        """Names of the current `var` or `let`, and the index of the brace of its accessors; None without accessors."""
        names: list[str] = []
        depth, index, expects_name = 0, self.index + 1, True
        is_tuple = self._text(1) == "("
        while index < len(self.tokens):
            text, line, previous = self.tokens[index].text, self.tokens[index].line, self.tokens[index - 1]
            if depth == 0 and line > previous.line and previous.text not in {",", ":"}:
                return names, None
            depth += text in {"(", "[", "<"}
            depth -= text in {")", "]"} or (text == ">" and previous.text != "-")
            if depth == 0 and text == "=":
                return names, self._observer_after_value(index)
            if depth == 0 and text in {"{", "}"}:
                return names, index if text == "{" else None
            if depth == 0 and text == ")":
                is_tuple = False
            if expects_name and (text[0].isalpha() or text[0] in "_`"):
                names.append(text.strip("`"))
                expects_name = False
            elif text == "," and depth == (1 if is_tuple else 0):
                expects_name = True
            index += 1
        return names, None

    def _observer_after_value(self, equals: int) -> int | None:
        """Brace of `didSet` or `willSet` behind an initial value on the same line; None without one."""
        line = self.tokens[equals].line
        for index in range(equals + 1, len(self.tokens) - 1):
            if self.tokens[index].line > line:
                return None
            if self.tokens[index].text == "{" and self.tokens[index + 1].text in {"didSet", "willSet"}:
                return index
        return None
