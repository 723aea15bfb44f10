"""Who looks after a folder."""

from __future__ import annotations

import pytest
from turbo_core import ActionFailed, Context

from turbo_plugin_packages import actions


def test_a_manager_comes_with_its_evidence(context: Context) -> None:
    (found,) = actions.detect(context).managers
    assert (found.manager, found.ecosystem, found.evidence) == ("paper", "PyPI", ("paper.json",))
    (context.project / "paper.json").unlink()
    assert actions.detect(context).managers == []


def test_an_answer_with_a_field_that_is_not_known_is_refused_by_name(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = [{"manager": "paper", "ecosystem": "PyPI", "purl": "pypi", "evidence": [], "colour": "red"}]
    monkeypatch.setattr("paper_driver.turbo_packages_detect", lambda folder: wrong)
    with pytest.raises(ActionFailed, match=r"the driver paper gave a wrong answer.*colour"):
        actions.detect(context)


@pytest.mark.parametrize("folder", ["..", "/", "missing"])
def test_only_folders_of_the_project_are_looked_at(context: Context, folder: str) -> None:
    with pytest.raises(ActionFailed, match="no folder of the project"):
        actions.detect(context, folder=folder)


def test_an_ecosystem_may_be_named_with_its_dot(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    told = [{"manager": "paper", "ecosystem": "crates.example", "purl": "cargo", "evidence": []}]
    monkeypatch.setattr("paper_driver.turbo_packages_detect", lambda folder: told)
    assert [one.ecosystem for one in actions.detect(context).managers] == ["crates"]
