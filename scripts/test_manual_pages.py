"""Tests of the manual's maker: texts of the help, examples, tables."""

import tempfile
import unittest
from pathlib import Path

from manual_pages import (
    Example,
    ManualError,
    Text,
    command,
    command_page,
    examples,
    format_page,
    pages,
    prose,
    split_discussion,
)

OPTION = {
    "kind": "option",
    "names": [{"kind": "long", "name": "rate"}, {"kind": "short", "name": "r"}],
    "valueName": "hz",
    "abstract": "Rate in Hz, see --other. Default: 8.",
    "isOptional": True,
    "shouldDisplay": True,
}
TOOL = {"commandName": "vampc", "abstract": "A tool.", "discussion": "EXIT STATUS\n  0  success", "arguments": [OPTION]}


class ManualTests(unittest.TestCase):
    def test_marks_options_and_begins_lines_with_sentences(self) -> None:
        self.assertEqual(
            prose("With -b, all. Then --keep-mask: a\\b."),
            ["With", ".Fl b ,", "all.", "Then", ".Fl -keep-mask :", "a\\eb."],
        )

    def test_no_line_of_text_is_a_request(self) -> None:
        self.assertEqual(prose(".dac files and 'quotes'"), ["\\&.dac files and 'quotes'"])

    def test_splits_examples_from_their_remarks(self) -> None:
        _, blocks = split_discussion(
            "EXAMPLES\n  vampc a        makes a\n  vampc b \\\n      c\n  vampc d\n            long"
        )
        self.assertEqual(
            examples(blocks["EXAMPLES"]),
            [Example("vampc a", "makes a"), Example("vampc b \\\n    c", ""), Example("vampc d", "long")],
        )

    def test_adds_texts_to_options(self) -> None:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "vampc.mdoc").write_text('.\\" @option --rate\nMore.\n.\\" @see sox 1\n', encoding="utf-8")
            page = command_page(command(TOOL, []), folder, set())
        self.assertIn(".It Fl r , Fl -rate Ar hz\nRate in Hz, see\n.Fl -other .\nDefault: 8.\nMore.\n", page)
        self.assertIn(".Xr sox 1", page)

    def test_refuses_texts_for_options_that_do_not_exist(self) -> None:
        with tempfile.TemporaryDirectory() as name:
            (Path(name) / "man/text").mkdir(parents=True)
            (Path(name) / "man/text/vampc.mdoc").write_text('.\\" @option --gone\nText.\n', encoding="utf-8")
            with self.assertRaisesRegex(ManualError, "no option --gone"):
                pages({"command": TOOL}, Path(name))

    def test_refuses_text_in_front_of_the_first_part(self) -> None:
        with tempfile.TemporaryDirectory() as name:
            path = Path(name) / "a.mdoc"
            path.write_text("lost\n", encoding="utf-8")
            with self.assertRaisesRegex(ManualError, "a.mdoc:1"):
                Text.read(path)

    def test_converts_documents(self) -> None:
        markdown = "# T\n\nText with `code`.\n\n## 1. Part\n\n| a | b |\n|---|---|\n| x | *y* |\n\n- one\n  - two\n"
        page = format_page("vampc", "d", "f.md", markdown)
        self.assertIn("Text with \\fBcode\\fP.", page)
        self.assertIn(".Sh 1. PART", page)
        self.assertIn("T{\nx\nT}@T{\n\\fIy\\fP\nT}", page)
        self.assertIn(".Bl -bullet\n.It\none\n.Bl -bullet\n.It\ntwo\n.El\n.El", page)

    def test_wide_tables_become_lists(self) -> None:
        row = "| " + " | ".join(f"{'w' * 14}{number}" for number in range(6)) + " |\n"
        page = format_page("vampc", "d", "f.md", "# T\n\nx\n\n" + row + "|---|---|---|---|---|---|\n" + row)
        self.assertNotIn(".TS", page)
        self.assertIn(".It wwwwwwwwwwwwww0", page)


if __name__ == "__main__":
    unittest.main()
