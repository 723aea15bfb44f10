"""A plugin brings a hook of its own, and other plugins answer it: in the host, and in the process of an action."""

from __future__ import annotations

import json

import pytest

from tests.installed.conftest import Site

ANALYZER = """
    from turbo_core import Document, SpecOffer, hookimpl, hookspec

    class Specs:
        @hookspec
        def turbo_analyze_files(self, files, limit):
            "Tell what is remarkable about files."

        @hookspec
        def turbo_analyze_done(self):
            "Called at the end."

    @hookimpl
    def turbo_register():
        return [SpecOffer(namespace="analyze", version="1.2.0", specs=Specs)]

    @hookimpl
    def turbo_analyze_files(files):
        return [f"{len(files)} files"]

    @hookimpl
    def turbo_document(run, ask):
        told = [answer.failure or answer.value for answer in ask("turbo_analyze_files", files=["x"], limit=1)]
        return [Document(name="told.txt", media_type="text/plain", content=repr(told).encode())]
"""
ACTIONS = """
    from turbo_core import Context, action

    @action(risk="read")
    def run(context: Context, files: list[str]) -> dict[str, list[str]]:
        \"\"\"Analyze files.\"\"\"
        print("asking")
        answers = context.ask("turbo_analyze_files", files=files, limit=3)
        context.ask("turbo_analyze_done")
        return {answer.plugin: [answer.failure] if answer.failure else answer.value for answer in answers}

    @action(risk="read")
    def wrong(context: Context, hook: str, arguments: dict[str, int]) -> int:
        return len(context.ask(hook, **arguments))
"""
LINT = """
    from dataclasses import dataclass
    from turbo_core import SettingsOffer, hookimpl

    turbo_api_analyze = ">=1,<2"

    @dataclass(frozen=True)
    class Lint:
        sign: str = "!"

    @hookimpl
    def turbo_register():
        return [SettingsOffer(name="lint", type=Lint)]

    @hookimpl
    def turbo_analyze_files(files, settings):
        for file in files:
            if file == "bad":
                raise ValueError("a bad file")
            yield file + settings.sign
"""


def fill(site: Site, lint: str = LINT) -> None:
    # One distribution with both, as real ones are.
    site.shelf.install(
        "turbo-plugin-analyzer",
        {"turbo_shelf_analyzer": ANALYZER, "turbo_shelf_analyzer_actions": ACTIONS},
        {"turbo.plugins": {"analyzer": "turbo_shelf_analyzer"}, "turbo.actions": {"analyzer": "turbo_shelf_analyzer_actions"}},
    )
    site.add("lint", lint)


def test_an_action_asks_the_hook_of_its_plugin(site: Site) -> None:
    fill(site)
    ended = site.turbo("--set", "plugins.lint.sign=?", "analyzer", "run", "--files", '["a", "b"]', "--json")
    assert json.loads(ended.stdout) == {"analyzer": ["2 files"], "lint": ["a?", "b?"]}, ended.stderr
    ended = site.turbo("analyzer", "run", "--files", '["bad"]', "--json")
    assert json.loads(ended.stdout) == {"analyzer": ["1 files"], "lint": ["ValueError: a bad file"]}, ended.stderr


def test_a_hook_asks_the_hook_of_its_plugin(site: Site) -> None:
    fill(site)
    site.write("turbo.yaml", "name: hello\ntasks: {say: {run: 'true'}}\n")
    ended = site.turbo("run")
    assert ended.returncode == 0, ended.stderr
    [told] = site.project.rglob("told.txt")
    assert told.read_text() == "[['1 files'], ['x!']]"


def test_without_guests_only_the_plugin_itself_answers(site: Site) -> None:
    fill(site)
    ended = site.turbo("-p", "no:lint", "analyzer", "run", "--files", "[]", "--json")
    assert json.loads(ended.stdout) == {"analyzer": ["0 files"]}, ended.stderr
    assert "turbo_shelf_lint" not in site.imported()


