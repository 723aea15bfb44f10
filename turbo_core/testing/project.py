"""A throw-away project: files from a dict, the ``turbo`` command in it, and runs in the process of the test.

Owns the folder, and the way from a command to its result. What surrounds the process (home, settings) is the fixture's business.
"""

from __future__ import annotations

import subprocess
import sysconfig
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from textwrap import dedent

from msgspec import Struct, field

from turbo_core.app import App
from turbo_core.engine.terms import Front, Options
from turbo_core.journal import head
from turbo_core.journal.reader import read
from turbo_core.journal.runs import HOME_NAME, RUNS_NAME
from turbo_core.messages import Message, Receipt
from turbo_core.model import Event, RunView
from turbo_core.plugins import names as plugin_names
from turbo_core.plugins.hooking import HookSeen
from turbo_core.settings import environment, read_settings
from turbo_core.testing.playing import on_the_shelf
from turbo_core.testing.results import HookCall, Result
from turbo_core.words import JSON

LIMIT = 60.0
"""Seconds after which a command that does not end fails the test."""


class Project(Struct, kw_only=True):
    """A folder that is a project, and everything that was run in it.

    Attributes:
        folder: the project's root.
        results: what came of each command and each run, in their order.
    """

    folder: Path
    results: list[Result] = field(default_factory=list)

    def write(self, files: Mapping[str, str | bytes]) -> Project:
        """Write files: path → content. The indent that all lines of a text share is taken off, so it can stand indented.

        Returns:
            The project itself.
        """
        for name, content in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else dedent(content).encode())
        return self

    def read(self, name: str) -> str:
        """The text of a file; empty if it is not there."""
        path = self.folder / name
        return path.read_text("utf-8") if path.is_file() else ""

    def run(
        self,
        *arguments: str,
        input: str = "",  # noqa: A002 - as in `subprocess.run`
        env: Mapping[str, str] | None = None,
        timeout: float = LIMIT,
    ) -> Result:
        """Run ``turbo ARGUMENTS`` as a process of its own, to its end. It has no terminal.

        Args:
            arguments: the command line.
            input: what it reads from standard input.
            env: is added to the environment of the test.
            timeout: seconds after which it is killed.

        Raises:
            AssertionError: it did not end in time.
        """
        title = " ".join(["turbo", *arguments])
        before = self._heads()
        try:
            ended = subprocess.run(
                [str(Path(sysconfig.get_path("scripts")) / "turbo"), *arguments],
                cwd=self.folder,
                env=environment() | {"TERM": "dumb"} | dict(env or {}),
                input=input.encode(),
                capture_output=True,
                check=False,
                timeout=timeout,
            )
        except subprocess.TimeoutExpired as late:
            told = _text(late.stdout) + _text(late.stderr)
            raise AssertionError(f"{title}: it did not end within {timeout:g} s; so far it said:\n{told}") from None
        changed = [run for run, told in self._heads().items() if before.get(run) != told]
        view, events = self._look(max(changed)) if changed else (None, ())
        return self._keep(
            Result(
                title=title,
                exit_code=ended.returncode,
                out=_text(ended.stdout),
                err=_text(ended.stderr),
                view=view,
                events=events,
            )
        )

    def play(
        self,
        workflow: str | None = None,
        *,
        inputs: Mapping[str, JSON] | None = None,
        only: Sequence[str] = (),
        fail_fast: bool = False,
        wait: bool = False,
        plugins: Sequence[object] = (),
        flags: Mapping[str, object] | None = None,
    ) -> Result:
        """Run a workflow in this process. Tasks are real; what goes to the terminal is kept silent.

        Args:
            workflow: its name; ``None`` for ``turbo.yaml``.
            inputs: values, or text that is read by the declared type.
            only: as ``--only``.
            fail_fast: as ``--fail-fast``.
            wait: as ``--wait``: channels of the plugins bring the answers.
            plugins: objects that take part beside the installed plugins (`FakeChannel`, `FakeExecutor`, `FakeSecrets`, or any
                object or module with hook implementations).
            flags: settings, as from the command line.

        Raises:
            WorkflowInvalid: the workflow is wrong.
            UsageError: an input, a plugin or a secret is wrong or missing.
        """
        installed = plugin_names.find(read_settings(self.folder, flags).cache_folder)
        with on_the_shelf(installed, plugins) as names:
            app = App(self.folder, flags=flags, names=names)
            definition, _path = app.workflow(workflow)
            seen: list[HookCall] = []
            with app.plugins.watched(_noted(seen)):
                ended = app.run(
                    definition,
                    inputs or {},
                    Options(only=tuple(only), fail_fast=fail_fast, wait=wait),
                    Front(channels={"terminal": _keep_silent}),
                )
        title = f"play {definition.name}"
        events = tuple(read(ended.folder))
        return self._keep(Result(title=title, exit_code=ended.code, view=ended.run, events=events, hooks=tuple(seen)))

    def _keep(self, result: Result) -> Result:
        self.results.append(result)
        return result

    def _heads(self) -> dict[Path, bytes]:
        """How far each run has come. Ids sort by the time of their start."""
        found = (self.folder / HOME_NAME / RUNS_NAME).glob(f"[!.]*/{head.FILE_NAME}")
        return {path.parent: path.read_bytes() for path in found}

    def _look(self, folder: Path) -> tuple[RunView, tuple[Event, ...]]:
        return App(self.folder).view(folder), tuple(read(folder))


def _keep_silent(message: Message) -> Receipt:
    return Receipt(channel=message.channel, reference=message.key)


def _noted(seen: list[HookCall]) -> HookSeen:
    def note(plugin: str, hook: str, arguments: Mapping[str, object], answer: object, error: BaseException | None) -> None:
        seen.append(HookCall(plugin=plugin, hook=hook, arguments=arguments, answer=answer, error=error))

    return note


def _text(told: bytes | None) -> str:
    return (told or b"").decode("utf-8", "backslashreplace")


ProjectFactory = Callable[[Mapping[str, str | bytes]], Project]
"""The fixture ``turbo_project``: files → a project in a folder of its own."""
