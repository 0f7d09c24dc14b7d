"""Make an EPUB of the built site, for e-readers.

A browser takes the articles out of the pages, because it can parse them and write them as XHTML.
Mathematics is MathML, which the pages contain already. An explorable is its static figure. E-readers
choose the colours of text and paper themselves, some by turning the page dark whatever a style sheet
says, so what has colours of its own, figures and code, also has its own light paper.
"""

import datetime
import html
import itertools
import re
import sys
import uuid
from pathlib import Path

import archive
import yaml
from browser import QUIET, chromium
from contents import ROOT
from lone import address_of
from offer import offer
from playwright.sync_api import sync_playwright
from serve import served

NAME = "rnn-by-hand.epub"
PALETTE = dict(
    re.findall(
        r"(--rnn-[\w-]+): ([^;]*);",
        (ROOT / "src/rnn_by_hand/palette.css")
        .read_text(encoding="utf8")
        .partition("}")[0],
    )
)

# Gives for each page its name, its title, its sections, and its article as XHTML.
ARTICLES = r"""async (site) => {
    const links = [...document.querySelectorAll("nav.bd-links a[href]")];
    const addresses = [location.href, ...links.map(({ href }) => href)];
    const pages = [...new Set(addresses.map((address) => address.replace(/#.*/, "")))];
    const nameOf = (page) => page.match(/([^/]+)\.html$/)[1];
    const root = new URL("..", location.href).href;
    const parser = new DOMParser();
    const texts = await Promise.all(pages.map(async (page) => (await fetch(page)).text()));
    const articles = texts.map((text) => parser.parseFromString(text, "text/html").querySelector("article"));
    for (const [i, article] of articles.entries()) {
        // What needs a script, what only screens show, and code that draws a figure.
        for (const node of article.querySelectorAll(`script, button, form, nav, noscript, book-exercise,
            .headerlink, .term-tips, .in-dark, .katex-html, .wall img, summary > .expanded, .tag_hide-input > details`)) node.remove();
        for (const node of article.querySelectorAll(".katex")) {
            node.replaceWith(node.querySelector("math"));
        }
        // KaTeX writes \\max with an index as a base, an index and an invisible operator too many.
        for (const node of article.querySelectorAll("msub > mo:nth-child(3)")) node.remove();
        for (const node of article.querySelectorAll("summary > p")) node.replaceWith(...node.childNodes);
        const kinds = {};
        for (const node of [...article.querySelectorAll("*")].filter(({ localName }) => localName.startsWith("rnn-"))) {
            const kind = node.localName.slice(4);
            kinds[kind] = (kinds[kind] ?? 0) + 1;
            const figure = node.querySelector("figure");
            // Links call the second explorable of its kind "states-2"; a section may have that name, too.
            const address = kind + (kinds[kind] > 1 ? `-${kinds[kind]}` : "");
            figure.id = `explorable-${address}`;
            if (site) {
                const link = document.createElement("a");
                link.href = `${site}book/${nameOf(pages[i])}.html#${address}:`;
                link.textContent = "Move its handles on the site";
                const line = document.createElement("p");
                line.append(link);
                figure.querySelector("figcaption").append(line);
            }
            node.replaceWith(figure);
        }
        for (const node of article.querySelectorAll("[aria-describedby]")) node.removeAttribute("aria-describedby");
    }
    const ids = articles.map((article) => new Set([...article.querySelectorAll("[id]")].map(({ id }) => id)));
    for (const [i, article] of articles.entries()) {
        for (const link of article.querySelectorAll("a[href]")) {
            const { hash, href } = new URL(link.getAttribute("href"), pages[i]);
            const page = pages.indexOf(href.replace(/#.*/, ""));
            // What follows a colon is the setting of an explorable, which paper cannot change.
            const anchor = decodeURIComponent(hash.slice(1)).replace(/(.*):.*/, "explorable-$1");
            if (page >= 0) {
                link.setAttribute("href", `${nameOf(pages[page])}.xhtml${ids[page].has(anchor) ? `#${anchor}` : ""}`);
            } else if (href.startsWith(site || root) || href.startsWith(root)) {
                if (site) link.setAttribute("href", href.replace(root, site));
                else link.removeAttribute("href");
            }
            for (const name of ["download", "target"]) link.removeAttribute(name);
        }
    }
    const write = new XMLSerializer();
    return articles.map((article, i) => ({
        name: nameOf(pages[i]),
        title: article.querySelector("h1").textContent,
        sections: [...article.querySelectorAll("h2")].map((heading) =>
            [heading.closest("[id]").id, heading.textContent]),
        content: [...article.childNodes].map((node) => write.serializeToString(node)).join(""),
    }));
}"""

