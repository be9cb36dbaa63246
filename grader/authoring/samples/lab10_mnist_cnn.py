"""Wrong answers to lab 10, as students would write them."""

import numpy as np


# mistake: not stratified
def split(x, y, val_fraction, seed):
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(x))
    n_val = int(round(val_fraction * len(x)))
    val_idx = order[:n_val]
    train_idx = order[n_val:]
    return x[train_idx], y[train_idx], x[val_idx], y[val_idx]


# mistake: validated on the training images
def train(model, x_train, y_train, x_val, y_val, epochs, batch_size):
    hist = model.fit(
        x_train,
        y_train,
        batch_size=batch_size,
        epochs=epochs,
        validation_data=(x_train, y_train),
        verbose=0,
    )
    return hist.history
