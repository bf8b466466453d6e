"""The shapes of charts: in proportion, within their grid, and joined where they should be."""

import re
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from quart_app.dashboard.charts.axis import Label, axis
from quart_app.dashboard.charts.bar import Bar, bar, drawn
from quart_app.dashboard.charts.columns import SLOT, columns
from quart_app.dashboard.charts.curve import Line, curve
from quart_app.dashboard.charts.frame import HEIGHT, WIDTH, Hover
from quart_app.dashboard.charts.heat import LEVELS, Cell, heat, level, ramp
from quart_app.dashboard.charts.scale import scale_of
from quart_app.dashboard.charts.spark import spark
from quart_app.dashboard.charts.waterfall import waterfall

HUGE = 10**18
FIGURES = st.integers(-HUGE, HUGE)
Element = ET.Element


def tree(svg: Markup) -> Element:
    """The drawing, which must be well-formed, without a style in it."""
    root = ET.fromstring(svg)
    assert all("style" not in part.attrib for part in root.iter())
    return root


def part(element: Element, name: str) -> int:
    """A place in hundredths of a percent."""
    found = re.fullmatch(r"(\d+)(?:\.(\d\d))?%", element.attrib[name])
    assert found is not None, element.attrib[name]
    return int(found[1]) * 100 + int(found[2] or 0)


def path(svg: Element, name: str) -> list[tuple[str, list[int]]]:
    """The steps of a path by the name of its class."""
    found = [one.attrib["d"] for one in svg.iter("path") if one.attrib["class"] == name]
    return [
        (letter, [int(text) for text in numbers.split()])
        for d in found
        for letter, numbers in re.findall(r"([A-Za-z])([-\d ]*)", d)
    ]


@given(FIGURES, FIGURES)
def test_a_scale_holds_its_figures_and_nothing_in_few_round_steps(one: int, other: int) -> None:
    low, high = sorted((one, other))
    scale = scale_of(low, high)
    assert scale.low <= min(low, 0) <= max(high, 0) <= scale.high
    assert 0 in scale.ticks
    assert list(scale.ticks)[-1] == scale.high
    assert 2 <= len(scale.ticks) <= 6
    assert str(scale.step).rstrip("0") in ("1", "2", "5")
    # No more room is left than a step at either end.
    assert scale.high - max(high, 0) < scale.step or scale == scale_of(0, 0)
    assert min(low, 0) - scale.low < scale.step


@given(FIGURES, st.integers(0, HUGE), st.integers(-HUGE, 0), FIGURES)
def test_bars_are_in_proportion_and_within(figure: int, high: int, low: int, mark: int) -> None:
    root = tree(drawn(Bar(end=figure, mark=mark, above=mark, below=figure), low, high))
    rect = next(root.iter("rect"))
    left, width = part(rect, "x"), part(rect, "width")
    assert 0 <= left <= left + width <= 10_000
    held = min(max(figure, low), high)
    whole = max(high - low, 1)
    assert abs(width * whole - abs(held) * 10_000) <= whole
    for line in root.iter("line"):
        assert 0 <= part(line, "x1") == part(line, "x2") <= 10_000
        assert 0 <= part(line, "y1") <= part(line, "y2") <= 10_000
    zero = [line for line in root.iter("line") if line.attrib["class"] == "zero"]
    assert len(zero) == (low < 0)
    if zero and figure:
        assert part(zero[0], "x1") in (left, left + width)


def test_a_bar_under_a_figure() -> None:
    assert [part(next(tree(bar(one, 200)).iter("rect")), "width") for one in (200, 50, 0, -5)] == [
        10_000,
        2_500,
        0,
        0,
    ]
    assert "<title>A &amp; B</title>" in drawn(Bar(end=1, title="A & B"), 0, 1)


@given(*[FIGURES] * 4)
def test_a_waterfall_connects_and_ends_at_net(
    gross: int, discounts: int, returns: int, tax: int
) -> None:
    revenue = gross - discounts - returns
    given_figures = [
        ("gross", gross, True),
        ("discounts", discounts, False),
        ("returns", returns, False),
        ("revenue", revenue, True),
        ("tax", tax, False),
        ("net", revenue - tax, True),
    ]
    steps = waterfall(given_figures)
    assert [step.end - step.start for step in steps] == [
        figure if is_total else -figure for _, figure, is_total in given_figures
    ]
    for one, after in pairwise(steps):
        assert one.end == (after.end if after.is_total else after.start)
    assert steps[-1].start == 0
    assert steps[-1].end == revenue - tax


