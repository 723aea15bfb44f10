"""The settings that there are: the key of each, its variable, how what is written for it is read, what it means.

It knows one value at a time, and not where it was written.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from msgspec import Struct

from turbo_core.failures import FailureRule, read_rule


def _whole(raw: object) -> int:
    """A whole number, or -1 for what is none."""
    if isinstance(raw, str) and raw.strip().isdecimal():
        raw = int(raw)
    return raw if isinstance(raw, int) and not isinstance(raw, bool) else -1


def _read_count(raw: object) -> int:
    count = _whole(raw)
    if count < 0:
        raise ValueError("a whole number from 0 on")
    return count


def _read_jobs(raw: object) -> int:
    jobs = _whole(raw)
    if not 1 <= jobs <= 1024:
        raise ValueError("a whole number from 1 to 1024")
    return jobs


def _read_boolean(raw: object) -> bool:
    known: dict[object, bool] = {"true": True, "1": True, "false": False, "0": False}
    value = known.get(raw.lower()) if isinstance(raw, str) else raw
    if not isinstance(value, bool):
        raise ValueError("true or false")
    return value


def _read_choice(*choices: str) -> Callable[[object], str]:
    def read(raw: object) -> str:
        if not isinstance(raw, str) or raw not in choices:
            raise ValueError(f"one of {', '.join(choices)}")
        return raw

    return read


def _read_names(raw: object) -> tuple[str, ...]:
    items = [part.strip() for part in raw.split(",") if part.strip()] if isinstance(raw, str) else raw
    if not isinstance(items, list | tuple | set | frozenset) or not all(isinstance(item, str) for item in items):
        raise ValueError("a list of names")
    return tuple(items)


def read_path(raw: object) -> Path:
    """A path; a relative one is meant from where it is written."""
    path = expanded(str(raw)) if isinstance(raw, str | Path) and str(raw) else None
    if path is None or str(path).startswith("~"):
        raise ValueError("a path, also one that begins with ~ and an account that is there")
    return path


def expanded(raw: str) -> Path:
    """A path with ``~`` replaced, as a shell does it."""
    return Path(os.path.expanduser(raw))  # noqa: PTH111 - an account that is not there is no fault of ours


def _table(raw: object) -> object:
    try:
        return json.loads(raw) if isinstance(raw, str) else raw
    except ValueError:
        return None


def _read_lists(what: str) -> Callable[[object], Mapping[str, tuple[str, ...]]]:
    def read(raw: object) -> Mapping[str, tuple[str, ...]]:
        raw = _table(raw)
        if not isinstance(raw, dict) or not all(isinstance(members, list) for members in raw.values()):
            raise ValueError(f"a table: {what}")
        return {name: _read_names(members) for name, members in raw.items()}

    return read


def _read_people(raw: object) -> Mapping[str, tuple[str, ...]]:
    people = _read_lists("name of the person = list of their other names")(raw)
    names = [*people, *(name for names in people.values() for name in names)]
    twice = next((name for name in names if names.count(name) > 1), "")
    if twice:
        raise ValueError(f"each name for one person only; {twice!r} stands twice")
    return people


def _read_risks(raw: object) -> tuple[str, ...]:
    risks = _read_names(raw)
    if not set(risks) <= {"read", "change", "destroy"}:
        raise ValueError("a list of risks: read, change, destroy")
    return risks


def _read_failures(raw: object) -> tuple[FailureRule, ...]:
    raw = _table(raw)
    if not isinstance(raw, list):
        raise ValueError("a list of tables, each a rule with `name` and `do`")
    rules = tuple(read_rule(table) for table in raw)
    twice = next((rule.name for rule in rules if sum(other.name == rule.name for other in rules) > 1), "")
    if twice:
        raise ValueError(f"rules of different names; {twice!r} stands twice")
    return rules


class Living(Struct, frozen=True, kw_only=True):
    """A living document: the region ``name`` of the file ``path`` (relative to the project), made as ``kind`` says.

    ``workflow`` is the one that it tells of; empty for all, or for the project's main one.
    """

    name: str
    path: str
    kind: str
    workflow: str = ""


def _read_documents(raw: object) -> tuple[Living, ...]:
    raw = _table(raw)
    if not isinstance(raw, dict) or not all(isinstance(entry, dict) for entry in raw.values()):
        raise ValueError("a table: name of the document = table with path and kind")
    return tuple(_living(name, entry) for name, entry in raw.items())


def _living(name: str, entry: Mapping[str, object]) -> Living:
    text = {key: value for key, value in entry.items() if isinstance(value, str) and value}
    if set(entry) - {"path", "kind", "workflow"} or len(text) != len(entry) or "path" not in text or "kind" not in text:
        raise ValueError(f"for the document {name!r} a table with path and kind, and perhaps workflow, all text")
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,62}", name) or not re.fullmatch(r"[a-z][a-z0-9_]{0,62}", text["kind"]):
        raise ValueError("names of documents and kinds in small letters, digits and _")
    return Living(name=name, path=text["path"], kind=text["kind"], workflow=text.get("workflow", ""))


def _read_weights(raw: object) -> Mapping[str, int]:
    raw = _table(raw)
    if not isinstance(raw, dict):
        raise ValueError("a table: name of the plugin = weight")
    return {name: _read_count(weight) for name, weight in raw.items()}


def _read_table(raw: object) -> Mapping[str, object]:
    raw = _table(raw)
    if not isinstance(raw, dict):
        raise ValueError("a table")
    return raw


# ---------------------------------------------------------------- the settings


class Setting(Struct, frozen=True, kw_only=True):
    """One setting: its field in ``Settings``, its key in files, its variable (may be empty), how it is read, what it means."""

    field: str
    key: str
    read: Callable[[object], object]
    help: str
    variable: str = ""


SETTINGS: Final = (
    Setting(
        field="jobs",
        key="jobs",
        variable="TURBO_JOBS",
        read=_read_jobs,
        help="How many attempts run at the same time.",
    ),
    Setting(
        field="autonomy",
        key="autonomy",
        variable="TURBO_AUTONOMY",
        read=_read_choice("full", "supervised", "manual"),
        help="What may go on without a person: `full`, `supervised` or `manual`.",
    ),
    Setting(
        field="color",
        key="color",
        variable="TURBO_COLOR",
        read=_read_choice("auto", "always", "never"),
        help="Colours on the terminal: `auto`, `always` or `never`. `NO_COLOR` means `never`.",
    ),
    Setting(
        field="cache_folder",
        key="cache_folder",
        variable="TURBO_CACHE_FOLDER",
        read=read_path,
        help="The folder of caches. All in it can be deleted at any time.",
    ),
    Setting(
        field="report",
        key="report",
        variable="TURBO_REPORT",
        read=_read_boolean,
        help="Write the report when a run ends.",
    ),
    Setting(
        field="templates",
        key="templates",
        variable="TURBO_TEMPLATES",
        read=read_path,
        help="The folder of the project's own templates.",
    ),
    Setting(
        field="documents",
        key="documents",
        read=_read_documents,
        help="Living documents: `path` and `kind` of each, and perhaps its `workflow`.",
    ),
    Setting(
        field="keep",
        key="keep",
        variable="TURBO_KEEP",
        read=_read_count,
        help="How many ended runs are kept, the latest ones; `0` means all. Runs that have not ended are always kept.",
    ),
    Setting(
        field="keep_days",
        key="keep_days",
        variable="TURBO_KEEP_DAYS",
        read=_read_count,
        help="For how many days after its end a run is kept; `0` sets no bound.",
    ),
    Setting(
        field="keep_gib",
        key="keep_gib",
        variable="TURBO_KEEP_GIB",
        read=_read_count,
        help="How many GiB the ended runs may take together, the latest ones counted first; `0` sets no bound.",
    ),
    Setting(
        field="patience",
        key="patience",
        variable="TURBO_PATIENCE",
        read=_read_count,
        help="How many seconds the end of a run waits for a plugin that follows it and lags behind.",
    ),
    Setting(
        field="groups",
        key="groups",
        read=_read_lists("name of the group = list of account names"),
        help="Groups of account names, for `who` of a gate.",
    ),
    Setting(
        field="people",
        key="people",
        read=_read_people,
        help="Persons, and what they are called elsewhere: other accounts, `slack:U123`, an address.",
    ),
    Setting(
        field="ask_before",
        key="ask_before",
        variable="TURBO_ASK_BEFORE",
        read=_read_risks,
        help="Risks of tasks before which a person is asked with autonomy `supervised`; `manual` adds `destroy`.",
    ),
    Setting(
        field="approvers",
        key="approvers",
        variable="TURBO_APPROVERS",
        read=_read_names,
        help="Accounts and groups that may answer what is asked before a task; empty: anyone.",
    ),
    Setting(
        field="messages",
        key="messages",
        read=_read_table,
        help="What is sent to whom, and when: the tables of [Messages](messages.md).",
    ),
    Setting(
        field="secret_providers",
        key="secrets.providers",
        variable="TURBO_SECRETS_PROVIDERS",
        read=_read_names,
        help="Who is asked for secrets, in this order; plugins that are not named come last.",
    ),
    Setting(
        field="disabled",
        key="plugins.disabled",
        variable="TURBO_PLUGINS_DISABLED",
        read=_read_names,
        help="Plugins that are off: they are not even imported.",
    ),
    Setting(
        field="weights",
        key="plugins.weights",
        read=_read_weights,
        help="The weight of each plugin's opinion at a gate; `1` if not named.",
    ),
    Setting(
        field="failures",
        key="failures",
        read=_read_failures,
        help="What to do about failures that no retry took: a list of rules, see [Decisions](decisions.md#failures).",
    ),
    Setting(
        field="registries",
        key="registries",
        variable="TURBO_REGISTRIES",
        read=_read_names,
        help="Further registries of plugins: addresses or files; the built-in one comes first.",
    ),
)
