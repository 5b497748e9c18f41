"""Tests of scripts/check-structure: the scanner on hand-made sources, each rule on a package that breaks it."""

import tempfile
import textwrap
import unittest
from pathlib import Path
from typing import Any

from package_structure import (
    Package,
    document_faults,
    file_levels,
    import_faults,
    label_faults,
    module_table,
    name_faults,
    references,
    ring_faults,
    size_faults,
)
from swift_source import SwiftSource, without_comments_and_strings


def parse(text: str) -> SwiftSource:
    return SwiftSource.parse(textwrap.dedent(text))


def properties(text: str) -> dict[str, list[str]]:
    """Stored properties of each type."""
    return {item.name: item.stored_properties for item in parse(text).declarations}


def lengths(text: str) -> dict[str, int]:
    """Lines of each function."""
    return {item.name: item.line_count for item in parse(text).functions}


class BlankingTests(unittest.TestCase):
    def assert_blanked(self, text: str, expected: str) -> None:
        blanked = without_comments_and_strings(text)
        self.assertEqual(len(blanked), len(text))
        self.assertEqual(" ".join(blanked.split()), expected)

    def test_comments(self) -> None:
        self.assert_blanked("a // { x\nb /* { /* nested */ { */ c", "a b c")
        self.assert_blanked("/// Says {.\nlet a = 1 / 2 // 3", "let a = 1 / 2")

    def test_strings(self) -> None:
        self.assert_blanked('f("{", "\\"{", "// no comment") // yes', "f( , , )")
        self.assert_blanked('f("""\n  {"quoted"} \\(value)\n  """)', "f( (value) )")
        self.assert_blanked('f(#"{ " \\( \\#(value) "#)', "f( (value) )")

    def test_interpolations_keep_their_code_and_may_nest(self) -> None:
        self.assert_blanked('"{ \\(name("}", (a + b))) {" c', "(name( , (a + b))) c")

    def test_regular_expressions_are_no_operators(self) -> None:
        self.assert_blanked('let r = /[{"]+/\nlet q = a / b', "let r = let q = a / b")
        self.assert_blanked("reduce(1, /) + #/{/x/#", "reduce(1, /) +")

    def test_lines_stay(self) -> None:
        text = 'a /* \n\n */ "x"\n"""\n\n"""\nb'
        self.assertEqual(without_comments_and_strings(text).count("\n"), text.count("\n"))


class PropertyTests(unittest.TestCase):
    def test_stored_properties_are_counted_and_computed_ones_are_not(self) -> None:
        text = """
            struct A {
              let a: Int
              private(set) var b = 0
              @Wrapper("x", y) var c: [Int: (e: Int, f: Int)] = [:]
              let (d, e): (Int, Int)
              let f, g: Dictionary<Int, (Int) -> Int>
              lazy var h: Int = { let local = 1; return local }()
              var i: Int { 1 }
              var j: Int {
                get { let local = 2; return local }
                set { b = newValue }
              }
              var k: Int { didSet { print(k) } }
              var l = 1 { willSet { print(l) } }
              var m = if let b { b } else { 0 }
              nonisolated(unsafe) private var n: Int
              static let o = 1
              let p =
                if let b { b } else { 0 }
            }
            """
        expected = ["a", "b", "c", "d", "e", "f", "g", "h", "k", "l", "m", "n", "p"]
        self.assertEqual(properties(text), {"A": expected})

    def test_locals_extensions_protocols_and_cases_have_none(self) -> None:
        text = """
            protocol P { var a: Int { get }; func f() }
            enum E {
              case a(let: Int), b
              static var c = 1
              func f() { let x = 1; var y = 2 }
            }
            extension E { var d: Int { let x = 1; return x } }
            let global = 1
            class func
            """
        self.assertEqual(properties(text), {"P": [], "E": []})

    def test_nested_types_have_their_own(self) -> None:
        text = """
            final class A {
              private struct B { var x = 1; let y: Int }
              class func make() -> A { A() }
              let z: B
            }
            """
        self.assertEqual(properties(text), {"A": ["z"], "B": ["x", "y"]})


