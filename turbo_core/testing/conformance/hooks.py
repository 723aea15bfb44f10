"""What the suites of the kinds with hooks share: the one way to call the plugin, and that it implements what it is for."""

from __future__ import annotations

from typing import Any, ClassVar

from turbo_core.testing.conformance.base import PluginSuite
from turbo_core.testing.conformance.checks import check, refuse, require


class HookSuite(PluginSuite):
    """The checks for a plugin with hooks.

    Attributes:
        hook: the hook that makes the plugin one of this kind.
    """

    hook: ClassVar[str]

    @check("bronze")
    def test_it_implements_its_hook(self) -> None:
        """The plugin has an implementation of the hook that this suite is about."""
        hooks = self.host.hooks(self.plugin).hooks
        require(
            self.hook in hooks,
            f"the plugin {self.plugin!r} does not implement {self.hook}",
            f"mark a function of that name with @hookimpl; it has {', '.join(hooks) or 'none'}",
        )

    def ask(self, about: str, next_step: str, **arguments: object) -> Any:
        """Call the plugin's implementation; if it raises, the check fails.

        Args:
            about: what it is asked about, for the message.
            next_step: what its author can do if it raises.
            arguments: of the hook.
        """
        return self.ask_other(self.hook, about, next_step, **arguments)

    def ask_other(self, hook: str, about: str, next_step: str, **arguments: object) -> Any:
        """Call another hook of the plugin, if it has it; likewise."""
        try:
            return self.host.plugins.call(self.plugin, hook, **arguments)
        except Exception as error:  # the boundary to foreign code
            refuse(f"it raises {type(error).__name__}: {error} on {about}", next_step)
