from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from turbo_core.errors import PluginFailed
from turbo_core.model import Opinion
from turbo_core.plugins.hooking import Failure
from turbo_core.plugins.loading import Plugins
from turbo_core.plugins.names import Names, Selection
from turbo_core.plugins.trials import Trials

from .shelf import HOOKS, QUESTION, Shelf

OFFERS = """
from dataclasses import dataclass
from turbo_core import ChannelOffer, ExecutorOffer, Receipt, SecretOffer, SettingsOffer, SpecOffer, hookimpl, hookspec

@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    channel: str = "#ci"

class Specs:
    @hookspec
    def turbo_shelf_tagged(self, name): "Called before a tag."

@hookimpl
def turbo_register():
    yield ChannelOffer(name="NAME", summary="Posts")
    yield ExecutorOffer(name="NAME-far")
    yield SecretOffer(name="NAME-vault", find={"A": "value"}.get)
    yield SettingsOffer(name=__name__.removeprefix("turbo_shelf_"), type=Wishes)
    yield SpecOffer(namespace="shelf", version="1.2.0", specs=Specs)

@hookimpl
def turbo_communicate(message):
    return Receipt(channel="NAME", reference=message)
"""


def ask(plugins: Plugins) -> list[tuple[str, Any]]:
    return plugins.collect("turbo_decide", question=QUESTION, context=None)


def opinion(text: str) -> str:
    return f"from turbo_core import hookimpl, Opinion\n@hookimpl\ndef turbo_decide(question):\n    {text}"


def test_every_implementer_is_asked_and_none_stops_the_others(shelf: Shelf) -> None:
    shelf.plugin("a", opinion("raise ValueError('no idea')"))
    shelf.plugin("b", opinion("return None"))
    shelf.plugin("c", opinion("return Opinion(name='c', score=1)"))
    shelf.plugin("d", opinion("yield question.text; raise RuntimeError('late')"))
    shelf.plugin("e", opinion("yield question.text"))
    (_, failure), *rest = ask(shelf.plugins())
    assert isinstance(failure, Failure)
    assert failure.message == "ValueError: no idea"
    assert "turbo_shelf_a.py" in failure.details
    assert [name for name, _ in rest] == ["c", "d", "e"]
    assert rest[0][1] == Opinion(name="c", score=1)
    assert rest[1][1].message == "RuntimeError: late"
    assert rest[2][1] == ["fit?"]


def test_the_order_is_stable_and_can_be_wished(shelf: Shelf) -> None:
    shelf.plugin("a", opinion("return 1").replace("@hookimpl", "@hookimpl(trylast=True)"))
    for name in ("c", "b"):
        shelf.plugin(name, opinion("return 1"))
    shelf.plugin("d", opinion("return 1").replace("@hookimpl", "@hookimpl(tryfirst=True)"))
    plugins = shelf.plugins()
    plugins.call("c", "turbo_decide", question=QUESTION, context=None)
    assert [name for name, _ in ask(plugins)] == ["d", "b", "c", "a"]


def test_a_run_imports_only_the_plugins_whose_hooks_it_calls(shelf: Shelf) -> None:
    shelf.plugin("decides")
    shelf.plugin("talks", OFFERS.replace("NAME", "talks"))
    shelf.plugin("off")
    code = f"""
        from pathlib import Path
        from turbo_core.plugins.names import Selection, find
        from turbo_core.plugins.trials import Trials
        from turbo_core.plugins.loading import Plugins
        caches = Path({str(shelf.caches)!r})
        plugins = Plugins(find(caches, [{str(shelf.folder)!r}]), Trials(caches), Selection(disabled=frozenset({{"off"}})))
        def imported(): return sorted(name for name in sys.modules if name.startswith("turbo_shelf_"))
        plugins.inventory()
        print(plugins.implementers("turbo_decide"), plugins.owner("channel", "talks"), imported())
        plugins.collect("turbo_decide", question=None, context=None)
        print(imported())
        print(plugins.call("talks", "turbo_communicate", message="hi").reference, imported())
    """
    assert shelf.python(code).splitlines() == [
        "('decides',) talks []",
        "['turbo_shelf_decides']",
        "hi ['turbo_shelf_decides', 'turbo_shelf_talks']",
    ]


