"""Print the built site as one PDF, in the order of its table of contents.

A browser joins the pages, because it can parse them, and prints the result twice, because the
page numbers of the chapters are only known after the first time.
"""

import sys
from io import BytesIO
from pathlib import Path

from browser import QUIET, chromium
from offer import offer
from playwright.sync_api import sync_playwright
from pypdf import PdfReader
from serve import served

NAME = "rnn-by-hand.pdf"

# Moves the article of each page into the first page. Ids, and links to them, are prefixed with the
# name of their page to keep them unique.
JOIN = """async () => {
    const links = [...document.querySelectorAll("nav.bd-links a[href]")];
    const addresses = [location.href, ...links.map(({ href }) => href)];
    const pages = [...new Set(addresses.map((address) => address.replace(/#.*/, "")))];
    const nameOf = (page) => page.match(/([^/]+)\\.html$/)[1];
    const parser = new DOMParser();
    const texts = await Promise.all(pages.map(async (page) => (await fetch(page)).text()));
    const chapters = texts.map((text, i) => {
        const name = nameOf(pages[i]);
        const chapter = document.createElement("div");
        chapter.className = "chapter";
        chapter.append(...parser.parseFromString(text, "text/html").querySelector("article").children);
        // Without what print.css hides and the MathML, printing takes half the time and space.
        for (const node of chapter.querySelectorAll(".tag_hide-input > details, .katex-mathml, .term-tips, script")) node.remove();
        for (const node of chapter.querySelectorAll(".katex-html")) node.removeAttribute("aria-hidden");
        const explorables = [...chapter.querySelectorAll("*")].filter(({ localName }) => localName.startsWith("rnn-"));
        explorables.forEach((explorable, j) => {
            // Links call the second explorable of its kind "states-2".
            const place = explorables.slice(0, j).filter((other) => other.localName === explorable.localName).length;
            explorable.id = explorable.localName.slice(4) + (place ? `-${place + 1}` : "");
        });
        for (const node of chapter.querySelectorAll("[id]:not(svg *)")) node.id = `${name}:${node.id}`;
        chapter.id = name;
        for (const link of chapter.querySelectorAll("a[href]")) {
            const { origin, hash, href } = new URL(link.getAttribute("href"), pages[i]);
            const page = href.replace(/#.*/, "");
            // What follows a colon is the setting of an explorable, which paper cannot change.
            const anchor = decodeURIComponent(hash.slice(1)).replace(/:.*/, "");
            if (pages.includes(page)) link.setAttribute("href", `#${nameOf(page)}${anchor && ":"}${anchor}`);
            else if (origin === location.origin) link.removeAttribute("href");
        }
        return chapter;
    });
    document.querySelector("article").replaceChildren(...chapters);
}"""

# Adds a title page, the contents, and the title of each chapter at the foot of its pages.
BIND = """async () => {
    const make = (name, className, ...children) => {
        const node = document.createElement(name);
        node.className = className;
        node.append(...children);
        return node;
    };
    const chapters = [...document.querySelectorAll(".chapter")];
    const textOf = (node) => node.textContent.replace(/#$/, "");
    const linkTo = (node, heading) => {
        const link = make("a", "", ...heading.cloneNode(true).childNodes);
        link.querySelector(".headerlink")?.remove();
        for (const inner of link.querySelectorAll("a")) inner.replaceWith(...inner.childNodes);
        link.href = `#${node.id}`;
        return link;
    };
    // The contents leave out headings that every chapter has, such as "Exercises".
    const headings = [...document.querySelectorAll("h2")].map(textOf);
    const isOwn = (heading) => headings.filter((text) => text === textOf(heading)).length === 1;
    const entries = chapters.map((chapter) => {
        const title = make("p", "", linkTo(chapter, chapter.querySelector("h1")), make("span", "page"));
        const sections = [...chapter.querySelectorAll("h2")].filter(isOwn).map((heading) => linkTo(heading.closest("[id]"), heading));
        return make("li", "", title, make("p", "sections", ...sections.flatMap((link, i) => i ? [" · ", link] : [link])));
    });
    const contents = make("div", "contents", make("p", "title", "Contents"), make("ol", "", ...entries));
    const imprint = [...document.querySelectorAll(".bd-footer-content p")]
        .map((line) => line.textContent.trim().replace(/\\s+/g, " "));
    // They would have a last sheet to themselves.
    for (const foot of document.querySelectorAll("footer")) foot.remove();
    const cover = make("div", "cover",
        document.querySelector(".navbar-brand svg").cloneNode(true),
        make("p", "title", textOf(document.querySelector("h1"))),
        document.querySelector("h1 + p").cloneNode(true),
        make("p", "imprint", imprint.join("\\n")));
    const feet = chapters.map((chapter, i) => {
        chapter.style.page = `chapter-${i}`;
        return `@page chapter-${i} { @bottom-left { content: ${JSON.stringify(textOf(chapter.querySelector("h1")))} } }`;
    });
    document.head.append(make("style", "", feet.join("")));
    document.querySelector("article").prepend(cover, contents);
    await document.fonts.ready;
}"""

NUMBER = """(numbers) => {
    for (const entry of document.querySelectorAll(".contents li")) {
        const name = decodeURIComponent(entry.querySelector("a").hash.slice(1));
        entry.querySelector(".page").textContent = numbers[`/${name}`];
    }
}"""


def join(page, address):
    """Join the whole book into one page, ready to print."""
    # No script may start the explorables or change what will be printed.
    page.route("**/*.js*", lambda route: route.abort())
    page.goto(f"{address}book/intro.html")
    page.emulate_media(media="print", color_scheme="light")
    page.evaluate(JOIN)
    page.evaluate(BIND)
    page.evaluate("document.title = document.title.replace(/.* — /, '')")


def print_book(page, path):
    draft = PdfReader(BytesIO(page.pdf(prefer_css_page_size=True)))
    numbers = {
        name: draft.get_destination_page_number(destination) + 1
        for name, destination in draft.named_destinations.items()
    }
    page.evaluate(NUMBER, numbers)
    page.pdf(
        path=path,
        outline=True,
        tagged=True,
        prefer_css_page_size=True,
        print_background=True,
    )


def main(site):
    with served(site) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium(playwright), args=QUIET
        )
        page = browser.new_page()
        join(page, address)
        print_book(page, site / NAME)
        browser.close()
    offer(site, "pdf")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
