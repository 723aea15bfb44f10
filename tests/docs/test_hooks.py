"""docs/hooks.md says what the hookspecs say."""

from __future__ import annotations

import inspect
import re

from tests.docs.hooks_page import PAGE, hooks, page, values
from turbo_core import hookspecs, model


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text() == page(), "write it anew: python -m tests.docs.hooks_page"


def test_every_hook_and_every_value_that_it_names_has_its_place() -> None:
    headings = re.findall(r"^### (\S+)$", PAGE.read_text(), re.MULTILINE)
    assert headings == [*(hook.__name__ for hook in hooks()), *(node.name for node in values())]
    named = set(re.findall(r"\w+", " ".join(str(inspect.signature(hook)) for hook in hooks())))
    classes = {name for name, value in vars(model).items() if isinstance(value, type) and value.__module__ == model.__name__}
    assert named & classes <= set(headings)
    assert len(named & classes) > 8


def test_every_contract_is_whole() -> None:
    for hook in hooks():
        told = inspect.getdoc(hook) or ""
        assert re.search(r"^Policy: (collect|owner|observe|deliver|listen)", told, re.MULTILINE), hook.__name__
        assert re.search(r"^Example::$", told, re.MULTILINE), hook.__name__
        assert re.search(r"^Since \d+\.\d+\.$", told, re.MULTILINE), hook.__name__
        assert all(f"    {name}: " in told for name in inspect.signature(hook).parameters), hook.__name__
    assert f"version is {hookspecs.API_VERSION}." in " ".join(PAGE.read_text().split())
