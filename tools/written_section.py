"""Sections of result documents that a person writes, while a program writes all others."""

from pathlib import Path

HEADING = "## Reading the figures"


def written_section(document: Path) -> list[str]:
    """Lines of the section `HEADING` of an existing document, after an empty line; none where it has no such section.

    The section is the last one of the document.
    """
    text = document.read_text() if document.exists() else ""
    start = text.find(f"\n{HEADING}\n")
    return [] if start < 0 else ["", text[start:].strip()]
