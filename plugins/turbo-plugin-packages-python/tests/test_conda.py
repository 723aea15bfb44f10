"""conda, read from the records that it keeps in an environment, in the form in which it writes them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from turbo_core import ActionFailed, ActionUnavailable

from tests.conftest import Asked
from turbo_plugin_packages_python.settings import PythonSettings

MANIFEST = "name: thing\nchannels: [main]\ndependencies:\n  - main::numpy>=1.26\n  - python =3.11\n  - scipy\n  - pip: [alpha]\n"
RECORDS = [
    {"name": "numpy", "version": "1.26.4", "license": "BSD-3-Clause", "depends": ["python >=3.11,<3.12.0a0", "libblas"]},
    {"name": "python", "version": "3.11.8", "license": "PSF-2.0", "depends": []},
]


@pytest.fixture
def conda(folder: Path) -> Asked:
    (folder / "environment.yml").write_text(MANIFEST)
    return Asked(folder, PythonSettings(conda=("no-such-conda",)), "conda")


def test_the_records_of_an_environment_are_read(conda: Asked) -> None:
    for record in RECORDS:
        file = conda.folder / "env" / "conda-meta" / f"{record['name']}.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(record))
    assert [(one["manager"], one["writes"]) for one in conda.detect()] == [("conda", False)]
    numpy, python = conda.inventory()["packages"]
    assert (numpy["version"], numpy["licence"], numpy["direct"]) == ("1.26.4", "BSD-3-Clause", True)
    assert numpy["needs"] == [{"name": "python", "wants": ">=3.11,<3.12.0a0"}]
    assert python["direct"]
    assert [one["name"] for one in conda.inventory()["wants"] if not one["met"]] == ["scipy"]


def test_it_reads_only_and_says_so(conda: Asked) -> None:
    assert conda.outdated_whole()["unknown"] == ["newer versions of conda packages are not looked for"]
    with pytest.raises(ActionFailed, match="only reads"):
        conda.carry_out("update")
    with pytest.raises(ActionUnavailable, match="no-such-conda cannot be started"):
        conda.inventory()
