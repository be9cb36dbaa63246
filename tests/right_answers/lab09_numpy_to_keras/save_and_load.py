"""Right answers to lab09.save_and_load in other styles than the solution's."""

from __future__ import annotations

from pathlib import Path

import keras
import tensorflow as tf


def saved_path(model, folder):
    path = Path(folder) / "my.best.model.keras"
    keras.saving.save_model(model, path)
    return keras.saving.load_model(path)


def saved_callback(model, folder):
    path = str(Path(folder, "kept.keras"))
    checkpoint = keras.callbacks.ModelCheckpoint(path)
    checkpoint.set_model(model)
    checkpoint.on_epoch_end(0, {})
    return keras.models.load_model(path)


def saved_twice(model, folder):
    path = folder + "/lenet.keras"
    for _ in range(2):
        model.save(path, overwrite=True)
    return tf.keras.models.load_model(path, compile=True)


def saved_weights_over(model, folder):
    loaded = saved_path(model, folder)
    loaded.set_weights(model.get_weights())
    return loaded


def saved_safely(model, folder):
    path = Path(folder).joinpath("model").with_suffix(".keras")
    keras.Model.save(model, filepath=path)
    return keras.saving.load_model(filepath=str(path), safe_mode=True)
