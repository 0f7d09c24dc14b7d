"""Cause and effect on one screen: a picture is seen together with the sliders that change it."""

import pytest
from in_page import FRAME, wait_until
from settings import everyone, start

#: The inside of a browser on common laptops, and a phone.
SCREENS = [(1366, 641), (1280, 585), (390, 844)]
PHONE = {"has_touch": True, "is_mobile": True, "device_scale_factor": 2}

# Scrolls the picture to below the header; then the part of it that is in sight beside the sliders,
# and by how much the sliders end below the screen.
LOOK = """async (element) => {
    const [picture, sliders] = [".wrong + *", ".sliders"].map((part) => element.shadowRoot.querySelector(part));
    element.style.marginBlock = "1200px";
    const header = document.querySelector(".bd-header-article, .bd-header__inner");
    const covered = () => {
        const box = document.querySelector(".bd-header-article")?.getBoundingClientRect();
        return box && box.top <= 0 ? Math.max(box.bottom, 0) : 0;
    };
    for (let i = 0; i < 3; i++) {
        const { top } = picture.getBoundingClientRect();
        scrollBy({ top: top - covered() - 4, behavior: "instant" });
        await new Promise(requestAnimationFrame);
        await new Promise(requestAnimationFrame);
    }
    const [box, bar] = [picture, sliders].map((part) => part.getBoundingClientRect());
    // Sliders beside the picture cover nothing of it.
    const beside = bar.left >= box.right - 1 || bar.right <= box.left + 1 || !bar.height;
    const end = Math.min(box.bottom, innerHeight, beside ? Infinity : bar.top);
    return {
        part: (end - Math.max(box.top, covered())) / box.height,
        beyond: bar.height ? bar.bottom - innerHeight : -1,
        picture: box.height,
        together: Math.max(box.bottom, bar.bottom) - box.top,
    };
}"""


@pytest.mark.parametrize("screen", SCREENS)
@everyone
def test_a_picture_is_seen_with_its_sliders(show, kind, screen):
    width, height = screen
    options = PHONE if width < 500 else {}
    element = show(start(kind), width=width, height=height, **options)
    look = element.evaluate(LOOK)
    # Either all of it fits, or the sliders stay in sight while the picture is.
    assert look["beyond"] <= 0, look
    assert look["part"] >= 0.6, look


@pytest.mark.parametrize("screen", SCREENS)
def test_the_first_picture_and_all_its_sliders_are_above_the_fold(
    new_page, site, screen
):
    width, height = screen
    options = PHONE if width < 500 else {}
    page = new_page(viewport={"width": width, "height": height}, **options)
    page.goto(site + "book/intro.html")
    wait_until(
        page,
        "() => document.querySelector('rnn-states').readout"
        " && document.querySelector('rnn-learning').readout",
    )
    page.evaluate(f"{FRAME}.then(() => {FRAME})")
    ends = page.evaluate(
        """() => ["rnn-states", "rnn-learning"].flatMap((tag) => {
            const { shadowRoot } = document.querySelector(tag);
            return [...shadowRoot.querySelectorAll("svg[role=img], [type=range], .learn")]
                .map((node) => [`${tag} ${node.id || node.localName}`, Math.ceil(node.getBoundingClientRect().bottom)]);
        })"""
    )
    assert len(ends) == 6
    below = {name: end - height for name, end in ends if end > height}
    assert not below
    assert page.evaluate("scrollY") == 0