@pytest.mark.parametrize(
    ("hook", "arguments", "told"),
    [
        (
            "turbo_analyze_file",
            "{}",
            "the plugin brings no hook 'turbo_analyze_file'; it has: turbo_analyze_done, turbo_analyze_files",
        ),
        ("turbo_decide", "{}", "the plugin brings no hook 'turbo_decide'"),
        ("turbo_analyze_files", '{"files": 1}', "the hook 'turbo_analyze_files' takes other arguments; it takes: files, limit;"),
    ],
)
def test_asking_wrongly(site: Site, hook: str, arguments: str, told: str) -> None:
    fill(site)
    ended = site.turbo("analyzer", "wrong", "--hook", hook, "--arguments", arguments)
    assert ended.returncode == 1
    assert told in ended.stderr


def test_what_is_told_of_both(site: Site) -> None:
    fill(site)
    told = site.turbo("plugin", "info", "analyzer").stdout.splitlines()
    assert "  brings   hooks analyze 1.2.0" in told
    assert "           turbo_analyze_files(files, limit)" in told
    told = site.turbo("plugin", "info", "lint").stdout.splitlines()
    assert "  hooks    turbo_analyze_files, turbo_register" in told
    assert "  needs    hooks analyze >=1,<2" in told
    assert "  setting  sign" in told


RIVAL = LINT.replace("import SettingsOffer", "import SettingsOffer, SpecOffer, hookspec").replace(
    """return [""",
    """
        class Specs:
            @hookspec
            def turbo_analyze_x(self): ""

        return [SpecOffer(namespace="analyze", version="1.0.0", specs=Specs), """,
    1,
)
MISFITS = {
    "version": (
        LINT.replace(">=1,<2", ">=2,<3"),
        "it needs version >=2,<3 of the hooks 'analyze', and turbo-plugin-analyzer 1.0 has 1.2.0; install a version of",
    ),
    "argument": (
        LINT.replace("(files, settings)", "(files, weather)"),
        "its 'turbo_analyze_files' asks for 'weather'; turbo-plugin-analyzer 1.0 gives files, limit",
    ),
    "name": (
        LINT.replace("turbo_analyze_files", "turbo_analyze_file"),
        "there is no hook 'turbo_analyze_file' in turbo-plugin-analyzer 1.0; it has turbo_analyze_done, turbo_analyze_files",
    ),
    "silence": (LINT.replace("turbo_api_analyze", "other"), "there is no hook 'turbo_analyze_files'"),
    "rival": (RIVAL, "the hooks 'analyze' are also brought by turbo-plugin-analyzer 1.0; uninstall turbo-plugin-lint or turbo-"),
}


@pytest.mark.parametrize("name", MISFITS)
def test_who_does_not_fit_is_set_aside_and_named(site: Site, name: str) -> None:
    text, told = MISFITS[name]
    fill(site, text)
    aside = {line.split()[2]: line for line in site.turbo("plugin", "list").stdout.splitlines() if line.startswith("set aside: ")}
    assert told in aside["turbo-plugin-lint"]
    assert ("turbo-plugin-analyzer" in aside) == (name == "rival")
    site.write("turbo.yaml", "name: hello\ntasks: {say: {run: 'true'}}\n")
    assert site.turbo("run").returncode == 0


def spec(namespace: str = "lint", version: str = "1.0.0", name: str = "turbo_lint_files") -> str:
    return f"""
        from turbo_core import SpecOffer, hookimpl, hookspec
        class Specs:
            @hookspec
            def {name}(self): ""
        @hookimpl
        def turbo_register():
            return [SpecOffer(namespace={namespace!r}, version={version!r}, specs=Specs)]
    """


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (spec("Lint"), "the namespace has small letters and digits only"),
        (spec("my_lint"), "the namespace has small letters and digits only"),
        (spec("decide"), "the namespace belongs to Turbo"),
        (spec(version="1.0"), "'1.0' is no version; it reads like '1.0.0'"),
        (spec(name="turbo_lints_files"), "the hook 'turbo_lints_files' is not of the namespace; call it 'turbo_lint_…'"),
        (spec().replace("@hookspec", "@staticmethod"), "it has no hook; mark its functions with @hookspec"),
    ],
)
def test_specifications_that_are_refused(site: Site, text: str, told: str) -> None:
    site.add("lint", text)
    assert told in site.turbo("plugin", "list").stdout
