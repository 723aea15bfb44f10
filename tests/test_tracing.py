from __future__ import annotations

import pytest

from turbo_core.settings import outer_trace
from turbo_core.tracing import Trace, valid

OUTER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def test_ids_follow_from_run_and_part_alone() -> None:
    first, again, other = Trace.of("r1"), Trace.of("r1"), Trace.of("r2")
    assert first == again
    assert first.id != other.id
    assert first.span("logs/a.1.log") == again.span("logs/a.1.log") != first.span("logs/a.2.log")
    assert first.span("logs/a.1.log") != other.span("logs/a.1.log")


def test_ids_stay_what_they_are() -> None:
    """Replays of old runs have to name the same spans."""
    trace = Trace.of("20260101-120000-abcd")
    assert (trace.id, trace.parent, trace.sampled) == ("34cabb6a4a82815529e653883b2ea4e8", "", True)
    assert trace.header("logs/a.1.log") == f"00-{trace.id}-e1a1371c365ae088-01"


def test_an_outer_trace_is_gone_on_with() -> None:
    trace = Trace.of("r1", OUTER)
    assert (trace.id, trace.parent, trace.sampled) == ("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331", True)
    assert trace.header("x").split("-")[:2] == ["00", trace.id]
    assert valid(trace.header("x")) == trace.header("x")


def test_who_does_not_want_a_record_is_obeyed() -> None:
    trace = Trace.of("r1", OUTER.removesuffix("01") + "00")
    assert not trace.sampled
    assert trace.header("x").endswith("-00")


@pytest.mark.parametrize("later", ["cc-" + OUTER[3:], "cc-" + OUTER[3:] + "-what-comes", OUTER[:-2] + "ff"])
def test_later_versions_are_read_by_their_first_fields(later: str) -> None:
    assert Trace.of("r1", later).parent == "b7ad6b7169203331"


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "nonsense",
        OUTER.upper(),
        OUTER + "-more",
        OUTER + "\n",
        "ff-" + OUTER[3:],
        OUTER.replace("0af7651916cd43dd8448eb211c80319c", "0" * 32),
        OUTER.replace("b7ad6b7169203331", "0" * 16),
        OUTER[:-1],
    ],
)
def test_what_is_no_header_begins_a_new_trace(bad: str) -> None:
    assert valid(bad) == ""
    assert Trace.of("r1", bad) == Trace.of("r1")
    assert outer_trace({"TRACEPARENT": bad}) == ""


def test_the_environment_names_the_outer_trace() -> None:
    assert outer_trace({"TRACEPARENT": OUTER}) == OUTER
    assert outer_trace({}) == ""
