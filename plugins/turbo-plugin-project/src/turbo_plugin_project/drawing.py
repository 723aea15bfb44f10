"""The graph of modules as Mermaid, as SVG, and as a page. Pure; the page needs nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Final, NamedTuple

from turbo_plugin_project.structure import Module, Need, Structure

_WIDE, _HIGH, _GAP, _LAYER, _EDGE = 190, 46, 24, 92, 24
_SIGNS: Final = 24

_STYLE: Final = """
text{font:13px system-ui,sans-serif;fill:#1b2733}.small{font-size:11px;fill:#526170}
.box{fill:#eef4fb;stroke:#7b98b8}.cycle .box{fill:#fdeceb;stroke:#b3261e}
.edge{fill:none;stroke:#8296aa;stroke-opacity:.65}.edge.back{stroke:#b3261e;stroke-dasharray:5 3;stroke-opacity:.9}
@media (prefers-color-scheme:dark){text{fill:#e6edf3}.small{fill:#a3b1bf}.box{fill:#1d2a38;stroke:#54708f}
.cycle .box{fill:#43201e;stroke:#f2938c}.edge{stroke:#74879a}.edge.back{stroke:#f2938c}}
"""
_PAGE: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title><style>
:root{{color-scheme:light dark}}body{{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:75rem;padding:0 1rem}}
.picture{{overflow-x:auto}}
.picture svg{{max-width:100%;min-width:50rem;height:auto}}table{{border-collapse:collapse;width:100%}}
th,td{{text-align:left;padding:.3rem .8rem .3rem 0;
border-bottom:1px solid #8884}}td.number,th.number{{text-align:right}}code{{font-size:.9em}}
</style></head><body><main>
<h1>{title}</h1>
<p>{summary} Each box needs boxes below it. Red: boxes that need each other.</p>
<div class="picture" tabindex="0" role="region" aria-label="The graph of modules">{svg}</div>
<h2>Circles of files</h2>
{cycles}
<h2>Modules</h2>
<table><thead><tr><th>module</th><th class="number">layer</th><th class="number">files</th><th class="number">lines of code</th>
<th class="number">needs</th><th class="number">needed by</th></tr></thead><tbody>
{rows}
</tbody></table></main></body></html>
"""


class _Place(NamedTuple):
    x: float
    y: float


def mermaid(found: Structure) -> str:
    """The graph as Mermaid (https://mermaid.js.org/syntax/flowchart.html), one subgraph a layer."""
    ids = {module.name: f"m{number}" for number, module in enumerate(found.modules)}
    lines = ["flowchart TD"]
    for layer in sorted({module.layer for module in found.modules}, reverse=True):
        lines.append(f'  subgraph layer{layer}["layer {layer}"]')
        lines += [f'    {ids[one.name]}["{_quoted(one.name)}"]' for one in found.modules if one.layer == layer]
        lines.append("  end")
    lines += [f"  {ids[need.source]} -->|{need.imports}| {ids[need.target]}" for need in found.needs]
    circling = [ids[module.name] for module in found.modules if module.in_cycle]
    if circling:
        lines += ["  classDef cycle stroke:#b3261e,stroke-width:2px", f"  class {','.join(circling)} cycle"]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """Text between quotes in Mermaid, which knows entities by ``#``."""
    return text.replace("#", "#35;").replace('"', "#quot;").replace("<", "#lt;").replace(">", "#gt;")


def svg(found: Structure) -> str:
    """The graph as a picture: the highest layer on top, and in each those near each other that need the same."""
    rows = _rows(found)
    places = {
        name: _Place(_EDGE + column * (_WIDE + _GAP), _EDGE + row * (_HIGH + _LAYER))
        for row, names in enumerate(rows)
        for column, name in enumerate(names)
    }
    width = 2 * _EDGE + max(map(len, rows), default=1) * (_WIDE + _GAP) - _GAP
    # Below the last row there is room for the bends of circles.
    height = 2 * _EDGE + max(len(rows), 1) * (_HIGH + _LAYER) - _LAYER / 2
    inside = [_edge(need, places) for need in found.needs] + [_box(module, places[module.name]) for module in found.modules]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" '
        f'width="{width:g}" height="{height:g}" role="img">'
        f"<title>{len(found.modules)} modules in {len(rows)} rows</title><style>{_STYLE}</style>"
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="9" markerHeight="9" '
        'markerUnits="userSpaceOnUse" orient="auto">'
        '<path d="M0 0 8 4 0 8z" fill="#8296aa"/></marker></defs>' + "".join(inside) + "</svg>"
    )


def _rows(found: Structure) -> list[list[str]]:
    """Layers from the top, wide ones broken into several rows; each ordered by the middle of who needs it."""
    needed_by: dict[str, list[str]] = {}
    for need in found.needs:
        needed_by.setdefault(need.target, []).append(need.source)
    column, rows = dict[str, float](), list[list[str]]()
    most = max(6, int(len(found.modules) ** 0.5) + 2)
    for layer in sorted({module.layer for module in found.modules}, reverse=True):
        names = [module.name for module in found.modules if module.layer == layer]
        names.sort(key=lambda name: (_middle([column[one] for one in needed_by.get(name, ()) if one in column]), name))
        for start in range(0, len(names), most):
            row = names[start : start + most]
            column |= {name: at for at, name in enumerate(row)}
            rows.append(row)
    return rows


def _middle(columns: Sequence[float]) -> float:
    return sum(columns) / len(columns) if columns else 0.0


def _edge(need: Need, places: Mapping[str, _Place]) -> str:
    source, target = places[need.source], places[need.target]
    back = target.y <= source.y
    begin, end = (source.y, target.y + _HIGH) if target.y < source.y else (source.y + _HIGH, target.y)
    if target.y == source.y:
        begin = end = source.y + _HIGH
    bend = _LAYER / 2 if begin >= end else (end - begin) / 2
    way = f"M{source.x + _WIDE / 2:g} {begin:g}C{source.x + _WIDE / 2:g} {begin + bend * (-1 if target.y < source.y else 1):g} "
    turn = end + bend if target.y <= source.y else end - bend
    way += f"{target.x + _WIDE / 2:g} {turn:g} {target.x + _WIDE / 2:g} {end:g}"
    wide = min(1 + need.imports**0.5 / 3, 5)
    told = f"{need.source} needs {need.target}: {need.imports} imports, the first in {need.path}:{need.line}"
    kind = "edge back" if back else "edge"
    return f'<path class="{kind}" d="{way}" stroke-width="{wide:.1f}" marker-end="url(#tip)"><title>{escape(told)}</title></path>'


def _box(module: Module, place: _Place) -> str:
    name = module.name if len(module.name) <= _SIGNS else "…" + module.name[1 - _SIGNS :]
    files = "1 file" if module.files == 1 else f"{module.files} files"
    return (
        f'<g class="{"cycle" if module.in_cycle else "module"}"><title>{escape(module.name)}</title>'
        f'<rect class="box" x="{place.x:g}" y="{place.y:g}" width="{_WIDE}" height="{_HIGH}" rx="6"/>'
        f'<text x="{place.x + 10:g}" y="{place.y + 19:g}">{escape(name)}</text>'
        f'<text class="small" x="{place.x + 10:g}" y="{place.y + 36:g}">{files}, {module.lines} lines</text></g>'
    )


def page(found: Structure, title: str) -> str:
    """The graph with its tables as one page."""
    layers = len({module.layer for module in found.modules})
    circles = "".join(f"<li><code>{escape(' → '.join(way))}</code></li>" for way in found.cycles)
    return _PAGE.format(
        title=escape(title),
        summary=f"{len(found.modules)} modules in {layers} layers, {len(found.needs)} needs between them.",
        svg=svg(found),
        cycles=f"<ol>{circles}</ol>" if circles else "<p>There are none.</p>",
        rows="\n".join(map(_row, sorted(found.modules, key=lambda one: (-one.layer, one.name)))),
    )


def _row(module: Module) -> str:
    numbers = (module.layer, module.files, module.lines, module.needs, module.needed_by)
    cells = "".join(f'<td class="number">{number}</td>' for number in numbers)
    return f"<tr><td><code>{escape(module.name)}</code></td>{cells}</tr>"


def drawn(file: str, found: Structure, title: str) -> str:
    """The graph in the form that the ending of a file's name asks for: a page, a picture, or Mermaid."""
    if file.endswith(".svg"):
        return svg(found) + "\n"
    return mermaid(found) if file.endswith((".mmd", ".mermaid")) else page(found, title)
