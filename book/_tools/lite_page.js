// Says on the page of a notebook in the browser what would otherwise go unsaid: that Python cannot
// be fetched, and that the copy that this browser has kept is older than the book.

/** `pyodide` is the address of something without which no chapter runs. */
const { pyodide, editions } = JSON.parse(document.getElementById("rnn-page").textContent);
/** Milliseconds, for an answer without its contents. */
const PATIENCE = 10_000;

function say(text) {
  let box = document.getElementById("rnn-says");
  if (!box) {
    box = document.createElement("div");
    box.id = "rnn-says";
    box.setAttribute("role", "alert");
    box.style.cssText =
      "position:fixed;inset:auto 0 0 0;z-index:2000;padding:12px 16px;background:#fff4ce;color:#201800;" +
      "border-top:2px solid #8a6100;font:16px/1.5 system-ui,sans-serif";
    const close = document.createElement("button");
    close.textContent = "Close";
    close.style.cssText = "float:right;font:inherit;min-height:44px;padding:0 12px";
    close.addEventListener("click", () => box.remove());
    box.append(close);
    document.body.append(box);
  }
  const line = document.createElement("p");
  line.style.margin = "0";
  line.textContent = text;
  box.append(line);
}

async function checkPython() {
  const address = new URL(pyodide, new URL("..", location.href));
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), PATIENCE);
  try {
    const answer = await fetch(address, { method: "HEAD", signal: late.signal });
    // There is nothing to read, but what is not read counts as broken off.
    await answer.text();
    if (answer.ok) return;
  } catch {
    // No answer, or not in time.
  } finally {
    clearTimeout(timer);
  }
  say(
    `The notebook cannot run here, because Python does not arrive from ${address.host}. ` +
      "Your network may block it: allow that host, try another network, or download the notebook " +
      "from its page and run it on your computer.",
  );
}

/** Compare the copy that opens with the one on the site. */
function checkEdition() {
  const context = globalThis.jupyterapp?.shell?.currentWidget?.context;
  if (!context?.isReady || !context.model?.toJSON) {
    setTimeout(checkEdition, 500);
    return;
  }
  const current = editions[context.path];
  const { rnn_edition: kept } = context.model.toJSON().metadata;
  const old = current && kept?.digest !== current.digest;
  document.body.dataset.edition = old ? "old" : "current";
  if (!old) return;
  const of = kept ? `of ${kept.date}` : "before editions were counted";
  say(
    `This browser has kept a copy of an older edition, ${of}; the book now has that of ${current.date}. ` +
      "To get it, download this copy if you want to keep it, and choose Help › Clear Browser Data.",
  );
}

checkPython();
checkEdition();
