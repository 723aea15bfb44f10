from __future__ import annotations

import sys

import pytest

from turbo_core.errors import PluginFailed, UsageError

from .shelf import ACTIONS, Shelf


@pytest.fixture
def hello(shelf: Shelf) -> Shelf:
    shelf.plugin("hello", ACTIONS, group="turbo.actions")
    shelf.plugin("other", ACTIONS, group="turbo.actions")
    return shelf


def test_info_comes_without_an_import(hello: Shelf) -> None:
    code = f"""
        from pathlib import Path
        from turbo_core.plugins.catalog import Catalog
        from turbo_core.plugins.names import find
        from turbo_core.plugins.trials import Trials
        from turbo_core.plugins.loading import Plugins
        caches = Path({str(hello.caches)!r})
        catalog = Catalog(Plugins(find(caches, [{str(hello.folder)!r}]), Trials(caches)))
        def imported(): return sorted(n for n in sys.modules if n.startswith("turbo_shelf_") or n in ("pydantic", "stevedore"))
        info = catalog.info("hello.greet")
        told = info.parameters["properties"]["name"]["description"]
        print(catalog.namespaces(), info.summary, info.risk, info.idempotent, told)
        print(catalog.entry("hello.greet"), catalog.distribution("hello.greet"), imported())
        print(repr(catalog.check("hello.greet", "times", 3)), imported())
    """
    assert hello.python(code).splitlines() == [
        "('hello', 'other') Greet somebody. read True who is greeted.",
        "turbo_shelf_hello turbo-plugin-hello []",
        "'' ['pydantic', 'stevedore', 'turbo_shelf_hello']",
    ]


def test_values_are_checked(hello: Shelf) -> None:
    catalog = hello.catalog()
    assert catalog.check("hello.greet", "times", "x") == "times: input should be a valid integer"
    catalog.validate("hello.greet", {"name": "you", "times": "3"}, text=True)
    with pytest.raises(UsageError, match="times: input should be a valid integer"):
        catalog.validate("hello.greet", {"name": "you", "times": "3"})


def test_an_action_is_the_same_each_time(hello: Shelf) -> None:
    catalog = hello.catalog()
    first = catalog.get("hello.greet")
    del sys.modules["turbo_shelf_hello"]
    assert catalog.get("hello.greet") is first
    assert [info.name for info in catalog.actions("hello")] == ["hello.greet"]


def test_the_code_of_an_editable_plugin_is_read_once(shelf: Shelf) -> None:
    module = shelf.folder / "turbo_shelf_dev.py"
    module.write_text(ACTIONS)
    origin = {"url": "file:///src", "dir_info": {"editable": True}}
    shelf.install("turbo-plugin-dev", {}, {"turbo.actions": {"dev": "turbo_shelf_dev"}}, origin=origin)
    catalog = shelf.catalog()
    before = catalog.code("dev.greet")
    assert before.startswith("turbo-plugin-dev 1.0 ")
    module.write_text(f"{ACTIONS}# changed")
    assert catalog.code("dev.greet") == before
    assert shelf.catalog().code("dev.greet") != before


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("greet", "'greet' is not the name of an action; it reads NAMESPACE.VERB, for example git.tag"),
        ("hello.", "'hello.' is not the name of an action"),
        (".greet", "'.greet' is not the name of an action"),
        ("hello.gret", "the plugin 'hello' has no action 'gret'; did you mean hello.greet?"),
        ("hello.xyzzy", "the plugin 'hello' has no action 'xyzzy'; it has: greet"),
        ("helo.greet", "no plugin is named 'helo'; did you mean 'hello'?"),
        ("docker.build", "no plugin is named 'docker'; pip install turbo-plugin-docker"),
    ],
)
def test_names_that_are_none(hello: Shelf, name: str, told: str) -> None:
    for ask in (hello.catalog().info, hello.catalog().get):
        with pytest.raises(PluginFailed) as error:
            ask(name)
        assert told in str(error.value)


def test_a_broken_namespace_hurts_only_those_who_use_it(hello: Shelf) -> None:
    hello.plugin("broken", "import turbo_no_such_module", group="turbo.actions")
    catalog = hello.catalog()
    assert catalog.info("hello.greet").summary == "Greet somebody."
    with pytest.raises(PluginFailed) as error:
        catalog.info("broken.greet")
    assert str(error.value) == (
        "turbo-plugin-broken 1.0: the plugin 'broken = turbo_shelf_broken' was set aside; "
        "ModuleNotFoundError: No module named 'turbo_no_such_module'; "
        "install turbo_no_such_module, or reinstall turbo-plugin-broken"
    )
