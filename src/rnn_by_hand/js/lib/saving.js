// @ts-check
import { html, write } from "./svg.js";

/* The buttons by which a reader saves a figure. What they do is in save.js, loaded when it is needed. */

/**
 * A quiet button, which shows the two that save.
 * @param {() => {shown: Element, name: string, address: string, alt: string}} about what is saved
 * @param {(what: string) => void} say
 */
export function makeSaving(about, say) {
  const opener = html("button", { type: "button", "aria-expanded": "false" }, "Save");
  const choices = /** @type {const} */ (["svg", "png"]).map((format) => {
    const kind = format.toUpperCase();
    const button = html("button", { type: "button", "aria-label": `Save as ${kind}` }, kind);
    button.hidden = true;
    button.addEventListener("click", async () => {
      const { shown, ...rest } = about();
      try {
        const { save } = await import("./save.js");
        await save(format, shown, rest);
        say(`The figure is saved as ${kind}`);
      } catch {
        // From a folder, a browser loads no modules.
        write(opener, "Not saved");
        say("The figure could not be saved here");
      }
    });
    return button;
  });
  opener.addEventListener("click", () => {
    const open = choices[0].hidden;
    opener.setAttribute("aria-expanded", String(open));
    for (const choice of choices) choice.hidden = !open;
  });
  return [opener, ...choices];
}
