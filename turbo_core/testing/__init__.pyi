from turbo_core.testing.cases.program import workflow_case as workflow_case
from turbo_core.testing.cases.result import SimulatedRun as SimulatedRun
from turbo_core.testing.conformance import SUITE_VERSION as SUITE_VERSION
from turbo_core.testing.conformance.actions import ActionSuite as ActionSuite
from turbo_core.testing.conformance.base import PluginSuite as PluginSuite
from turbo_core.testing.conformance.advisers import AdviserSuite as AdviserSuite
from turbo_core.testing.conformance.channels import ChannelSuite as ChannelSuite
from turbo_core.testing.conformance.deciders import DeciderSuite as DeciderSuite
from turbo_core.testing.conformance.documenters import DocumenterSuite as DocumenterSuite
from turbo_core.testing.conformance.executors import ExecutorSuite as ExecutorSuite
from turbo_core.testing.conformance.pages import PageSuite as PageSuite
from turbo_core.testing.conformance.trackers import TrackerSuite as TrackerSuite
from turbo_core.testing.fakes import FakeChannel as FakeChannel, FakeExecutor as FakeExecutor, FakeSecrets as FakeSecrets
from turbo_core.testing.loopback import Answer as Answer, HttpServer as HttpServer, Request as Request
from turbo_core.testing.project import Project as Project, ProjectFactory as ProjectFactory
from turbo_core.testing.results import HookCall as HookCall, Result as Result
from turbo_core.testing.servers import Server as Server, free_port as free_port, start_server as start_server
from turbo_core.testing.simulation import Simulation as Simulation, StubAction as StubAction, Surrounding as Surrounding
from turbo_core.testing.world import Stub as Stub

__all__: list[str]