class FunctionTests(unittest.TestCase):
    def test_lengths_run_from_the_keyword_to_the_closing_brace(self) -> None:
        text = """
            struct A {
              /// Not counted.
              public init?(
                a: Int = { 1 }()
              ) throws(Fault) where T: P {
                self.init(b: "}")
              }
              deinit {}
              subscript(_ index: Int) -> Int {
                get { 1 }
              }
              static func == (a: A, b: A) -> Bool { true }
              var value: Int {
                1
              }
              func outer() {
                func inner() {
                }
                if let x { print(x) }
              }
            }
            func global<T>(_ body: (T) -> Void = { _ in }) {
            }
            """
        self.assertEqual(
            lengths(text),
            {
                "A.init": 5, "A.deinit": 1, "A.subscript": 3, "A.=": 1, "A.value": 3, "A.outer": 5, "global": 2,
            },
        )  # fmt: skip

    def test_requirements_of_protocols_have_no_body(self) -> None:
        self.assertEqual(lengths("protocol P {\n  func f()\n  init()\n}\nfunc g() {}"), {"g": 1})


class ImportTests(unittest.TestCase):
    def test_imports_with_access_levels_attributes_and_kinds(self) -> None:
        source = parse(
            """
            public import A
            @_exported public import B
            #if canImport(Glibc)
              import Glibc
            #endif
            import struct C.D
            // import E
            let text = "import F"
            """
        )
        found = [(item.module, item.line) for item in source.imports]
        self.assertEqual(found, [("A", 2), ("B", 3), ("Glibc", 5), ("C", 7)])


class SignatureTests(unittest.TestCase):
    def test_public_functions_and_requirements_are_found_with_their_parameters(self) -> None:
        source = parse(
            """
            public struct A {
              public init?(_ a: [Int: Int], b: (Int, Int) -> Int = { $0 + $1 }) {}
              @discardableResult public static func f<T>(
                _ a: Dictionary<Int, T>, @Wrapper _ b: T, _c: Int
              ) {}
              func hidden(_ a: Int, _ b: Int) {}
              public private(set) var value = A.init(1, 2)
              public static func == (a: A, b: A) -> Bool { true }
              public func g() {}
            }
            public protocol P {
              func requirement(_ a: Int, _ b: Int)
              init(_ a: Int)
            }
            protocol Q { func hidden(_ a: Int, _ b: Int) }
            """
        )
        found = [
            (item.name, item.line, len(item.parameters), item.unlabelled_count) for item in source.public_signatures
        ]
        expected = [
            ("init", 3, 2, 1), ("f", 4, 3, 2), ("==", 9, 2, 0), ("g", 10, 0, 0), ("requirement", 13, 2, 2),
            ("init", 14, 1, 1),
        ]  # fmt: skip
        self.assertEqual(found, expected)


