"""Shows what happens with one seed: ``python -m tests.sim SEED``."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.sim.trial import Trial


def show(seed: int) -> None:
    """Print the workflow and the trace, also if something does not hold."""
    with TemporaryDirectory() as folder:
        trial = Trial(seed, Path(folder))
        print(*trial.simulation.workflow.texts.values(), sep="\n")
        try:
            trial.play()
        finally:
            print(*trial.trace.lines(), sep="\n")


if __name__ == "__main__":
    show(int(sys.argv[1]))
