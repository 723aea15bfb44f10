"""Take away the files of the kinds that were not chosen."""

from pathlib import Path

SOURCE = Path("src") / {{ cookiecutter.package|tojson }}
KINDS = {{ cookiecutter.kinds|tojson }}.split()
ADAPTERS = {
    "actions": "files",
    "executor": "priority",
    "decider": "freeze",
    "documenter": "table",
    "tracker": "tally",
    "channel": "outbox",
    "analyzer": "marks",
}

for kind, module in ADAPTERS.items():
    if kind not in KINDS:
        (SOURCE / f"{module}.py").unlink()
        Path("tests", f"test_{module}.py").unlink()
if "actions" not in KINDS:
    (SOURCE / "actions.py").unlink()
if KINDS == ["actions"]:
    (SOURCE / "plugin.py").unlink()
