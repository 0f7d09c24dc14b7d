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
        return "; it must be a" in str(error)
    return False


def use(kind, shell):
    explorable = start(kind)
    name = CASES[kind].slider
    trait = kind.class_traits()[name]
    values = [
        type(trait.start)(
            round(trait.low + part * (trait.high - trait.low), 6)
        )
        for part in (0.1, 0.3, 0.5, 0.7, 0.9)
    ]
    seen = []
    explorable.observe(lambda change: seen.append(change.new), name)
    setattr(explorable, name, values[0])
    assert refuses(lambda: setattr(explorable, name, trait.high + 1))
    assert refuses(lambda: kind(**{name: "0.5"}))
    # As the browser would set it.
    explorable.set_state({name: values[1]})
    assert refuses(lambda: explorable.set_state({name: trait.low - 1}))
    assert getattr(explorable, name) == values[1]

    slider = ipywidgets.FloatSlider(
        value=values[2], min=trait.low, max=trait.high, step=0.01
    )
    ipywidgets.link((slider, "value"), (explorable, name))
    assert getattr(explorable, name) == values[2]
    slider.value = values[3]
    setattr(explorable, name, values[4])
    assert slider.value == values[4]
    assert seen == values

    moved = ipywidgets.interactive(
        lambda value: explorable.set_trait(name, value),
        value=tuple(map(type(trait.start), (trait.low, trait.high))),
    )
    moved.children[0].value = values[1]
    assert getattr(explorable, name) == values[1]

    in_browser = ipywidgets.jslink((slider, "value"), (explorable, name))
    assert in_browser.target == (explorable, name)
    state = json.loads(json.dumps(linked(kind).get_state(kind.parameters)))
    explorable.set_state(state)
    assert explorable.readout == linked(kind).readout
    assert slider.value == CASES[kind].linked[name]

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
