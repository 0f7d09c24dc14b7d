"""Explorables where nobody tries them first: enlarged, far too narrow, taken off the page in mid-drag."""

import pytest
from in_page import FRAME, centre, count_changes, readout, slider
from settings import everyone, start

from rnn_by_hand.explorables import Bptt, Gates, LossSurface, States

#: Puts an element back where it was, after a while.
ELSEWHERE = """async (element) => {
    const { parentNode, nextSibling } = element;
    element.remove();
    await new Promise(requestAnimationFrame);
    parentNode.insertBefore(element, nextSibling);
    await new Promise(requestAnimationFrame);
}"""


def zoomed(element, zoom):
    element.evaluate(
        f"""(element, zoom) => {{
            document.querySelector("article").style.zoom = zoom;
            return {FRAME};
        }}""",
        zoom,
    )
    element.evaluate(f"() => {FRAME}")


def middles(element):
    """Give the middles of the grips that are in sight, by their names."""
    return {
        node.get_attribute("aria-label"): centre(node)
        for node in element.locator(".grip").filter(visible=True).all()
    }


@pytest.mark.parametrize("zoom", [0.5, 2])
@pytest.mark.parametrize(
    ("explorable", "name"),
    [
        (States(wx=1, wRec=0.9), "wx, the tip"),
        (LossSurface(wx=0.5, wRec=0.4), "point on the map"),
        (LossSurface(wx=0.5, wRec=0.4), "wRec, the dot"),
        (Bptt(wRec=0.9), "t, the target"),
    ],
)
def test_a_grip_stays_under_a_pointer_on_an_enlarged_page(
    show, explorable, name, zoom
):
    element = show(explorable, width=1600, height=1600)
    zoomed(element, zoom)
    before = readout(element)
    grip = next(key for key in middles(element) if key.startswith(name))
    x, y = middles(element)[grip]
    mouse = element.page.mouse
    mouse.move(x, y)
    mouse.down()
    mouse.move(x + 20 * zoom, y - 16 * zoom, steps=4)
    element.evaluate(f"() => {FRAME}")
    there = middles(element)[grip]
    mouse.up()
    assert readout(element) != before
    # A mark that moves along one line only is as near as that line allows.
    off = [abs(there[0] - x - 20 * zoom), abs(there[1] - y + 16 * zoom)]
    assert min(off) <= 1.5 * zoom, off
    if name == "point on the map":
        assert max(off) <= 1.5 * zoom, off


@pytest.mark.parametrize("zoom", [0.5, 2])
def test_a_press_beside_the_grips_is_met_on_an_enlarged_page(show, zoom):
    """The map takes a click, and a picture over time follows the pointer to a step."""
    surface = show(LossSurface(wx=0.5, wRec=0.4), width=1600, height=1600)
    zoomed(surface, zoom)
    box = surface.locator("canvas").bounding_box()
    place = box["x"] + 0.75 * box["width"], box["y"] + 0.25 * box["height"]
    surface.page.mouse.click(*place)
    shown = readout(surface)
    assert [shown["wx"], shown["wRec"]] == pytest.approx([1.5, 1.5], abs=0.03)

    gates = show(Gates(x="1" * 16), width=1600, height=1600)
    zoomed(gates, zoom)
    square = gates.locator(".symbols span").nth(10)
    gates.page.mouse.click(*centre(square))
    assert readout(gates)["x"] == "1" * 10 + "R" + "1" * 5


#: Everything in an SVG that must not be negative.
NEGATIVE = """({ shadowRoot }) => [...shadowRoot.querySelectorAll("svg, svg *")].flatMap((node) =>
    ["width", "height", "r", "rx", "ry"].filter((name) => Number(node.getAttribute(name)) < 0)
        .map((name) => `${node.localName} ${name}=${node.getAttribute(name)}`)
        .concat(node.hasAttribute("viewBox") && node.getAttribute("viewBox").split(" ").slice(2).some((n) => n < 0)
            ? [`viewBox ${node.getAttribute("viewBox")}`] : []))"""


@pytest.mark.weekly(but=6)
@pytest.mark.parametrize("attributes", ["", "beside", "compact"])
@everyone
def test_nothing_is_negative_in_the_narrowest_place(show, kind, attributes):
    element = show(start(kind))
    element.evaluate(
        "(element, name) => name && element.toggleAttribute(name, true)",
        attributes,
    )
    for width in (1, 60, 200, 330):
        element.evaluate(
            "(element, width) => { element.style.width = `${width}px`; }",
            width,
        )
        # The observer of its size comes after the frame, and painting in the next.
        for _ in range(3):
            element.evaluate(f"() => {FRAME}")
        assert not element.evaluate(NEGATIVE), width
        drawn = element.evaluate(
            "({ shadowRoot }) => shadowRoot.querySelector('.live').outerHTML"
        )
        assert "NaN" not in drawn


@pytest.mark.parametrize("place", ["grip", "map"])
def test_a_map_taken_away_in_mid_drag_is_free_when_it_is_back(show, place):
    element = show(LossSurface(wx=0.5, wRec=0.4, zoom=3))
    mouse = element.page.mouse
    x, y = centre(element.locator(".handle"))
    if place == "map":
        x, y = x + 60, y + 30
    mouse.move(x, y)
    mouse.down()
    mouse.move(x + 4, y + 4, steps=2)
    element.evaluate(ELSEWHERE)
    assert not element.evaluate("({ held }) => held")
    assert element.locator(".held").count() == 0
    # Its limits would stay where they were while it is held.
    view = readout(element)["view"]
    slider(element, "wx").press("Home")
    assert readout(element)["view"] != view
    # Nothing follows the pointer, although its button is still down.
    setting = element.evaluate("element => element.setting")
    count_changes(element)
    mouse.move(x + 30, y - 20, steps=4)
    assert element.evaluate("element => element.setting") == setting
    assert element.page.evaluate("window.changes") == 0
    mouse.up()


@pytest.mark.parametrize(
    ("explorable", "target"),
    [
        (States(x="0" * 10), "[aria-label^='input 3']"),
        (Gates(x="0" * 16), ".symbols span >> nth=3"),
    ],
)
def test_a_brush_taken_away_does_not_paint_when_it_is_back(
    show, explorable, target
):
    element = show(explorable)
    mouse = element.page.mouse
    x, y = centre(element.locator(target))
    mouse.move(x, y)
    mouse.down()
    element.evaluate(ELSEWHERE)
    before = readout(element)["x"]
    mouse.move(x + 150, y, steps=8)
    assert readout(element)["x"] == before
    mouse.up()
