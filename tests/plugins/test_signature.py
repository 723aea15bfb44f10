from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any, Literal

import jsonschema
import pytest
from pydantic import BaseModel, Field
from typing_extensions import TypedDict

from turbo_core import Context, action
from turbo_core.errors import PluginFailed, UsageError
from turbo_core.plugins.docstrings import read_docstring
from turbo_core.plugins.signature import Signature, actions_in, signature_of, to_json


class Color(Enum):
    red = "red"


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag."""

    name: str
    price: Decimal
    at: Path = Path("here")


@dataclass
class Item:
    size: int


class Model(BaseModel):
    count: int
    at: datetime


WHOLE = Model(count=1, at=datetime(2020, 1, 1))


@dataclass
class Tree:
    size: int
    below: list[Tree]


class Typed(TypedDict):
    size: int


@action(risk="change", idempotent=True)
def everything(
    context: Context,
    name: str,
    json: int,
    path: Path = Path("q"),
    price: Annotated[Decimal, Field(ge=0, le=100)] = Decimal("1.10"),
    color: Color = Color.red,
    items: list[Item] | None = None,
    kind: Literal["a", "b"] = "a",
    model_count: Annotated[int, Field(ge=1, description="how many")] = 3,
    ratio: float = 0.5,
    whole: Model = WHOLE,
    sure: bool = False,
) -> Tag:
    """Make a
    tag.

    More about it.

    In two parts.

    Args:
        name: its name,
            which goes on here.
        json (int): see: this.

    Returns:
        The tag.
    """
    return Tag(name, price)


EVERYTHING = Signature(everything)


def of(type_: Any) -> Signature:
    def function(context: Context) -> Any:
        return None

    function.__annotations__["return"] = type_
    return Signature(action()(function))


def test_info() -> None:
    info = EVERYTHING.info("shop.everything")
    assert (info.name, info.summary, info.description) == ("shop.everything", "Make a tag.", "More about it.\n\nIn two parts.")
    assert (info.risk, info.idempotent, info.has_plan, info.has_undo, info.has_probe) == ("change", True, False, False, False)


def test_the_schema_of_parameters() -> None:
    schema = EVERYTHING.parameters
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["required"] == ["name", "json"]
    assert schema["additionalProperties"] is False
    properties = schema["properties"]
    assert properties["name"] == {"type": "string", "description": "its name, which goes on here."}
    assert properties["json"] == {"type": "integer", "description": "see: this."}
    assert properties["path"] == {"type": "string", "format": "path", "default": "q"}
    assert properties["price"] == {"type": "number", "minimum": 0, "maximum": 100, "default": Decimal("1.10")}
    assert properties["color"]["default"] == "red"
    assert properties["kind"]["enum"] == ["a", "b"]
    assert properties["model_count"] == {"type": "integer", "minimum": 1, "default": 3, "description": "how many"}
    assert properties["whole"]["default"] == {"count": 1, "at": "2020-01-01T00:00:00"}


def test_arguments_become_the_types_of_the_parameters() -> None:
    price = Decimal("0.10000000000000000000000000000000001")
    given = {"name": "n", "json": 3, "price": price, "path": "/x", "items": [{"size": 3}], "color": "red", "ratio": 1}
    made = EVERYTHING.validate(given)
    assert made == {
        "name": "n",
        "json": 3,
        "price": price,
        "path": Path("/x"),
        "items": [Item(3)],
        "color": Color.red,
        "ratio": 1.0,
    }
    assert everything(None, **made).price == price  # type: ignore[arg-type]  # the function does not look at it


def test_a_decimal_longer_than_a_float_still_fits_a_float() -> None:
    made = EVERYTHING.validate({"name": "n", "json": 3, "ratio": Decimal("0.10000000000000000000000000000000001")})
    assert made["ratio"] == 0.1


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, "the parameter 'name' is missing; the parameter 'json' is missing"),
        ({"name": "n", "jsn": 1, "json": 2}, "there is no parameter 'jsn'; did you mean 'json'?"),
        ({"name": "n", "json": 2, "zzz": 2}, "there is no parameter 'zzz'; it has: name, json, path"),
        ({"name": "n", "json": "3"}, "json: input should be a valid integer"),
        ({"name": 3, "json": 3}, "name: input should be a valid string"),
        ({"name": "n", "json": 3, "items": [{"size": "x"}]}, "items[0].size: input should be a valid integer"),
        ({"name": "n", "json": 3, "items": [{}]}, "items[0].size: field required"),
        ({"name": "n", "json": 3, "items": [{"size": 1, "x": 2}]}, "items[0].x: unexpected keyword argument"),
        ({"name": "n", "json": 3, "model_count": 0}, "model_count: input should be greater than or equal to 1"),
        ({"name": "n", "json": 3, "kind": "c"}, "kind: input should be 'a' or 'b'"),
        ({"name": "n", "json": object()}, "json: the value has no form in JSON"),
    ],
)
def test_wrong_arguments_are_named(given: dict[str, Any], told: str) -> None:
    with pytest.raises(UsageError) as error:
        EVERYTHING.validate(given)
    assert str(error.value).startswith("everything: ")
    assert told in str(error.value)


def test_a_message_never_quotes_the_value() -> None:
    with pytest.raises(UsageError) as error:
        EVERYTHING.validate({"name": "n", "json": "hunter2", "price": "hunter2", "color": "hunter2"})
    assert "hunter2" not in str(error.value)
    with pytest.raises(UsageError) as error:
        of(int).to_outputs("hunter2")
    assert "hunter2" not in str(error.value)


def test_an_action_without_parameters_says_so() -> None:
    with pytest.raises(UsageError, match="there is no parameter 'x'; it has: none"):
        of(None).validate({"x": 1})
    assert of(None).parameters == {"type": "object", "properties": {}, "additionalProperties": False}


def test_text_is_read_by_the_type() -> None:
    text = {"name": "3", "json": "3", "price": "1.5", "items": '[{"size": 4}]', "ratio": "2", "sure": "true", "path": "a b"}
    assert EVERYTHING.validate(text, text=True) == {
        "name": "3",
        "json": 3,
        "price": Decimal("1.5"),
        "items": [Item(4)],
        "ratio": 2.0,
        "sure": True,
        "path": Path("a b"),
    }
    with pytest.raises(UsageError, match="json: input should be a valid integer"):
        EVERYTHING.validate({"name": "n", "json": "three"}, text=True)


def test_text_leaves_other_values_alone() -> None:
    assert EVERYTHING.validate({"name": "n", "json": 3, "sure": True}, text=True)["sure"] is True


def test_one_parameter_can_be_checked_alone() -> None:
    assert EVERYTHING.check("json", 3) == ""
    assert EVERYTHING.check("json", "x") == "json: input should be a valid integer"
    assert EVERYTHING.check("jsn", 1) == "there is no parameter 'jsn'; did you mean 'json'?"


VALUE = {"type": "object", "additionalProperties": False, "required": ["value"]}


@pytest.mark.parametrize(
    ("type_", "returned", "outputs"),
    [
        (Tag, Tag("a", Decimal("1.10")), {"name": "a", "price": Decimal("1.10"), "at": "here"}),
        (Model, Model(count=1, at=datetime(2020, 1, 1)), {"count": 1, "at": "2020-01-01T00:00:00"}),
        (Typed, {"size": 1}, {"size": 1}),
        (
            dict[str, Any],
            {"a": 0.1, "b": Path("x"), "c": (1, 2), "d": timedelta(seconds=3)},
            {"a": Decimal("0.1"), "b": "x", "c": [1, 2], "d": "PT3S"},
        ),
        (dict[int, str], {1: "a"}, {"1": "a"}),
        (Tree, Tree(1, [Tree(2, [])]), {"size": 1, "below": [{"size": 2, "below": []}]}),
        (None, None, {}),
        (int, 3, {"value": 3}),
        (bool, True, {"value": True}),
        (Color, Color.red, {"value": "red"}),
        (list[Tag], [Tag("a", Decimal(1))], {"value": [{"name": "a", "price": Decimal(1), "at": "here"}]}),
        (Tag | None, None, {"value": None}),
        (Any, {"value": 1}, {"value": {"value": 1}}),
    ],
)
def test_outputs(type_: Any, returned: object, outputs: dict[str, Any]) -> None:
    signature = of(type_)
    given = signature.to_outputs(returned)
    assert given == outputs
    assert repr(given) == repr(outputs)
    jsonschema.Draft202012Validator.check_schema(signature.outputs)
    jsonschema.validate({"at": "here"} | given if type_ is Tag else given, signature.outputs)


def test_the_schema_of_outputs() -> None:
    assert EVERYTHING.outputs["properties"]["price"] == {"type": "number"}
    assert EVERYTHING.outputs["description"] == "A tag."
    assert of(int).outputs == VALUE | {"properties": {"value": {"type": "integer"}}}
    assert set(of(list[Tag]).outputs["$defs"]) == {"Tag"}


@pytest.mark.parametrize(
    ("type_", "returned", "told"),
    [
        (Tag, None, "it returned NoneType, and declares named outputs"),
        (Tag, 3, "it returned what it does not declare; expected Tag, not int"),
        (Typed, {"size": "x"}, "it returned what it does not declare; size: expected int, not str"),
        (Typed, {}, "the output 'size' is missing"),
        (dict[str, Any], {"x": object()}, "it returned what it does not declare; object has no form in JSON"),
        (Any, float("nan"), "nan is not a number in JSON"),
        (Any, Decimal("Infinity"), "Infinity is not a number in JSON"),
        (Any, [2**63], "an integer is not within 64 bits"),
        (None, 3, "it returned int, and declares '-> None'"),
    ],
)
def test_wrong_outputs(type_: Any, returned: object, told: str) -> None:
    with pytest.raises(UsageError) as error:
        of(type_).to_outputs(returned)
    assert told in str(error.value)


def test_integers_of_64_bits_are_json() -> None:
    assert to_json([-(2**63), 2**63 - 1, True]) == [-(2**63), 2**63 - 1, True]


@pytest.mark.parametrize("type_", [Callable[[], int], "NoSuchType", object()])
def test_a_type_without_a_schema(type_: Any) -> None:
    with pytest.raises(PluginFailed, match="the signature of the action 'function' cannot be read"):
        of(type_).info("a.function")


def test_a_signature_is_made_once() -> None:
    assert signature_of(everything) is signature_of(everything)


def test_actions_of_a_module() -> None:
    module = ModuleType("shop")
    module.__dict__.update(everything=everything, again=everything, other=3)
    assert actions_in(module) == {"everything": everything}
    module.__dict__["double"] = of(None).action
    module.__dict__["twice"] = of(None).action
    with pytest.raises(PluginFailed, match="shop: two actions are named 'function'; rename one of them"):
        actions_in(module)
    with pytest.raises(PluginFailed, match="is not a module"):
        actions_in(3)


def test_docstrings() -> None:
    assert read_docstring("") == ("", "", {})
    assert read_docstring("One line.") == ("One line.", "", {})
    text = """One.

    Two.

    Arguments:
        ignored text
        a: first

            b: not an argument
    Example::

        c: 1
    """
    assert read_docstring(text) == ("One.", "Two.", {"a": "first b: not an argument"})
