"""The kit for authors of plugins and workflows; each of its names is loaded when first used. No module of the host imports it."""

from importlib import import_module

_HOMES = {
    "turbo_core.testing.cases.program": ("workflow_case",),
    "turbo_core.testing.cases.result": ("SimulatedRun",),
    "turbo_core.testing.conformance": ("SUITE_VERSION",),
    "turbo_core.testing.conformance.actions": ("ActionSuite",),
    "turbo_core.testing.conformance.base": ("PluginSuite",),
    "turbo_core.testing.conformance.advisers": ("AdviserSuite",),
    "turbo_core.testing.conformance.channels": ("ChannelSuite",),
    "turbo_core.testing.conformance.deciders": ("DeciderSuite",),
    "turbo_core.testing.conformance.documenters": ("DocumenterSuite",),
    "turbo_core.testing.conformance.executors": ("ExecutorSuite",),
    "turbo_core.testing.conformance.pages": ("PageSuite",),
    "turbo_core.testing.conformance.trackers": ("TrackerSuite",),
    "turbo_core.testing.fakes": ("FakeChannel", "FakeExecutor", "FakeSecrets"),
    "turbo_core.testing.loopback": ("Answer", "HttpServer", "Request"),
    "turbo_core.testing.project": ("Project", "ProjectFactory"),
    "turbo_core.testing.results": ("HookCall", "Result"),
    "turbo_core.testing.simulation": ("Simulation", "StubAction", "Surrounding"),
    "turbo_core.testing.world": ("Stub",),
    "turbo_core.testing.servers": ("Server", "free_port", "start_server"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = sorted(_HOME_OF)


def __getattr__(name: str) -> object:
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module 'turbo_core.testing' has no attribute {name!r}")
    return getattr(import_module(home), name)
