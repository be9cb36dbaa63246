"""Watch a network while it trains: `live`, a callback for Keras's `fit`."""

from __future__ import annotations

import html
import math
import time
from collections.abc import Callable, Mapping
from typing import Any

from grader.graded import is_graded
from grader.notice import Notice

# Drawn again no sooner than this, but for the end of an epoch.
_SECONDS = 0.5
_WIDTH, _HEIGHT = 260, 70
# Blue and vermilion, told apart with every colour blindness, and one of them dashed.
_LINES = (("loss", "#0072B2", ""), ("val_loss", "#D55E00", "5 3"))
_WORDS = ("loss {:.3f}", "validation loss {:.3f} (dashed)")


def live(title: str = "", epochs: int | None = None) -> Any:
    """Return a callback that shows below the cell how far a training is.

    It draws the loss after each epoch and says how long the rest will take. Where nothing
    can be drawn, it prints a line at the end; where a class is graded, it shows nothing.
    Given to several trainings, it shows them one after another in the same place.

    Args:
        title: what is trained, in a word or two.
        epochs: of several calls of `fit` together; by default each stands for itself.
    """
    from keras.callbacks import LambdaCallback

    curve, notice = Curve(title, epochs), Notice()
    changes = not is_graded() and notice.can_change()

    def begin(logs: Any = None) -> None:
        curve.begin(callback.params["epochs"], callback.params["steps"])

    def after_batch(batch: int, logs: Any = None) -> None:
        if changes and curve.advance(batch + 1):
            notice.show(curve)

    def after_epoch(epoch: int, logs: Any = None) -> None:
        curve.add(logs or {})
        if changes:
            notice.show(curve)

    def end(logs: Any = None) -> None:
        if not curve.end():
            return
        if changes:
            notice.show(curve)
        elif not is_graded():
            print(curve.words)

    callback = LambdaCallback(
        on_train_begin=begin,
        on_train_batch_end=after_batch,
        on_epoch_end=after_epoch,
        on_train_end=end,
    )
    return callback


def watched(model: Any, title: str = "", epochs: int | None = None) -> Any:
    """Return a model whose `fit` has a callback `live`, whoever calls it.

    Args:
        model: a Keras model.
        title, epochs: as `live` takes them.
    """
    fit, callback = model.fit, live(title, epochs)

    def watched_fit(*args: Any, callbacks: Any = None, **kwargs: Any) -> Any:
        return fit(*args, callbacks=[*(callbacks or ()), callback], **kwargs)

    model.fit = watched_fit
    return model


class Curve:
    """The losses of a training, epoch by epoch; shows itself as a drawing or as text.

    Args:
        title: what is trained.
        epochs: of all trainings together, where they are one.
        clock: tells seconds.
    """

    def __init__(
        self,
        title: str = "",
        epochs: int | None = None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self.title = title
        self.number = 0
        self._together = epochs
        self._clock = clock

    def begin(self, epochs: int, steps: int | None) -> None:
        """Begin a training: so many epochs, of so many steps each where that is known."""
        self.steps = steps
        if self._together and self.number:
            return
        self.number += 1
        self.ended = False
        self.epochs = self._together or epochs
        self.losses: dict[str, list[float]] = {name: [] for name, *_ in _LINES}
        self.done = 0.0
        self._begun = self._drawn = self._clock()

    def advance(self, batches: int) -> bool:
        """Note how many batches of this epoch are done; return whether to draw again."""
        whole = len(self.losses["loss"])
        self.done = whole + min(batches / (self.steps or batches + 1), 1.0)
        is_due = self._clock() - self._drawn >= _SECONDS
        if is_due:
            self._drawn = self._clock()
        return is_due

    def add(self, logs: Mapping[str, Any]) -> None:
        """Note the losses at the end of an epoch."""
        for name, values in self.losses.items():
            if name in logs:
                values.append(float(logs[name]))
        self.done = float(len(self.losses["loss"]))
        self._drawn = self._clock()

    def end(self) -> bool:
        """Note that a call of `fit` has ended; return whether it was the last one."""
        self.ended = not self._together or self.done >= self.epochs
        return self.ended

    @property
    def words(self) -> str:
        """Return in a line how far it is, and how long the rest will take."""
        losses = self.losses["loss"]
        seconds = self._clock() - self._begun
        number = str(self.number) if self.number > 1 else ""
        title = " ".join(filter(None, (self.title, number)))
        title += ": " if title else ""
        loss = "".join(
            f", {words.format(values[-1])}"
            for words, values in zip(_WORDS, self.losses.values(), strict=True)
            if values
        )
        if self.ended or self.done >= self.epochs:
            noun = "epoch" if self.epochs == 1 else "epochs"
            early = (
                f"stopped after {len(losses)} of " if self.done < self.epochs else ""
            )
            return f"{title}{early}{self.epochs} {noun} in {seconds:.0f} s{loss}"
        left = seconds / self.done * (self.epochs - self.done) if self.done else 0
        rest = f", about {left:.0f} s left" if self.done else ""
        return f"{title}epoch {len(losses) + 1} of {self.epochs}{loss}{rest}"

    def __repr__(self) -> str:
        return self.words

    def _repr_html_(self) -> str:
        words = html.escape(self.words)
        return f'<div role="img" aria-label="{words}">{self._drawing()}<div>{words}</div></div>'

    def _drawing(self) -> str:
        """Return the curves as SVG; a single loss is no curve yet."""
        known = [value for values in self.losses.values() for value in values]
        highest = max(filter(math.isfinite, known), default=0) or 1
        lines = "".join(
            f'<polyline points="{self._points(self.losses[name], highest)}" fill="none" '
            f'stroke="{colour}" stroke-width="2" stroke-dasharray="{dashes}"/>'
            for name, colour, dashes in _LINES
            if len(self.losses[name]) > 1
        )
        axes = f"M0.5 0V{_HEIGHT - 0.5}H{_WIDTH}"
        return (
            f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" aria-hidden="true">'
            f'<path d="{axes}" stroke="currentcolor" fill="none"/>{lines}</svg>'
        )

    def _points(self, values: list[float], highest: float) -> str:
        width = _WIDTH / max(self.epochs - 1, 1)
        return " ".join(
            f"{number * width:.1f},{(1 - value / highest) * (_HEIGHT - 2):.1f}"
            for number, value in enumerate(values)
            if math.isfinite(value)
        )
