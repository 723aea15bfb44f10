"""What Turbo promises of every plugin, and what `turbo-plugin-packages` asks of drivers, checked with this one."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest
from turbo_core.testing import PluginSuite

from turbo_plugin_packages_java import plugin


class TestConformance(PluginSuite):
    plugin = "packages_java"


def test_the_answers_are_what_the_interface_asks_for(tmp_path: Path) -> None:
    if importlib.util.find_spec("turbo_plugin_packages") is None:
        pytest.skip("turbo-plugin-packages is not there; tox -e plugins runs it")
    pydantic = pytest.importorskip("pydantic")
    values: Any = importlib.import_module("turbo_plugin_packages.values")
    (tmp_path / "pom.xml").write_text("<project/>")
    (manager,) = plugin.turbo_packages_detect(tmp_path)
    for type_, answer in [
        (values.Manager, manager),
        (values.Plan, plugin.turbo_packages_plan(tmp_path, "maven", "lock", {}, "")),
    ]:
        pydantic.TypeAdapter(type_).validate_python(answer)
