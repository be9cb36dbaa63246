"""A model saved and loaded again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from grader.judging.compare import Difference
from grader.judging.exercise import FROM_SOLUTION, Case, Exercise, Mistake


def cases(rng: np.random.Generator) -> list[Case]:
    """Draw weights and inputs of a small model that has been trained some steps."""
    cases = []
    for steps in (7, int(rng.integers(20, 90))):
        extra = {
            "inputs": rng.uniform(-1, 1, (4, 3, 2)).astype("float32"),
            "weight_seed": int(rng.integers(2**31)),
            "steps": steps,
        }
        cases.append(Case((), label=f"a model after {steps} steps", extra=extra))
    return cases


def _saved_models(expected: Any, actual: Any) -> Difference | None:
    if expected["endings"] != actual["endings"]:
        wanted, given = (_endings(one["endings"]) for one in (expected, actual))
        return Difference("value", f"in the folder there is {given}, expected {wanted}")
    if expected["endings"] != [".keras"]:
        return None  # two answers that are wrong alike, whatever else they do
    if expected["same"] != actual["same"]:
        return Difference("value", "the model returned is the one you were given")
    if _agrees(expected) != _agrees(actual):
        return Difference("value", "the model returned has other weights")
    if expected["steps"] == actual["steps"]:
        return None
    if actual["steps"] < 0:
        return Difference("value", "the model returned is not compiled")
    return Difference(
        "value",
        f"its optimizer has counted {actual['steps']} steps, "
        f"expected {expected['steps']}",
    )


def _endings(endings: Sequence[str]) -> str:
    names = [f"a file *{ending}" if ending else "something else" for ending in endings]
    return " and ".join(names) or "nothing"


def _agrees(reply: Any) -> bool:
    return bool(np.allclose(reply["own"], reply["outputs"], atol=1e-5))


def _weights_only(reference: Callable[..., Any], model: Any, folder: str) -> Any:
    path = str(Path(folder) / "model.weights.h5")
    model.save_weights(path)
    fresh = _copy_of(model)
    fresh.load_weights(path)
    return fresh


def _with_ending(ending: str) -> Callable[..., Any]:
    """Return a mistake: all is right but for the end of the file's name."""

    def wrong(reference: Callable[..., Any], model: Any, folder: str) -> Any:
        loaded = reference(model, folder)
        (path,) = Path(folder).iterdir()
        path.rename(path.with_suffix(ending))
        return loaded

    return wrong


def _folder_loaded(reference: Callable[..., Any], model: Any, folder: str) -> Any:
    import keras

    return keras.models.load_model(folder)


def _not_saved(reference: Callable[..., Any], model: Any, folder: str) -> Any:
    fresh = _copy_of(model)
    fresh.set_weights(model.get_weights())
    return fresh


def _copy_of(model: Any) -> Any:
    import keras

    return keras.models.clone_model(model)


def _not_compiled(reference: Callable[..., Any], model: Any, folder: str) -> Any:
    import keras

    reference(model, folder)
    (path,) = Path(folder).iterdir()
    return keras.models.load_model(path, compile=False)


def _compiled_anew(reference: Callable[..., Any], model: Any, folder: str) -> Any:
    loaded = reference(model, folder)
    loaded.compile("adam", "mse")
    return loaded


def _weights_lost(reference: Callable[..., Any], model: Any, folder: str) -> Any:
    loaded = reference(model, folder)
    loaded.set_weights(_copy_of(model).get_weights())
    return loaded


def _architecture_only(reference: Callable[..., Any], model: Any, folder: str) -> Any:
    (Path(folder) / "model.json").write_text(model.to_json(), "utf-8")
    return _copy_of(model)


MISTAKES = (
    Mistake(
        "saved without the ending",
        "Keras 3 saves a model as one file and wants its name to end in `.keras`. "
        "Folders are from older tutorials.",
        lambda reference, model, folder: model.save(folder),
    ),
    Mistake(
        "format named in an argument",
        "`save_format` is from older tutorials. In Keras 3 the end of the file's "
        "name says the format.",
        lambda reference, model, folder: model.save(folder, save_format="tf"),
    ),
    Mistake(
        "folder loaded",
        "`load_model` wants the path of the file. What `export` writes is for "
        "serving: it cannot be loaded as a model or trained any further.",
        _folder_loaded,
    ),
    Mistake(
        "saved as HDF5",
        "Files `.h5` are the old format, and Keras warns about it. The new one "
        "holds everything in a file `.keras`.",
        _with_ending(".h5"),
    ),
    Mistake(
        "weights only",
        "The file holds numbers and no network: whoever opens it has to know which "
        "layers they belong to.",
        _weights_only,
    ),
    Mistake(
        "architecture only",
        "The layers are written down, what they have learned is not.",
        _architecture_only,
    ),
    Mistake(
        "pickled",
        "A pickle can run any code when it is opened, and needs the same versions. "
        "Use Keras's own file.",
        _with_ending(".pkl"),
    ),
    Mistake(
        "not loaded",
        "You return the model you were given. Only a model read from the file shows "
        "that the file is complete.",
        lambda reference, model, folder: (reference(model, folder), model)[1],
    ),
    Mistake(
        "folder left empty",
        "There is no file in `folder`. If you did save one, it lies elsewhere: its "
        "path has to begin with `folder`, then a separator, then a name.",
        _not_saved,
    ),
    Mistake(
        "loaded without its compilation",
        "The model predicts, and cannot go on training: optimizer and loss were "
        "left in the file.",
        _not_compiled,
    ),
    Mistake(
        "weights of a copy",
        "The model returned has new random weights: `clone_model` copies the layers "
        "and not what they have learned.",
        _weights_lost,
    ),
    Mistake(
        "compiled anew",
        "The optimizer starts from nothing: its count of steps and its averages are "
        "gone. The file holds them.",
        _compiled_anew,
    ),
)
EXERCISE = Exercise(
    points=2,
    cases=cases,
    reference=FROM_SOLUTION,
    comparison=_saved_models,
    probe="saved",
    mistakes=MISTAKES,
)