STYLE = """\
figure { margin: 1em 0; padding: 0.5em; background: --rnn-paper; color: --rnn-ink; }
figure svg { display: block; width: 100%; max-width: 40em; height: auto; margin: 0 auto; }
figure a { color: --rnn-x; }
code, pre { background: --rnn-paper; color: --rnn-ink; font-family: monospace; font-size: 0.9em; }
pre { padding: 0.5em; white-space: pre-wrap; overflow-wrap: anywhere; }
.rnn-x { color: --rnn-x; }
.rnn-state { color: --rnn-state; }
.rnn-target { color: --rnn-target; }
.rnn-gradient { color: --rnn-gradient; }
.rnn-wx { color: --rnn-wx; }
.rnn-wrec { color: --rnn-wrec; }
.admonition, details { margin: 1em 0; padding-left: 0.8em; border-left: 3px solid; }
.admonition-title, summary { font-weight: bold; }
table { border-collapse: collapse; }
td, th { padding: 0.2em 0.6em; text-align: left; }
th { border-bottom: 1px solid; }
.eqno { float: right; }
"""

PAGE = """\
<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" lang="en-GB" xml:lang="en-GB">
<head>
<title>{title}</title>
<link rel="stylesheet" href="style.css"/>
</head>
<body>
{content}
</body>
</html>
"""

COVER = """\
<style>
body {{ margin: 0; padding: 200px 120px; background: {paper}; color: {ink}; font: 48px/1.4 serif; }}
svg {{ width: 420px; fill: none; stroke-width: 2; }}
.x {{ fill: {x}; }} .state {{ fill: {state}; }} .wx {{ stroke: {wx}; }} .wrec {{ stroke: {wrec}; }}
h1 {{ margin: 160px 0 60px; font-size: 130px; font-weight: normal; line-height: 1.1; }}
</style>
{logo}<h1>{title}</h1><p>{line}</p>
"""

CONTAINER = """\
<?xml version="1.0" encoding="UTF-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="book/package.opf" media-type="application/oebps-package+xml"/></rootfiles>
</container>
"""

PACKAGE = """\
<?xml version="1.0" encoding="UTF-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id" xml:lang="en-GB">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:identifier id="id">{identifier}</dc:identifier>
<dc:title>{title}</dc:title>
<dc:language>en-GB</dc:language>
{creators}
<dc:description>{description}</dc:description>
<dc:rights>Text and figures CC BY 4.0, code MIT</dc:rights>
<meta property="dcterms:modified">{modified}T00:00:00Z</meta>
<meta property="schema:accessMode">textual</meta>
<meta property="schema:accessMode">visual</meta>
<meta property="schema:accessModeSufficient">textual</meta>
<meta property="schema:accessibilityFeature">MathML</meta>
<meta property="schema:accessibilityFeature">alternativeText</meta>
<meta property="schema:accessibilityFeature">tableOfContents</meta>
<meta property="schema:accessibilityHazard">none</meta>
<meta property="schema:accessibilitySummary">Formulas are MathML, and each figure has a description.</meta>
</metadata>
<manifest>
<item id="nav" href="contents.xhtml" media-type="application/xhtml+xml" properties="nav"/>
<item id="style" href="style.css" media-type="text/css"/>
<item id="cover" href="cover.png" media-type="image/png" properties="cover-image"/>
{items}
</manifest>
<spine>
<itemref idref="nav"/>
{order}
</spine>
</package>
"""


