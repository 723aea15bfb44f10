"""Starting attempts: the executor's owner is called, and may have the attempt supervised in a slot of this machine.

Secrets are put in their places here, just before an order leaves for a supervisor, and nowhere else.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from turbo_core.engine.process.orders import Call, Order
from turbo_core.engine.process.output import secrets_in
from turbo_core.engine.process.slots import Slots, SupervisedExecution
from turbo_core.engine.sealed import resolve
from turbo_core.errors import TurboError
from turbo_core.journal.files import private_folder
from turbo_core.model import Attempt, Execution, Outcome
from turbo_core.plugins.catalog import Catalog
from turbo_core.plugins.loading import Plugins
from turbo_core.redact import SHORTEST
from turbo_core.words import JSON

ACTION = "turbo_core.plugins.calling:run_action"


class Launcher:
    """Starts attempts by the owner of their executor.

    Args:
        slots: where supervised attempts run.
        plugins: finds the owner of an executor.
        catalog: finds the module of an action.
        project: the project's folder.
        secrets: the value of each secret.
        learn: is told the secrets that tasks made.
    """

    def __init__(
        self,
        *,
        slots: Slots,
        plugins: Plugins,
        catalog: Catalog,
        project: Path,
        secrets: Mapping[str, str],
        learn: Callable[[Collection[str]], None],
    ) -> None:
        self._slots = slots
        self._plugins = plugins
        self._catalog = catalog
        self._project = project
        self._secrets = secrets
        self._tell = learn
        self._made: set[str] = set()
        self._waiting: deque[_Waiting] = deque()
        self._folders: set[Path] = set()
        self._owners: dict[str, str] = {}
        self._grounds: dict[str, dict[str, JSON]] = {}

    def start(self, attempt: Attempt, done: Callable[[Outcome], None]) -> Execution:
        """Start an attempt; an executor that raises ends it as ``infra``."""
        seat = _Seat(self._project, self.supervise, done)
        try:
            owner = self._owner(attempt.executor)
            execution: Execution = self._plugins.call(owner, "turbo_execute", attempt=attempt, context=seat)
        except Exception as error:  # the boundary to foreign code
            told = str(error) if isinstance(error, TurboError) else f"{type(error).__name__}: {error}"
            seat.finish(Outcome(state="failed", failure="infra", message=f"executor {attempt.executor}: {told}"))
            return _Nothing()
        return execution if isinstance(execution, _Waiting) else _Foreign(execution, attempt.executor, seat.finish)

    def _owner(self, executor: str) -> str:
        if executor not in self._owners:
            self._owners[executor] = self._plugins.owner("executor", executor)
        return self._owners[executor]

    def supervise(self, attempt: Attempt, done: Callable[[Outcome], None]) -> Execution:
        """Run an attempt in a slot, as soon as one is free."""
        order = self._order(attempt)

        def finish(outcome: Outcome) -> None:
            self._learn(order)
            done(outcome)

        waiting = _Waiting(order, finish)
        self._waiting.append(waiting)
        self._fill()
        return waiting

    def _learn(self, order: Order) -> None:
        """What a task made a secret is one for everybody from now on."""
        found = secrets_in(order.mask_file) if order.mask_file else []
        made = {secret for secret in found if len(secret) >= SHORTEST} - self._made
        if made:
            self._made |= made
            self._tell(self._made)

    def _fill(self) -> None:
        while self._waiting and self._slots.free > 0:
            waiting = self._waiting.popleft()
            if not waiting.cancelled:
                waiting.running = self._slots.start(waiting.order, self._and_fill(waiting.done))

    def _and_fill(self, done: Callable[[Outcome], None]) -> Callable[[Outcome], None]:
        def finish(outcome: Outcome) -> None:
            done(outcome)
            self._fill()

        return finish

    def _order(self, attempt: Attempt) -> Order:
        env = {name: str(value) for name, value in resolve(dict(attempt.env), self._secrets).items()}
        mask_file = Path(env["TURBO_MASK"])
        for folder in {mask_file.parent, attempt.log.parent} - self._folders:
            self._folders.add(private_folder(folder))
        return Order.from_attempt(
            attempt,
            env=env,
            mask=[*self._secrets.values(), *self._made],
            mask_file=mask_file,
            call=self._call(attempt) if attempt.action else None,
        )

    def _call(self, attempt: Attempt) -> Call:
        request: dict[str, JSON] = {
            **self._ground(attempt.action),
            "mode": attempt.mode,
            "arguments": resolve(dict(attempt.arguments), self._secrets),
            "outputs": dict(attempt.outputs),
            "progress": attempt.env.get("TURBO_PROGRESS", ""),
            "context": {
                "run": attempt.run,
                "task": attempt.task,
                "attempt": attempt.number,
                "project": str(self._project),
                "key": attempt.key,
            },
        }
        return Call(target=ACTION, arguments=request)

    def _ground(self, action: str) -> dict[str, JSON]:
        """What every call of an action is given, whatever the attempt."""
        if action not in self._grounds:
            self._grounds[action] = {
                "action": action,
                "entry": self._catalog.entry(action),
                "settings": self._catalog.settings(action),
                "secrets": self._catalog.secrets(action),
                "guests": self._catalog.guests(action),
            }
        return self._grounds[action]


class _Seat:
    """What an executor sees of the host: `turbo_core.model.ExecuteContext`."""

    def __init__(
        self,
        project: Path,
        supervise: Callable[[Attempt, Callable[[Outcome], None]], Execution],
        done: Callable[[Outcome], None],
    ) -> None:
        self.project = project
        self._supervise = supervise
        self._done: Callable[[Outcome], None] | None = done

    def finish(self, outcome: Outcome) -> None:
        done, self._done = self._done, None
        if done is not None:
            done(outcome)

    def supervise(self, attempt: Attempt) -> Execution:
        return self._supervise(attempt, self.finish)


class _Waiting:
    """An order for a slot, from before it has one until its end."""

    def __init__(self, order: Order, done: Callable[[Outcome], None]) -> None:
        self.order = order
        self.done = done
        self.running: SupervisedExecution | None = None
        self.cancelled = False

    def cancel(self, *, grace: float) -> None:
        if self.running is not None:
            self.running.cancel(grace=grace)
        elif not self.cancelled:
            self.cancelled = True
            self.done(Outcome(state="cancelled", message="cancelled before it had a slot"))


class _Foreign:
    """An attempt that an executor runs itself: whatever its handle does, a cancel is told, and one at once is the end."""

    def __init__(self, execution: Execution, executor: str, finish: Callable[[Outcome], None]) -> None:
        self._execution = execution
        self._executor = executor
        self._finish = finish

    def cancel(self, *, grace: float) -> None:
        try:
            self._execution.cancel(grace=grace)
        except Exception as error:  # the boundary to foreign code
            why = f"executor {self._executor} could not cancel it: {type(error).__name__}: {error}"
            self._finish(Outcome(state="cancelled", message=why, verified=False))
        if grace <= 0:
            why = f"executor {self._executor} has not said that it ended"
            self._finish(Outcome(state="cancelled", message=why, verified=False))


class _Nothing:
    """An attempt that could not be started."""

    def cancel(self, *, grace: float) -> None:
        """Nothing is there to end."""
