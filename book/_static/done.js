// @ts-check

/*
 * Ticks in the contents the chapters that the reader is done with. A button at the end of a chapter
 * sets its tick and takes it away; another one clears them all. They are kept in the reader's own
 * browser, and nothing is sent anywhere. Where storage is blocked, they last as long as the page.
 */

{
  const [, folder, name] = /^(.*\/)(.*?)(?:\.html)?$/.exec(location.pathname) ?? ["", "", ""];
  const KEY = `done:${folder}`;

  /** @returns {Set<unknown>} the names of the pages, as another tab may have left them */
  const load = () => {
    try {
      return new Set(JSON.parse(localStorage.getItem(KEY) ?? "[]"));
    } catch {
      return new Set();
    }
  };
  let done = load();

  const keep = () => {
    try {
      if (done.size) localStorage.setItem(KEY, JSON.stringify([...done]));
      else localStorage.removeItem(KEY);
    } catch {
      // The storage is full: the ticks last as long as the page.
    }
    show();
  };

  /**
   * @param {string} text
   * @param {() => void} act
   */
  const button = (text, act) => {
    const node = document.createElement("button");
    node.type = "button";
    node.textContent = text;
    node.addEventListener("click", act);
    return node;
  };
  const toggle = button("", () => {
    done = load();
    if (!done.delete(name)) done.add(name);
    keep();
  });
  const clear = button("Clear all ticks", () => {
    done.clear();
    keep();
    toggle.focus(); // the other button is gone
  });
  const line = document.createElement("div");
  line.className = "done-with";
  line.append(toggle, clear);

  const links = [...document.querySelectorAll(".bd-links a")].map((link) => {
    const page = link instanceof HTMLAnchorElement ? link.pathname : "";
    return { link, page: page.startsWith(folder) ? page.slice(folder.length).replace(/\.html$/, "") : "" };
  });

  const show = () => {
    for (const { link, page } of links) {
      const mark = link.querySelector(".tick");
      if (!done.has(page)) mark?.remove();
      else if (!mark) {
        const tick = document.createElement("span");
        tick.className = "tick";
        tick.role = "img";
        tick.ariaLabel = "done";
        tick.textContent = "✓";
        link.append(" ", tick);
      }
    }
    toggle.ariaPressed = String(done.has(name));
    toggle.textContent = `${done.has(name) ? "✓ " : ""}I am done with this chapter`;
    clear.hidden = !done.size;
  };

  if (/^\d/.test(name)) document.querySelector(".prev-next-footer")?.prepend(line);
  show();
  addEventListener("storage", ({ key }) => {
    if (key !== KEY && key !== null) return;
    done = load();
    show();
  });
}
