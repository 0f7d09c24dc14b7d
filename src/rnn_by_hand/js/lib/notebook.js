// @ts-check
import { set } from "./svg.js";
/** @import { Explorable } from "./explorable.js" */

/**
 * An ipywidgets slider accumulates its steps, and gives 0.9999999999999996 for 1.
 * @param {unknown} value
 */
function withoutRounding(value) {
  return typeof value === "number" ? Number(value.toPrecision(14)) : value;
}

/** The notebooks that are already watched; a page may hold several. */
const watched = new WeakSet();

/**
 * Store the widgets of a notebook with it. JupyterLab only does so with a setting that is off by
 * default; a notebook that is opened again would then say "model not found" in place of each.
 * @param {any} manager of widgets; only JupyterLab's knows its notebook
 */
function storeWithNotebook(manager) {
  const context = manager?.context;
  if (!context?.saveState?.connect || !context.model?.setMetadata || watched.has(context)) return;
  watched.add(context);
  context.saveState.connect((/** @type {unknown} */ _, /** @type {string} */ state) => {
    if (state !== "started") return;
    const widgets = manager.get_state_sync({ drop_defaults: true });
    // Right after it is opened, a notebook keeps what it has until that is restored.
    if (Object.keys(widgets.state).length === 0) return;
    context.model.setMetadata("widgets", { "application/vnd.jupyter.widget-state+json": widgets });
  });
}

/**
 * Show an explorable in a live notebook and keep it in sync with its Python object, and so with
 * anything linked to that object, in the kernel or in the browser.
 * @param {string} tag
 * @param {{model: any, el: HTMLElement}} view what anywidget passes
 * @returns {() => void} called when the view is closed
 */
export function render(tag, { model, el }) {
  const figure = /** @type {Explorable} */ (document.createElement(tag));
  storeWithNotebook(model.widget_manager);
  const names = Object.keys(figure.setting);
  let telling = false;
  const take = () => {
    if (telling) return;
    /** @type {string[]} */
    const refused = [];
    for (const name of names) {
      try {
        const value = withoutRounding(model.get(name));
        // A value without its last digits would end what the figure is doing, such as learning.
        if (value !== withoutRounding(figure.setting[name])) figure.change(name, value);
      } catch (error) {
        // A linked slider may have a wider range than the parameter.
        refused.push(`${/** @type {RangeError} */ (error).message}.`);
      }
    }
    figure.complain(...refused);
  };
  // JupyterLab would treat the arrow keys on a slider, and any letter, as its own shortcuts. It
  // looks for this attribute from the focused element outwards, and may find a shortcut before it
  // reaches `el`.
  set(figure, { ...model.get("start"), "data-lm-suppress-shortcuts": "true" });
  figure.alone();
  el.append(figure);
  take();
  figure.addEventListener("rnn-change", () => {
    // Every `set` calls `take`, which would give the figure back what is not set yet.
    telling = true;
    const setting = structuredClone(figure.setting);
    // With the digits that Python keeps: it would send others back, when the figure has gone on.
    for (const name of names) model.set(name, withoutRounding(setting[name]));
    telling = false;
    // What is linked with the model may have changed it.
    take();
    model.save_changes();
  });
  model.on("change", take);
  return () => model.off("change", take);
}
