from __future__ import annotations

import pytest

from turbo_core.plugins.ranges import satisfies


@pytest.mark.parametrize(
    ("wanted", "fits"),
    [
        (">=1.0.0,<2.0.0", True),
        (" >= 1 , < 2 ", True),
        (">=1.2", True),
        (">=1.2.4", False),
        ("<=1.2.3", True),
        (">1.2.3", False),
        ("==1.2.3", True),
        ("!=1.2.3", False),
        ("<1.2.3-rc.1", False),
        (">=2", False),
    ],
)
def test_ranges(wanted: str, fits: bool) -> None:
    assert satisfies("1.2.3", wanted) is fits


@pytest.mark.parametrize("wanted", ["", "1.0", "~=1.0", ">=1.0.0,", ">=one", ">=1.0.0.0"])
def test_what_is_no_range(wanted: str) -> None:
    with pytest.raises(ValueError, match="is not a bound such as"):
        satisfies("1.2.3", wanted)