def test_a_plugin_that_fails_only_here_is_set_aside(shelf: Shelf) -> None:
    shelf.plugin("good")
    flag = shelf.folder / "flag"
    shelf.plugin("moody", f"import os\nif os.path.exists({str(flag)!r}): raise OSError('bad day')\n{HOOKS}")
    shelf.plugin(
        "sulky",
        f"import os\n{HOOKS}\n@hookimpl\ndef turbo_register():\n    "
        f"if os.path.exists({str(flag)!r}): raise OSError('no')\n    return []",
    )
    plugins = shelf.plugins()
    assert plugins.implementers("turbo_decide") == ("good", "moody", "sulky")
    flag.write_text("")
    assert [name for name, _ in ask(plugins)] == ["good"]
    assert [name for name, _ in ask(plugins)] == ["good"]
    assert {told.cause for told in plugins.problems} == {"OSError: bad day", "OSError: no"}
    assert plugins.implementers("turbo_decide") == ("good",)
    with pytest.raises(PluginFailed, match="bad day"):
        plugins.call("moody", "turbo_decide", question=QUESTION, context=None)


def test_calling_a_hook_that_the_plugin_has_not(shelf: Shelf) -> None:
    shelf.plugin("a")
    plugins = shelf.plugins()
    assert plugins.call("a", "turbo_communicate", message=None) is None
    assert plugins.collect("nobody_has_this") == []


def test_calls_let_exceptions_through(shelf: Shelf) -> None:
    shelf.plugin("a", opinion("raise ValueError('no idea')"))
    with pytest.raises(ValueError, match="no idea"):
        shelf.plugins().call("a", "turbo_decide", question=QUESTION, context=None)


def test_a_plugin_can_be_an_object_of_a_module(shelf: Shelf) -> None:
    text = """
        from turbo_core import hookimpl

        class Inner:
            @hookimpl
            def turbo_decide(self, question):
                return 7

        class outer:
            plugin = Inner()
    """
    shelf.install(
        "turbo-plugin-object", {"turbo_shelf_object": text}, {"turbo.plugins": {"object": "turbo_shelf_object:outer.plugin"}}
    )
    assert ask(shelf.plugins()) == [("object", 7)]


# ---------------------------------------------------------------- selection


@pytest.mark.parametrize("name", ["slack", "turbo-plugin-talk", "talk"])
def test_a_plugin_is_turned_off_by_any_of_its_names(shelf: Shelf, name: str) -> None:
    shelf.install("turbo-plugin-talk", {"turbo_shelf_talk": HOOKS}, {"turbo.plugins": {"slack": "turbo_shelf_talk"}})
    plugins = shelf.plugins(Selection(disabled=frozenset({name})))
    assert plugins.names("turbo.plugins") == ()
    assert [listed.state for listed in plugins.inventory()] == ["off"]
    with pytest.raises(PluginFailed, match="the plugin 'slack' is turned off; turn it on with '-p slack'"):
        plugins.require("turbo.plugins", "slack")
    assert shelf.plugins(Selection(disabled=frozenset({name}), enabled=frozenset({name}))).names("turbo.plugins") == ("slack",)


def test_safe_mode_leaves_the_core(shelf: Shelf) -> None:
    shelf.plugin("a")
    shelf.install("turbo-core", {"turbo_shelf_core": HOOKS}, {"turbo.plugins": {"decide": "turbo_shelf_core"}})
    plugins = shelf.plugins(Selection(core_only=True, enabled=frozenset({"a"})))
    assert ask(plugins)[0][0] == "decide"
    assert plugins.names("turbo.plugins") == ("decide",)


def test_built_in_plugins_need_no_child(shelf: Shelf) -> None:
    text = f"import os\nopen({str(shelf.folder / 'pid')!r}, 'w').write(str(os.getpid()))\n{HOOKS}"
    shelf.install("turbo-core", {"turbo_shelf_core": text}, {"turbo.plugins": {"decide": "turbo_shelf_core"}})
    code = f"""
        import os
        from pathlib import Path
        from turbo_core.plugins.names import find
        from turbo_core.plugins.trials import Trials
        caches = Path({str(shelf.caches)!r})
        [entry] = find(caches, [{str(shelf.folder)!r}]).entries
        print(Trials(caches).verdict(entry).hooks, Path({str(shelf.folder)!r}, "pid").read_text() == str(os.getpid()))
    """
    assert shelf.python(code) == "('turbo_decide',) True"


def test_enabling_what_is_not_there(shelf: Shelf) -> None:
    shelf.plugin("slack")
    with pytest.raises(PluginFailed, match=r"no plugin is named 'slak'; did you mean 'slack'\?"):
        shelf.plugins(Selection(enabled=frozenset({"slak"})))


def test_what_is_not_there_names_the_package(shelf: Shelf) -> None:
    with pytest.raises(PluginFailed, match="no plugin is named 'big_query'; pip install turbo-plugin-big-query"):
        shelf.plugins().require("turbo.actions", "big_query")