@given(st.lists(st.tuples(FIGURES, st.none() | FIGURES), max_size=130), st.booleans())
def test_columns_stand_on_nothing_and_are_in_proportion(
    pairs: list[tuple[int, int | None]], compared: bool
) -> None:
    figures = [now for now, _ in pairs]
    before = [then for _, then in pairs] if compared else []
    known = [0, *figures, *(then for then in before if then is not None)]
    scale = scale_of(min(known), max(known))
    root = tree(columns(figures, before, scale, title="t", texts=[""] * len(figures)))
    width = max(len(figures), 1) * SLOT
    assert root.attrib["viewBox"] == f"0 0 {width} {HEIGHT}"
    (_, (_, zero)), _ = path(root, "zero")
    wide = scale.high - scale.low

    def at(figure: int) -> int:
        return HEIGHT * (scale.high - figure) // wide

    assert zero == at(0)
    boxes: dict[int, int] = {}
    for name, is_above in (("gain", True), ("loss", False)):
        steps = path(root, name)
        for move, top, along, back, _ in zip(*[iter(steps)] * 5, strict=True):
            (x, start), (y,), (length,), (end,) = move[1], top[1], along[1], back[1]
            assert start == end == zero
            assert 0 <= x < x + length <= width
            assert 0 <= y <= HEIGHT
            assert y <= zero if is_above else y >= zero
            boxes[x // SLOT] = y
    assert boxes == {i: at(figure) for i, figure in enumerate(figures) if figure}
    # The line of what was before: where its pen goes along, a slot has its height.
    seen: dict[int, int] = {}
    x = y = 0
    for letter, numbers in path(root, "past"):
        if letter == "M":
            x, y = numbers
        elif letter == "V":
            y = numbers[0]
        else:
            seen[x // SLOT] = y
            x += numbers[0]
    assert seen == {i: at(then) for i, then in enumerate(before) if then is not None}
    strips = [one for one in root.iter("rect") if one.attrib["class"] == "hover"]
    assert [int(one.attrib["x"]) for one in strips] == [i * SLOT for i in range(len(figures))]


@given(st.lists(FIGURES, min_size=1, max_size=40), st.integers(1, HUGE))
def test_a_curve_stays_within(figures: list[int], top: int) -> None:
    points = list(enumerate(figures))
    line = Line("now", points, is_filled=True)
    hovers = [Hover(0, len(figures), 'a "<b>"')]
    root = tree(curve([line], (0, len(figures)), top, title='"<', hovers=hovers))
    assert root.attrib["aria-label"] == '"<'
    way = [numbers for _, numbers in path(root, "line now")]
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in way)
    assert [HEIGHT - y for _, y in way] == [
        min(max(figure, 0), top) * HEIGHT // top for figure in figures
    ]


CELLS = st.dictionaries(st.tuples(st.integers(0, 23), st.integers(0, 6)), FIGURES, max_size=168)


@given(CELLS)
def test_a_heat_map_has_each_cell_in_its_place_and_shade(found: dict[tuple[int, int], int]) -> None:
    cells = [Cell(x, y, figure, "s", f"{x} {y} <") for (x, y), figure in found.items()]
    root = tree(heat(cells, 24, 7, title="t"))
    largest = max([0, *found.values()])
    shades = []
    for group, ((x, y), figure) in zip(root.iter("g"), found.items(), strict=True):
        rect, text = next(group.iter("rect")), next(group.iter("text"))
        assert next(group.iter("title")).text == f"{x} {y} <"
        assert part(rect, "x") == x * 10_000 // 24
        assert part(rect, "y") == y * 10_000 // 7
        assert part(rect, "x") + part(rect, "width") == (x + 1) * 10_000 // 24
        assert part(rect, "x") < part(text, "x") < part(rect, "x") + part(rect, "width")
        name = group.attrib["class"]
        assert (name == "loss") == (figure < 0)
        if figure >= 0:
            shade = int(name[1:])
            shades.append((figure, shade))
            assert (shade == 0) == (figure == 0)
            # It is in this part of the largest, and in none below.
            assert (shade - 1) * largest < figure * LEVELS <= shade * largest or not figure
    assert [shade for _, shade in sorted(shades)] == sorted(shade for _, shade in shades)


def test_shades() -> None:
    assert [level(figure, 60) for figure in (-5, 0, 1, 10, 11, 59, 60)] == [0, 0, 1, 1, 2, 6, 6]
    assert level(0, 0) == 0
    assert [one.attrib["class"] for one in tree(ramp()).iter("g")] == [
        f"q{i}" for i in range(1, LEVELS + 1)
    ]


@given(st.lists(st.integers(0, 1_000), max_size=40), st.integers(0, 1_000))
def test_words_stand_where_they_belong(places: list[int], width: int) -> None:
    root = tree(axis([Label(place, "<") for place in places], width))
    texts = list(root.iter("text"))
    assert len(texts) == len(places)
    assert all(0 <= part(text, "x") <= 10_000 for text in texts)
    on_a_phone = [one for one in texts if "more" not in one.attrib.get("class", "")]
    assert len(on_a_phone) <= 4
    assert bool(on_a_phone) == bool(places)


@pytest.mark.parametrize("figures", [[], [5], [0, 0]])
def test_a_spark_of_nothing_is_nothing(figures: list[int]) -> None:
    assert spark(figures, title="t") == ""


@given(st.lists(FIGURES, min_size=2, max_size=30))
def test_a_spark_stays_within(figures: list[int]) -> None:
    svg = spark(figures, title="t")
    for x, y in re.findall(r"[ML](\d+) (-?\d+)", svg):
        assert 0 <= int(x) <= 140
        assert 0 <= int(y) <= 40