class RuleTests(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)

    def package(self, files: dict[str, str], dependencies: dict[str, list[str]]) -> Package:
        for path, text in files.items():
            (self.root / "Sources" / path).parent.mkdir(parents=True, exist_ok=True)
            (self.root / "Sources" / path).write_text(text)
        targets: list[dict[str, Any]] = [
            {"name": name, "type": "regular", "dependencies": [{"byName": [item, None]} for item in items]}
            for name, items in dependencies.items()
        ]
        return Package(self.root, {"targets": targets})

    def import_messages(self, table: str, files: dict[str, str], dependencies: dict[str, list[str]]) -> list[str]:
        text = f"<!-- modules -->\n| level | module | imports |\n|--:|---|---|\n{table}<!-- end of modules -->\n"
        faults = import_faults(self.package(files, dependencies), module_table(text), "T.md")
        return [str(fault) for fault in faults]

    def test_a_package_as_the_table_says_has_no_faults(self) -> None:
        table = "| 0 | `A` | |\n| 1 | `B` | `A` `Foundation` |\n"
        files = {"A/X.swift": "", "B/Y.swift": "import A\nimport Foundation"}
        self.assertEqual(self.import_messages(table, files, {"A": [], "B": ["A"]}), [])

    def test_imports_that_the_table_does_not_allow(self) -> None:
        table = "| 0 | `A` | |\n| 1 | `B` | |\n"
        files = {"A/X.swift": "", "B/Y.swift": "\nimport A"}
        expected = [
            "Package.swift: B depends on A, which T.md does not allow",
            "Sources/B/Y.swift:2: B imports A, which T.md does not allow",
        ]
        self.assertEqual(self.import_messages(table, files, {"A": [], "B": ["A"]}), expected)

    def test_imports_without_a_dependency_and_rows_without_an_import(self) -> None:
        table = "| 0 | `A` `C` | |\n| 1 | `B` | `A` `C` |\n"
        files = {"A/X.swift": "", "B/Y.swift": "import A", "C/Z.swift": ""}
        expected = [
            "Sources/B/Y.swift:1: B imports A, on which Package.swift has no dependency",
            "T.md:5: B does not import C",
        ]
        self.assertEqual(self.import_messages(table, files, {"A": [], "B": ["C"], "C": []}), expected)

    def test_levels(self) -> None:
        table = "| 1 | `A` | `B` |\n| 1 | `B` | |\n| tests | `C` | `A` |\n"
        files = {"A/X.swift": "import B", "B/Y.swift": "", "C/Z.swift": "import A"}
        expected = ["T.md:4: A (level 1) imports B (level 1)"]
        self.assertEqual(self.import_messages(table, files, {"A": ["B"], "B": [], "C": ["A"]}), expected)

    def test_modules_and_rows_without_each_other(self) -> None:
        expected = ["T.md:4: A is no module of Package.swift", "T.md: B is missing in the table of modules"]
        self.assertEqual(self.import_messages("| 0 | `A` | |\n", {"B/X.swift": ""}, {"B": []}), expected)

    def test_files_that_the_document_names(self) -> None:
        package = self.package({"A/X.swift": "", "A/Y+Z.swift": ""}, {"A": []})
        faults = document_faults(package, "`X.swift`, `Y+Z.swift`\n`Old.swift`, Older.swift", "T.md")
        self.assertEqual([str(fault) for fault in faults], ["T.md:2: there is no Old.swift"])

    def test_sizes(self) -> None:
        fields = "".join(f"  let a{index}: Int\n" for index in range(11))
        body = "    f()\n" * 49
        faults = size_faults({"X.swift": parse(f"struct A {{\n{fields}}}\nfunc f() {{\n{body}}}\nfunc g() {{}}\n")})
        expected = ["X.swift:1: A has 11 stored properties, at most 10", "X.swift:14: f has 51 lines, at most 50"]
        self.assertEqual([str(fault) for fault in faults], expected)

    def test_files_that_use_each_other(self) -> None:
        sources = {
            "A.swift": parse("struct A { func f() { B().run() } ; struct Report {} }"),
            "B.swift": parse("struct B { var report: A.Report }"),
            "C.swift": parse('struct C { let a: A; let text = "B" }'),
        }
        expected = [
            "A.swift:1: uses B of B.swift, which uses this file, directly or through others",
            "B.swift:1: uses A.Report of A.swift, which uses this file, directly or through others",
        ]
        self.assertEqual([str(fault) for fault in ring_faults(sources)], expected)
        self.assertEqual(file_levels(sources)[0], {"A.swift": 0, "B.swift": 0, "C.swift": 1})

    def test_members_of_extensions_are_uses_where_their_name_is_unique(self) -> None:
        sources = {
            "A.swift": parse("struct A { var shared: Int }"),
            "B.swift": parse("extension A { var own: Int { 1 }; var shared: Int { 1 } }"),
            "C.swift": parse("func f(_ value: Other) { value.own; value.shared }"),
        }
        found = [(item.user, item.name, item.declarer) for item in references(sources)]
        self.assertEqual(found, [("B.swift", "A", "A.swift"), ("C.swift", "own", "B.swift")])

    def test_names(self) -> None:
        files = {
            "A/A.swift": "struct A {}",
            "A/B.swift": "\nstruct C {}",
            "A/D.swift": "struct D {}\nprivate struct E {}\nenum F {}",
            "A/G_zlib.swift": "import CZlib\nenum G {}\nprivate enum H {}",
            "A/I.swift": "import CZlib\nenum I {}",
            "A/A+Drawing.swift": "extension A {}",
            "A/J+Drawing.swift": "extension A {}",
        }
        found = [str(fault) for fault in name_faults(self.package(files, {"A": []}))]
        expected = [
            "Sources/A/A.swift:1: A has the name of its module",
            "Sources/A/B.swift:2: the file's only type is C",
            "Sources/A/I.swift:1: imports CZlib; the file's name does not end in _zlib",
            "Sources/A/J+Drawing.swift:1: the file is named after J, which does not occur in it",
        ]
        self.assertEqual([line for line in found if line.startswith("Sources/A/")], expected)

    def test_labels(self) -> None:
        text = (
            "public func f(_ a: Int, _ b: Int) {}\npublic func g(_ a: Int, b: Int) {}\nfunc h(_ a: Int, _ b: Int) {}\n"
        )
        found = [str(fault) for fault in label_faults(self.package({"A/X.swift": text}, {"A": []}))]
        expected = ["Sources/A/X.swift:1: f has 2 parameters without labels"]
        self.assertEqual([line for line in found if line.startswith("Sources/A/")], expected)


if __name__ == "__main__":
    unittest.main()
