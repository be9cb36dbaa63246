"""A picture with sliders: drawn again with what was chosen."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ipywidgets import DOMWidget


def sliders(draw: Callable[..., object], **choices: Any) -> None:
    """Show what a function draws, and a slider for each of its arguments.

    The picture is an output of the cell like any other: a program that runs the notebook
    without a front end keeps it. `ipywidgets.interact` draws into an Output widget, which
    nbclient, and so nbconvert, answers in the middle of waiting for the kernel; now and
    then it then misses that the cell has ended, and waits for ever.

    Args:
        draw: draws one figure with Matplotlib.
        choices: argument -> what it may be: (smallest, largest) or (smallest, largest,
            step), a list, a dictionary of names, or a widget. Its default is where
            the slider stands first.
    """
    from IPython.display import DisplayHandle, display
    from ipywidgets import HBox, Layout

    controls = {name: _control(draw, name, choices[name]) for name in choices}
    picture = DisplayHandle()

    def show(publish: Callable[..., object]) -> None:
        chosen = {name: control.value for name, control in controls.items()}
        for data, metadata in _drawn(draw, chosen):
            publish(data, metadata=metadata, raw=True)

    display(HBox(list(controls.values()), layout=Layout(flex_flow="row wrap")))
    show(picture.display)
    for control in controls.values():
        control.observe(lambda change: show(picture.update), "value")


def _control(draw: Callable[..., object], name: str, choice: Any) -> DOMWidget:
    """Return the widget that ipywidgets would make for an argument."""
    from ipywidgets import interactive

    parameter = inspect.signature(draw).parameters[name]
    control = interactive.widget_from_abbrev(choice, parameter.default)
    control.description = control.description or name.replace("_", " ")
    return control


def _drawn(
    draw: Callable[..., object], chosen: dict[str, Any]
) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Return the figure that a function draws, as data and metadata of an output."""
    import matplotlib.pyplot as plt
    from IPython.utils.capture import capture_output

    with capture_output(stdout=False, stderr=False) as captured:
        draw(**chosen)
        plt.show()
    return [(output.data, output.metadata) for output in captured.outputs[:1]]
