"""Use every explorable as a notebook does, and print the version of ipywidgets used.

    python tests/explorables/in_a_kernel.py [colab]

With "colab", also provide a stand-in for the module by which anywidget recognises Colab.
test_installed.py runs this script in separate processes.
"""

import json
import sys
from types import SimpleNamespace

import ipywidgets
from IPython.core.interactiveshell import InteractiveShell
from settings import CASES, linked, start
from traitlets import TraitError

from rnn_by_hand.explorables import EXPLORABLES

COLAB = "google.colab.output"
WIDGET = "application/vnd.jupyter.widget-view+json"


def refuses(change):
    try:
        change()
    except TraitError as error:
        return "it must be a number from -3 to 3" in str(error)
    return False


def use(kind, shell):
    explorable = start(kind)
    seen = []
    explorable.observe(lambda change: seen.append(change.new), "wRec")
    explorable.wRec = 0.25
    assert refuses(lambda: setattr(explorable, "wRec", 3.5))
    assert refuses(lambda: kind(wRec="0.5"))
    # As the browser would set it.
    explorable.set_state({"wRec": 0.5})
    assert refuses(lambda: explorable.set_state({"wRec": 99}))
    assert explorable.wRec == 0.5

    slider = ipywidgets.FloatSlider(value=-1, min=-3, max=3, step=0.01)
    ipywidgets.link((slider, "value"), (explorable, "wRec"))
    assert explorable.wRec == -1
    slider.value = -0.5
    explorable.wRec = -0.75
    assert slider.value == -0.75
    assert seen == [0.25, 0.5, -1, -0.5, -0.75]

    moved = ipywidgets.interactive(
        lambda wRec: explorable.set_trait("wRec", wRec), wRec=(-3.0, 3.0, 0.5)
    )
    moved.children[0].value = 1.5
    assert explorable.wRec == 1.5

    in_browser = ipywidgets.jslink((slider, "value"), (explorable, "wRec"))
    assert in_browser.target == (explorable, "wRec")
    state = json.loads(json.dumps(linked(kind).get_state(kind.parameters)))
    explorable.set_state(state)
    assert explorable.readout == linked(kind).readout
    assert slider.value == CASES[kind].linked["wRec"]

    data, metadata = shell.display_formatter.format(explorable)
    assert data[WIDGET]["model_id"] == explorable.model_id
    assert data["text/html"] == explorable.element()
    assert data["text/plain"] == repr(explorable)
    # Colab uses this entry to find the code for its widget manager.
    assert ("colab" in metadata.get(WIDGET, {})) == (COLAB in sys.modules)


if __name__ == "__main__":
    if "colab" in sys.argv:
        sys.modules[COLAB] = SimpleNamespace(
            enable_custom_widget_manager=lambda: None,
            _widgets=SimpleNamespace(_installed_url="https://colab.example"),
        )
    shell = InteractiveShell.instance()
    for kind in EXPLORABLES:
        use(kind, shell)
    print(ipywidgets.__version__)