def test_needing_a_double_names_both(shelf: Shelf) -> None:
    for name in ("turbo-plugin-a", "turbo-plugin-b"):
        shelf.install(name, {}, {"turbo.actions": {"same": "same"}})
    with pytest.raises(PluginFailed, match=r"turbo-plugin-a 1.0: .* is also taken by turbo-plugin-b 1.0"):
        shelf.plugins().require("turbo.actions", "same")


# ---------------------------------------------------------------- contributions


def test_contributions_carry_their_provenance(shelf: Shelf) -> None:
    shelf.plugin("talks", OFFERS.replace("NAME", "talks"), version="4.2")
    plugins = shelf.plugins()
    [channel] = plugins.offers("channel")
    assert (channel.name, channel.summary, channel.plugin, channel.distribution, channel.version) == (
        "talks",
        "Posts",
        "talks",
        "turbo-plugin-talks",
        "4.2",
    )
    assert plugins.owner("executor", "talks-far") == "talks"
    assert plugins.secret_providers()["talks-vault"].find("A") == "value"
    assert getattr(plugins.settings("talks"), "channel", "") == "#ci"


def test_two_owners_are_a_clash(shelf: Shelf) -> None:
    for name in ("a", "b"):
        shelf.plugin(
            name, OFFERS.replace("NAME", "same").replace('"shelf"', f'"{name}"').replace("turbo_shelf_t", f"turbo_{name}_t")
        )
    plugins = shelf.plugins()
    with pytest.raises(PluginFailed) as error:
        plugins.owner("channel", "same")
    assert str(error.value) == (
        "the channel 'same' has more than one owner; "
        "it is offered by turbo-plugin-a 1.0 and turbo-plugin-b 1.0; use '-p no:a' or '-p no:b'"
    )
    with pytest.raises(PluginFailed, match="the secret provider 'same-vault' has more than one owner"):
        plugins.secret_providers()


def test_no_owner_names_the_close_one_and_who_was_set_aside(shelf: Shelf) -> None:
    shelf.plugin("slack", OFFERS.replace("NAME", "slack"))
    plugins = shelf.plugins()
    with pytest.raises(PluginFailed, match=r"no plugin offers the channel 'slak'; did you mean 'slack'\?"):
        plugins.owner("channel", "slak")
    with pytest.raises(PluginFailed, match="no plugin offers the executor 'k8s'; there are: slack-far"):
        plugins.owner("executor", "k8s")
    shelf.plugin("kube", "import turbo_no_such_module")
    with pytest.raises(PluginFailed, match=r"set aside: turbo-plugin-kube 1\.0 .*install turbo_no_such_module"):
        shelf.plugins().owner("executor", "k8s")
    nothing = Plugins(Names(entries=(), problems=(), environment=""), Trials(shelf.caches))
    with pytest.raises(PluginFailed, match="there are: none"):
        nothing.owner("executor", "k8s")


# ---------------------------------------------------------------- inventory and pins


def test_the_inventory_has_all_states(shelf: Shelf) -> None:
    shelf.plugin("good")
    shelf.plugin("off", "raise SystemExit")
    shelf.plugin("broken", "raise ValueError")
    listed = {each.entry.name: each for each in shelf.plugins(Selection(disabled=frozenset({"off"}))).inventory()}
    assert {name: each.state for name, each in listed.items()} == {"good": "on", "off": "off", "broken": "set aside"}
    assert listed["good"].verdict.hooks == ("turbo_decide",)
    assert listed["broken"].verdict.cause == "ValueError: no message"


def test_pins(shelf: Shelf) -> None:
    shelf.plugin("a", version="1.5")
    entry = shelf.names().entries[0]
    plugins = shelf.plugins()
    assert plugins.versions(["turbo-plugin-a", "turbo-plugin-a"]) == {
        "turbo-plugin-a": {"version": "1.5", "record": entry.record}
    }
    with pytest.raises(
        PluginFailed, match="the plugin 'turbo-plugin-b' is not installed or turned off; pip install turbo-plugin-b"
    ):
        plugins.versions(["turbo-plugin-b"])


def test_a_cache_that_cannot_be_written_costs_only_time(shelf: Shelf, tmp_path: Path) -> None:
    shelf.plugin("a")
    (tmp_path / "file").write_text("")
    plugins = Plugins(shelf.names(), Trials(tmp_path / "file"))
    assert plugins.implementers("turbo_decide") == ("a",)


def test_verdicts_are_json(shelf: Shelf) -> None:
    shelf.plugin("talks", OFFERS.replace("NAME", "talks"))
    shelf.plugins().inventory()
    [file] = (shelf.caches / "verdicts").iterdir()
    assert {offer["kind"] for offer in json.loads(file.read_text())["offers"]} == {
        "channel",
        "executor",
        "secrets",
        "specs",
        "settings",
    }
