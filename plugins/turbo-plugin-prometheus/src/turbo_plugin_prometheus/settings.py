"""What can be set for the plugin."""

from __future__ import annotations

from dataclasses import dataclass

from turbo_core import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Where the figures go. Without a folder and without a gateway they go nowhere.

    Attributes:
        folder: the folder that the node exporter reads (`--collector.textfile.directory`); relative to the project.
        gateway: the address of a push gateway, such as `http://127.0.0.1:9091`.
        password: the secret that the gateway wants, as `user:password`.
        job: the label `job` at the gateway.
        tasks: tell of each task, too; otherwise only of the run.
        timeout: how many seconds one request to the gateway may take.
    """

    folder: str = ""
    gateway: str = ""
    password: Secret | None = None
    job: str = "turbo"
    tasks: bool = True
    timeout: float = 3.0

    def __post_init__(self) -> None:
        if self.timeout <= 0:
            raise ValueError("timeout is more than 0")
