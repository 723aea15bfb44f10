{% set suites = [] %}
{% for kind, suite in [("actions", "ActionSuite"), ("executor", "ExecutorSuite"), ("decider", "DeciderSuite"), ("documenter", "DocumenterSuite"), ("tracker", "TrackerSuite"), ("channel", "ChannelSuite"), ("analyzer", "PluginSuite")] if kind in cookiecutter.kinds %}
{% set _ = suites.append(suite) %}
{% endfor %}
"""What Turbo promises of every plugin of {{ "these kinds" if suites|length > 1 else "this kind" }}, checked with this one."""

{% if "actions" in cookiecutter.kinds or "tracker" in cookiecutter.kinds or "channel" in cookiecutter.kinds %}
from pathlib import Path
{% endif %}
{% if "actions" in cookiecutter.kinds or "decider" in cookiecutter.kinds %}
from typing import ClassVar

{% elif "tracker" in cookiecutter.kinds or "channel" in cookiecutter.kinds %}

{% endif %}
{% if "decider" in cookiecutter.kinds %}
from turbo_core import Question
{% endif %}
from turbo_core.testing import {{ suites|sort|join(", ") }}
{% if "actions" in cookiecutter.kinds %}


class TestActions(ActionSuite):
    plugin = "{{ cookiecutter.name }}"
    examples: ClassVar = {"{{ cookiecutter.name }}.count": {"path": "notes.txt"}}

    def prepare(self, project: Path) -> None:
        (project / "notes.txt").write_text("one two\nthree\n")
{% endif %}
{% if "executor" in cookiecutter.kinds %}


class TestExecutor(ExecutorSuite):
    plugin = "{{ cookiecutter.name }}"
{% endif %}
{% if "decider" in cookiecutter.kinds %}


class TestDecider(DeciderSuite):
    plugin = "{{ cookiecutter.name }}"
    questions: ClassVar = [Question(kind="gate", run="r", task="ready", text="Release it?")]
{% endif %}
{% if "documenter" in cookiecutter.kinds %}


class TestDocumenter(DocumenterSuite):
    plugin = "{{ cookiecutter.name }}"
{% endif %}
{% if "tracker" in cookiecutter.kinds %}


class TestTracker(TrackerSuite):
    plugin = "{{ cookiecutter.name }}"

    def state(self, project: Path) -> object:
        """What it keeps lies in the folders of runs, which are beside the project here."""
        return {file: file.read_text() for file in project.parent.rglob("{{ cookiecutter.name }}.json")}
{% endif %}
{% if "channel" in cookiecutter.kinds %}


class TestChannel(ChannelSuite):
    plugin = "{{ cookiecutter.name }}"

    def break_down(self) -> None:
        """A folder stands where the file should be."""
        Path("{{ cookiecutter.name }}.jsonl").mkdir()
{% endif %}
{% if "analyzer" in cookiecutter.kinds %}


class TestAnalyzer(PluginSuite):
    plugin = "{{ cookiecutter.name }}"
{% endif %}
