"""Exercises of lab 09: from NumPy to tf.nn to Keras, and what belongs around a model."""

PREDICTIONS = 3
ORDER = (
    "conv_as_tf_nn",
    "build_layer_from_numpy",
    "build_lenet",
    "build_inception_block",
    "loss_and_head",
    "make_dataset",
    "save_and_load",
)
