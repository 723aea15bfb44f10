from turbo_core.actions import Context as Context, action as action
from turbo_core.errors import ActionFailed as ActionFailed, ActionUnavailable as ActionUnavailable, TurboError as TurboError
from turbo_core.hookspecs import hookimpl as hookimpl, hookspec as hookspec
from turbo_core.model import (
    Ask as Ask,
    Attempt as Attempt,
    ChannelOffer as ChannelOffer,
    DecideContext as DecideContext,
    Document as Document,
    DocumentContext as DocumentContext,
    Event as Event,
    ExecuteContext as ExecuteContext,
    Execution as Execution,
    ExecutorOffer as ExecutorOffer,
    HookAnswer as HookAnswer,
    Message as Message,
    Opinion as Opinion,
    Outcome as Outcome,
    Question as Question,
    Receipt as Receipt,
    RunInfo as RunInfo,
    RunView as RunView,
    Secret as Secret,
    SecretOffer as SecretOffer,
    SettingsOffer as SettingsOffer,
    SpecOffer as SpecOffer,
    TaskView as TaskView,
)

__version__: str
__all__: list[str]
