"""Ticks in the contents at the chapters that a reader is done with."""

import re

import pytest
from conftest import open_page
from in_page import (
    BLOCK_STORAGE,
    scroll_to,
    wait_for_explorables,
    wait_until,
)
from playwright.sync_api import expect
from test_pages import AXE, assert_accessible

TICK = re.compile("^I am done with")
TICKED = re.compile("^✓ I am done with")


def visit(page, site, name="01_recurrence"):
    page.goto(f"{site}book/{name}.html")
    wait_for_explorables(page)
    return page.locator(".bd-links .tick")


def button(page, name):
    return page.get_by_role("button", name=name)


def press(page, name):
    """Press a button at the end of a chapter."""
    scroll_to(button(page, name))
    button(page, name).click()


def test_a_tick_stays_until_it_is_taken_away(site, page):
    ticks = visit(page, site)
    expect(ticks).to_have_count(0)
    expect(button(page, "Clear all ticks")).to_be_hidden()
    press(page, TICK)
    expect(ticks).to_have_count(1)
    ticks = visit(page, site, "glossary")
    expect(ticks).to_have_count(1)
    link = page.locator(".bd-links a", has=page.locator(".tick"))
    assert link.get_attribute("href") == "01_recurrence.html"
    expect(link).to_have_accessible_name("The recurrence done")
    expect(button(page, TICK)).to_have_count(0)  # no chapter
    ticks = visit(page, site)
    expect(button(page, TICKED)).to_have_attribute("aria-pressed", "true")
    press(page, TICKED)
    expect(ticks).to_have_count(0)
    assert page.evaluate("Object.keys(localStorage)") == []


def test_all_ticks_can_be_cleared(site, page):
    ticks = visit(page, site)
    page.evaluate(
        "localStorage.setItem('done:/book/', '[\"glossary\", \"a\", 3]')"
    )
    ticks = visit(page, site)
    press(page, TICK)
    expect(ticks).to_have_count(2)
    button(page, "Clear all ticks").click()
    expect(ticks).to_have_count(0)
    expect(button(page, TICK)).to_be_focused()
    assert page.evaluate("Object.keys(localStorage)") == []


@pytest.mark.parametrize("kept", ["{", "null", "7", '{"a": 1}'])
def test_what_is_no_list_is_no_tick(site, page, kept):
    page.add_init_script(f"localStorage['done:/book/'] = '{kept}'")
    ticks = visit(page, site)
    expect(ticks).to_have_count(0)
    press(page, TICK)
    expect(ticks).to_have_count(1)


def test_without_storage_a_tick_lasts_as_long_as_the_page(site, browser):
    page = open_page(browser, troubles := [])
    page.add_init_script(BLOCK_STORAGE)
    ticks = visit(page, site)
    press(page, TICK)
    expect(ticks).to_have_count(1)
    press(page, TICKED)
    expect(ticks).to_have_count(0)
    page.context.close()
    assert not troubles


def test_the_ends_of_a_chapter_are_accessible(site, page):
    visit(page, site)
    press(page, TICK)
    page.evaluate(AXE)
    assert_accessible(page, "article")
    page.emulate_media(color_scheme="dark")
    wait_until(page, "() => document.documentElement.dataset.theme === 'dark'")
    assert_accessible(page, "article")


def test_without_a_script_there_is_no_button(site, new_page):
    page = new_page(java_script_enabled=False)
    page.goto(f"{site}book/01_recurrence.html")
    expect(button(page, TICK)).to_have_count(0)
