"""The seat of an executor in a suite: what it sees of the host, with real processes, and every outcome kept.

Unlike the host's own, it does not hide that an executor finishes twice.
"""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from contextlib import suppress
from pathlib import Path

from turbo_core.model import Attempt, Execution, Outcome
from turbo_core.settings import environment


class Seat:
    """Implements `turbo_core.model.ExecuteContext`.

    Attributes:
        project: the project's folder.
        outcomes: what was reported, in order; there should be one in the end.
    """

    def __init__(self, project: Path) -> None:
        self.project = project
        self.outcomes: list[Outcome] = []
        self._news = threading.Condition()
        self._supervised: list[_Supervised] = []

    def finish(self, outcome: Outcome) -> None:
        """Keep an outcome."""
        with self._news:
            self.outcomes.append(outcome)
            self._news.notify_all()

    def supervise(self, attempt: Attempt) -> Execution:
        """Run the command of an attempt on this machine, and finish with its outcome."""
        supervised = _Supervised(self, attempt)
        self._supervised.append(supervised)
        return supervised

    def close(self) -> None:
        """End what an executor has left behind."""
        for supervised in self._supervised:
            supervised.end()

    def wait(self, limit: float) -> Outcome | None:
        """The first outcome; ``None`` if there is none within ``limit`` seconds."""
        with self._news:
            self._news.wait_for(lambda: self.outcomes, limit)
            return self.outcomes[0] if self.outcomes else None


class _Supervised:
    """A command under way."""

    def __init__(self, seat: Seat, attempt: Attempt) -> None:
        self._seat = seat
        self._cancelled = False
        self._process: subprocess.Popen[bytes] | None = None
        try:
            with attempt.log.open("ab") as log:
                self._process = subprocess.Popen(
                    attempt.argv,
                    cwd=attempt.cwd,
                    env=environment() | {name: str(value) for name, value in attempt.env.items()},
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
        except OSError as error:
            seat.finish(Outcome(state="failed", failure="exit", exit_code=127, message=str(error)))
        else:
            threading.Thread(target=self._attend, args=(self._process,), daemon=True).start()

    def cancel(self, *, grace: float) -> None:
        """Ask it to end, and see to it after the grace time."""
        self._cancelled = True
        self._tell(signal.SIGTERM if grace > 0 else signal.SIGKILL)
        timer = threading.Timer(grace, self._tell, [signal.SIGKILL])
        timer.daemon = True
        timer.start()

    def end(self) -> None:
        """End it by force."""
        self._tell(signal.SIGKILL)

    def _attend(self, process: subprocess.Popen[bytes]) -> None:
        code = process.wait()
        if self._cancelled:
            self._seat.finish(Outcome(state="cancelled", message="it was cancelled"))
        elif code == 0:
            self._seat.finish(Outcome(state="succeeded", exit_code=0))
        else:
            self._seat.finish(Outcome(state="failed", failure="exit" if code > 0 else "signal", exit_code=code))

    def _tell(self, number: signal.Signals) -> None:
        # A process that was waited for has given its number back.
        if self._process is not None and self._process.returncode is None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, number)
