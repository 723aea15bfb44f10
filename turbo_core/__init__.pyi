from msgspec.structs import replace as replace

from turbo_core.actions import Context as Context, action as action
from turbo_core.errors import ActionFailed as ActionFailed, ActionUnavailable as ActionUnavailable, TurboError as TurboError
from turbo_core.failures import FailureRule as FailureRule, Remedy as Remedy
from turbo_core.hookspecs import hookimpl as hookimpl, hookspec as hookspec
from turbo_core.learning import GateHistory as GateHistory, JudgedRun as JudgedRun, Suggestion as Suggestion
from turbo_core.messages import (
    FormField as FormField,
    ListenContext as ListenContext,
    Message as Message,
    QuestionForm as QuestionForm,
    Receipt as Receipt,
)
from turbo_core.model import (
    Attempt as Attempt,
    DecideContext as DecideContext,
    Document as Document,
    DocumentContext as DocumentContext,
    Event as Event,
    ExecuteContext as ExecuteContext,
    Execution as Execution,
    Opinion as Opinion,
    Outcome as Outcome,
    Question as Question,
    RunInfo as RunInfo,
    RunView as RunView,
    TaskView as TaskView,
)
from turbo_core.offers import (
    Ask as Ask,
    ChannelOffer as ChannelOffer,
    ExecutorOffer as ExecutorOffer,
    HookAnswer as HookAnswer,
    PageOffer as PageOffer,
    Secret as Secret,
    SecretOffer as SecretOffer,
    SettingsOffer as SettingsOffer,
    SpecOffer as SpecOffer,
    TemplateOffer as TemplateOffer,
)
from turbo_core.tracing import Trace as Trace

__version__: str
__all__: list[str]
