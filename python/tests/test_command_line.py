"""`python3 -m vampc`, in a Python of its own."""

import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from tests import fixtures

PACKAGE_FOLDER = fixtures.REPOSITORY / "python"
# What a Python without NumPy does with an import of it.
WITHOUT_NUMPY = "import runpy, sys; sys.modules['numpy'] = None; runpy.run_module('vampc', run_name='__main__')"


class CommandLineTests(unittest.TestCase):
    def run_python(self, *arguments: str, data: bytes = b"") -> tuple[int, str, str]:
        """Runs this Python on `arguments`. Returns exit status, standard output and standard error."""
        environment = os.environ | {"PYTHONPATH": str(PACKAGE_FOLDER), "LC_ALL": "C.UTF-8"}
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "a.vampc").write_bytes(fixtures.content("worked-example"))
            result = subprocess.run(
                [sys.executable, *arguments], cwd=folder, env=environment, input=data, capture_output=True
            )
        return result.returncode, result.stdout.decode(), result.stderr.decode()

    def test_lists_a_file(self) -> None:
        self.assertEqual(self.run_python("-m", "vampc", "a.vampc"), (0, fixtures.listing_of("worked-example"), ""))

    def test_lists_without_numpy(self) -> None:
        result = self.run_python("-c", WITHOUT_NUMPY, "a.vampc")
        self.assertEqual(result, (0, fixtures.listing_of("worked-example"), ""))

    def test_names_files_and_goes_on_after_a_fault(self) -> None:
        result = self.run_python("-m", "vampc", "-", "a.vampc", data=b"\x01")
        listing = fixtures.listing_of("worked-example")
        self.assertEqual(result, (65, f"file -\nmissing-sync 0\nfile a.vampc\n{listing}", ""))

    def test_missing_file(self) -> None:
        result = self.run_python("-m", "vampc", "b.vampc")
        self.assertEqual(result, (1, "", "python3 -m vampc: error: b.vampc: No such file or directory\n"))

    def test_wrong_usage_prints_the_help_on_standard_error(self) -> None:
        for arguments in ([], ["--unknown"], ["a.vampc", "-x"]):
            with self.subTest(arguments):
                status, output, errors = self.run_python("-m", "vampc", *arguments)
                self.assertEqual((status, output), (64, ""))
                self.assertIn("python3 -m vampc FILE|- ...", errors)

    def test_help(self) -> None:
        status, output, errors = self.run_python("-m", "vampc", "--help")
        self.assertEqual((status, errors), (0, ""))
        self.assertIn("Exit status: 0 where all files were read", output)


if __name__ == "__main__":
    unittest.main()
