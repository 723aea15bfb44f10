"""The shape of a registry: what ``registry.json`` says of plugins, read strictly, every mistake at once.

Owns the schema and the questions that an index alone can answer. It must not know where a registry comes from.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Annotated, Any, Final, Literal, Self, TypeAlias

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename
from packaging.version import InvalidVersion, Version
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from turbo_core.errors import RegistryRefused
from turbo_core.words import JSON, Risk

PREFIX: Final = "turbo-plugin-"
LARGEST: Final = 8 * 1024 * 1024
"""Bytes that a registry may have."""

_MOST_TOLD = 20
_NAME: Final = r"^[a-z0-9]+(-[a-z0-9]+)*$"

Kind: TypeAlias = Literal[
    "actions", "command", "executor", "decider", "documenter", "tracker", "channel", "secrets", "settings", "hooks", "driver"
]


def _plain(text: str) -> str:
    if not text.isprintable():
        raise ValueError("it holds control characters")
    return text


def _parsed(parse: Callable[[str], object], error: type[ValueError], told: str) -> Callable[[str], str]:
    def check(text: str) -> str:
        try:
            parse(text)
        except error:
            raise ValueError(f"{text!r} is not {told}") from None
        return text

    return check


Text: TypeAlias = Annotated[str, Field(max_length=2000), AfterValidator(_plain)]
Name: TypeAlias = Annotated[str, Field(max_length=100, pattern=_NAME)]
VersionText: TypeAlias = Annotated[Text, AfterValidator(_parsed(Version, InvalidVersion, "a version"))]
Range: TypeAlias = Annotated[Text, AfterValidator(_parsed(SpecifierSet, InvalidSpecifier, "a range of versions"))]
Wheel: TypeAlias = Annotated[Text, AfterValidator(_parsed(parse_wheel_filename, InvalidWheelFilename, "the name of a wheel"))]
Sha256: TypeAlias = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Address: TypeAlias = Annotated[Text, Field(pattern=r"^(https?://.+)?$")]
ActionName: TypeAlias = Annotated[Text, Field(pattern=r"^[a-z0-9_]+\.[a-z0-9_]+$")]


class _Shape(BaseModel):
    """One object of a registry: unknown keys are refused, nothing is converted."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Artifact(_Shape):
    """A wheel."""

    name: Wheel = Field(description="The file name of the wheel.")
    sha256: Sha256 = Field(description="The SHA-256 of the wheel, in hexadecimal digits.")


class Conformance(_Shape):
    """What `turbo plugin certify` has found."""

    level: Text = Field(description="The level that was reached.")
    suite: VersionText = Field(description="The version of the conformance suite.")
    host: VersionText = Field(description="The version of turbo-core that it was tested with.")
    sha256: Sha256 = Field(description="The SHA-256 of the wheel that was tested.")


class Release(_Shape):
    """One version of a plugin."""

    version: VersionText = Field(description="The version (PEP 440).")
    host: Range = Field(description="The versions of turbo-core that it needs; empty means any.")
    api: Range = Field(description="The versions of the hook API that it needs.")
    python: Range = Field(default="", description="The versions of Python that it needs; empty means any.")
    artifacts: list[Artifact] = Field(default=[], description="Its wheels. None: the version is not published.")
    path: Text = Field(default="", description="The folder of its source, if this registry stands in its repository.")
    yanked: Text = Field(default="", description="Why it must not be installed any more.")
    conformance: Conformance | None = Field(default=None, description="What its tests have shown; null: not certified.")


class Plugin(_Shape):
    """One plugin, as its newest version describes it."""

    name: Name = Field(description="The normalised name of the distribution.")
    summary: Text = Field(description="What it does, in one sentence.")
    kinds: list[Kind] = Field(description="What it brings.")
    actions: dict[ActionName, Risk] = Field(default={}, description="Its actions, each with its risk.")
    hooks: list[Text] = Field(default=[], description="The hooks that it implements.")
    risk: Risk = Field(description="The highest risk of what it brings.")
    licence: Text = Field(description="An SPDX expression.")
    home: Address = Field(default="", description="Where its home page is.")
    versions: list[Release] = Field(min_length=1, description="Its versions, the newest first.")

    @model_validator(mode="after")
    def _belongs_together(self) -> Self:
        versions = [Version(release.version) for release in self.versions]
        if versions != sorted(set(versions), reverse=True):
            raise ValueError("its versions are not each there once, the newest first")
        for release in self.versions:
            for artifact in release.artifacts:
                name, version, *_ = parse_wheel_filename(artifact.name)
                if name != self.name or version != Version(release.version):
                    raise ValueError(f"the artifact {artifact.name!r} is not one of {self.name} {release.version}")
        return self


class Index(_Shape):
    """A registry: plugins that can be found and installed by name."""

    format: Literal[1] = Field(description="The version of this format.")
    plugins: list[Plugin] = Field(description="The plugins, sorted by name.")

    @model_validator(mode="after")
    def _sorted(self) -> Self:
        names = [plugin.name for plugin in self.plugins]
        if names != sorted(set(names)):
            raise ValueError("the plugins are not each there once, sorted by name")
        return self

    def get(self, name: str) -> Plugin | None:
        """The plugin with that name, given in full or without ``turbo-plugin-``."""
        wanted = {str(canonicalize_name(name)), PREFIX + canonicalize_name(name)}
        return next((plugin for plugin in self.plugins if plugin.name in wanted), None)


def read_index(text: bytes, where: str) -> Index:
    """Read a registry.

    Args:
        text: JSON in UTF-8.
        where: the file or address that it is from, for messages.

    Raises:
        RegistryRefused: it is too large, no JSON, or wrong; all mistakes are told, each with its place.
    """
    if len(text) > LARGEST:
        raise RegistryRefused("the registry is too large", where=where, why=f"it has more than {LARGEST:,} bytes")
    try:
        return Index.model_validate(json.loads(text))
    except ValidationError as error:
        mistakes = error.errors(include_url=False, include_input=False, include_context=False)
        told = [f"{_place(mistake['loc'])}: {mistake['msg'].removeprefix('Value error, ')}" for mistake in mistakes]
        more = [f"and {len(told) - _MOST_TOLD} more"] if len(told) > _MOST_TOLD else []
        why = "\n".join([*told[:_MOST_TOLD], *more])
        raise RegistryRefused("the registry is not valid", where=where, why=why, next_step="tell who keeps it") from error
    except (ValueError, RecursionError) as error:
        raise RegistryRefused("the registry is not JSON", where=where, why=str(error)) from error


def write_index(index: Index) -> str:
    """A registry as text: what ``read_index`` reads, without what is not set."""
    return json.dumps(index.model_dump(exclude_defaults=True), indent=2, ensure_ascii=False) + "\n"


def json_schema() -> dict[str, JSON]:
    """JSON Schema (draft 2020-12) of a registry."""
    schema: dict[str, Any] = _untitled(Index.model_json_schema())
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Turbo registry"} | schema


def _untitled(schema: JSON) -> JSON:
    if isinstance(schema, list):
        return [_untitled(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {key: _untitled(value) for key, value in schema.items() if not (key == "title" and isinstance(value, str))}


def _place(location: tuple[int | str, ...]) -> str:
    steps = "".join(f"[{step}]" if isinstance(step, int) else f".{_shown(step)}" for step in location)
    return steps.removeprefix(".") or "the whole"


def _shown(key: str) -> str:
    return key if re.fullmatch(r"[\w.-]{1,60}", key) else repr(key[:60])