def read(browser, address, site):
    """Give the articles of a served site, its cover, and what its first page says of it."""
    page = browser.new_page(viewport={"width": 1200, "height": 1600})
    # No script may start the explorables or change what is written.
    page.route("**/*.js*", lambda route: route.abort())
    page.goto(f"{address}book/intro.html")
    articles = page.evaluate(ARTICLES, site)
    about = {
        "title": articles[0]["title"],
        "line": page.locator("h1 + p").first.text_content(),
        "description": page.locator("meta[name=description]").get_attribute(
            "content"
        ),
        "modified": page.evaluate(
            "document.querySelector('.edition time')?.dateTime"
        ),
    }
    colours = {name.removeprefix("--rnn-"): c for name, c in PALETTE.items()}
    logo = page.locator(".navbar-brand svg").evaluate("(one) => one.outerHTML")
    page.set_content(COVER.format(**about, **colours, logo=logo))
    return articles, page.screenshot(), about


def files_of(articles, cover, about, site):
    """Give the contents of all files of the book, by path."""
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf8"))
    files = {
        "mimetype": b"application/epub+zip",
        "META-INF/container.xml": CONTAINER,
        "book/contents.xhtml": PAGE.format(
            title="Contents", content=contents(articles)
        ),
        "book/cover.png": cover,
        "book/style.css": plain(re.sub(r"--rnn-\w+", r"var(\g<0>)", STYLE)),
    }
    items, order = [], []
    for article in articles:
        name, content = article["name"], plain(article["content"])
        marks = {"mathml": "<math", "svg": "<svg"}
        properties = " ".join(k for k, v in marks.items() if v in content)
        items.append(
            f'<item id="page-{name}" href="{name}.xhtml" '
            'media-type="application/xhtml+xml"'
            + (f' properties="{properties}"' if properties else "")
            + "/>"
        )
        order.append(f'<itemref idref="page-{name}"/>')
        files[f"book/{name}.xhtml"] = PAGE.format(
            title=html.escape(article["title"]), content=content
        )
    names = [
        author.get("name")
        or f"{author['given-names']} {author['family-names']}"
        for author in cited["authors"]
    ]
    files["book/package.opf"] = PACKAGE.format(
        identifier=uuid.uuid5(
            uuid.NAMESPACE_URL, f"{site}{about['title']}"
        ).urn,
        title=html.escape(about["title"]),
        creators="\n".join(
            f"<dc:creator>{html.escape(name)}</dc:creator>" for name in names
        ),
        description=html.escape(about["description"]),
        modified=about["modified"]
        or datetime.date.fromisoformat(str(cited["date-released"])),
        items="\n".join(items),
        order="\n".join(order),
    )
    return files


def plain(text):
    """Write colours as such, because not every e-reader knows variables, and keep ids apart.

    A page may show the same figure twice.
    """
    numbers = itertools.count(1)
    text = re.sub(
        r"(?s)<svg.*?</svg>",
        lambda svg: re.sub(
            r'( id="|url\(#|href="#)', rf"\g<1>s{next(numbers)}-", svg[0]
        ),
        text,
    )
    return re.sub(
        r"var\((--rnn-[\w-]+)(?:,(?:[^()]|\([^()]*\))*)?\)",
        lambda found: PALETTE[found[1]],
        text,
    )


def contents(articles):
    entries = []
    for article in articles:
        page = f"{article['name']}.xhtml"
        sections = "".join(
            f'<li><a href="{page}#{anchor}">{html.escape(text)}</a></li>'
            for anchor, text in article["sections"]
        )
        entries.append(
            f'<li><a href="{page}">{html.escape(article["title"])}</a>'
            + (f"<ol>{sections}</ol>" if sections else "")
            + "</li>"
        )
    return (
        '<nav epub:type="toc" id="toc"><h1>Contents</h1>\n<ol>'
        + "\n".join(entries)
        + "</ol></nav>"
    )


def write(browser, address, site, path):
    """Write the book of a site that is served at an address."""
    where = address_of(site)
    files = files_of(*read(browser, address, where), where)
    archive.write(path, files, stored=["mimetype"])


def main(site):
    with served(site) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium(playwright), args=QUIET
        )
        write(browser, address, site, site / NAME)
        browser.close()
    offer(site, "epub")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
