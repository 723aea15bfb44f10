"""The concurrency keys that this run wants and holds; what others hold is known by their locks."""

from __future__ import annotations

from pathlib import Path

from turbo_core.engine.ports import KeyGiven
from turbo_core.journal import inbox
from turbo_core.journal.bell import ring
from turbo_core.journal.keys import Hold, Keys
from turbo_core.journal.lock import Holder
from turbo_core.journal.runs import run_folder


class KeyRing:
    """Keys of one run.

    Args:
        project: whose keys they are.
        holder: this process.
        run: this run.
    """

    patience = 0.1
    """Seconds between two tries for a key that somebody else holds."""

    def __init__(self, project: Path, holder: Holder, run: str) -> None:
        self._project = project
        self._run = run
        self._keys = Keys(project, holder)
        self._wanted: dict[str, tuple[str, int]] = {}
        self._held: dict[str, Hold] = {}

    @property
    def wanting(self) -> bool:
        """Whether a task waits for a key."""
        return bool(self._wanted)

    def want(self, address: str, key: str, limit: int, policy: str) -> KeyGiven | None:
        """Try to take a key at once; else stay in the queue, or be refused."""
        hold = self._keys.try_take(key, limit, self._run, address, queue=policy != "reject")
        if hold is not None:
            self._held[address] = hold
            return KeyGiven(address=address)
        if policy == "reject":
            return KeyGiven(address=address, refused=f"the key {key!r} is taken{self._by(key)}")
        if policy == "replace":
            self._cancel_holders(key)
        self._wanted[address] = (key, limit)
        return None

    def retry(self) -> list[str]:
        """The tasks whose key has become free, and is now theirs."""
        taken = []
        for address, (key, limit) in list(self._wanted.items()):
            hold = self._keys.try_take(key, limit, self._run, address)
            if hold is not None:
                del self._wanted[address]
                self._held[address] = hold
                taken.append(address)
        return taken

    def free(self, address: str) -> None:
        """Give back what the task holds, leave the queue that it stands in."""
        hold = self._held.pop(address, None)
        if hold is not None:
            hold.release()
        wanted = self._wanted.pop(address, None)
        if wanted is not None:
            self._keys.withdraw(wanted[0], self._run, address)

    def close(self) -> None:
        """Give back everything."""
        for address in [*self._held, *self._wanted]:
            self.free(address)

    def _by(self, key: str) -> str:
        return "".join(f" by {claim.task} of run {claim.run}" for claim in self._keys.holders(key))

    def _cancel_holders(self, key: str) -> None:
        for claim in self._keys.holders(key):
            folder = run_folder(self._project, claim.run)
            inbox.leave(folder, {"kind": "cancel_task", "task": claim.task, "actor": f"run {self._run}"})
            ring(folder)
