from turbo_core.testing.fakes import FakeChannel as FakeChannel, FakeExecutor as FakeExecutor, FakeSecrets as FakeSecrets
from turbo_core.testing.project import Project as Project, ProjectFactory as ProjectFactory
from turbo_core.testing.results import HookCall as HookCall, Result as Result

__all__: list[str]
