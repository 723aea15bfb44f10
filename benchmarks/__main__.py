"""`python benchmarks …`: this folder is the program.

The checkout comes last in the path, in place of this folder, so that the Turbo that is measured is the installed one.
"""

import runpy
import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path[:] = [*sys.path[1:], str(Path(__file__).parents[1])]
    runpy.run_module("benchmarks.command", run_name="__main__")
