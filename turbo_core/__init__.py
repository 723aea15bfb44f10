"""Turbo: a plugin-based automation host. These are the names that a plugin author needs; each is loaded when first used."""

from importlib import import_module

__version__ = "0.1.0"

_HOMES = {
    "msgspec.structs": ("replace",),
    "turbo_core.actions": ("Context", "action"),
    "turbo_core.errors": ("ActionFailed", "ActionUnavailable", "TurboError"),
    "turbo_core.failures": ("FailureRule", "Remedy"),
    "turbo_core.hookspecs": ("hookimpl", "hookspec"),
    "turbo_core.learning": ("GateHistory", "JudgedRun", "Suggestion"),
    "turbo_core.messages": ("FormField", "ListenContext", "Message", "QuestionForm", "Receipt"),
    "turbo_core.model": (
        "Attempt",
        "DecideContext",
        "Document",
        "DocumentContext",
        "Event",
        "ExecuteContext",
        "Execution",
        "Opinion",
        "Outcome",
        "Question",
        "RunInfo",
        "RunView",
        "TaskView",
    ),
    "turbo_core.offers": (
        "Ask",
        "ChannelOffer",
        "ExecutorOffer",
        "HookAnswer",
        "PageOffer",
        "Secret",
        "SecretOffer",
        "SettingsOffer",
        "SpecOffer",
        "TemplateOffer",
    ),
    "turbo_core.tracing": ("Trace",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = sorted(_HOME_OF)


def __getattr__(name: str) -> object:
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module 'turbo_core' has no attribute {name!r}")
    return getattr(import_module(home), name)
