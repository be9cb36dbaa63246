# %% [markdown]
# # Build, train and question a complete digit network
#
# **What you'll do.** Write every step between a folder of handwritten digits and a report you can defend: preparing, splitting, building, compiling, training, evaluating.
#
# **What you'll learn.**
#
# - How a loss, a last layer and the form of the labels belong together.
# - Two rituals that find most bugs in a minute: the first loss, and overfitting 64 images on purpose.
# - Why an accuracy means nothing without a baseline and an untouched test set.
# - How a few batches show which learning rate fits, and what dropout drops.
# - When to stop, what moved and turned images buy, and how the validation set chooses.
# - Where your finished network breaks.
#
# **What you'll need.** Labs 05 to 09, and about an hour.
#
# **The lecture** ends with a complete TensorFlow program for MNIST.
# Its question is yours now: what does each step contribute, and is the convolutional network worth it?

# %% [markdown]
# ## Predict first (1 point)
#
# Replace the line below with `predictions = [..., ..., ...]`, three numbers of your own:
#
# 1. What is the cross-entropy loss of a network that has learned nothing yet, for ten classes?
# 2. A dense network with 64 hidden units has 50,890 parameters here.
#    How many will a network with three convolutions have?
# 3. You train on digits as they are, and then move every validation digit 2 pixels to the right.
#    What percentage will the convolutional network still get right?

# %% nbgrader={"solution": "predictions"}
### BEGIN SOLUTION
predictions = [2.3, 30000, 80]
### END SOLUTION

# %% [markdown]
# Run the check, and come back to the numbers at the end.

# %% nbgrader={"check": "predictions"}
from grader import check, sliders

check("lab10.predictions")

# %% [markdown]
# ## Look at the data first
#
# `digits.load` looks for MNIST in a folder you name (`CONVLAB_DATA`), in the course's cache, and on the internet.
# Where there is none, it takes scikit-learn's small digits in MNIST's frame.
# Every number below depends on which ones you have, so it says so.
#
# You get four arrays: images and labels, for training and for testing.
# Look at their shapes, their types and the largest pixel before you do anything else.

# %%
import keras
import matplotlib.pyplot as plt
import numpy as np

from grader import digits

plt.style.use("grader.labs")

data = digits.load()
for name in ("x_train", "y_train", "x_test", "y_test"):
    array = getattr(data, name)
    print(f"{name}: {array.shape}, {array.dtype}, from {array.min()} to {array.max()}")

# %% [markdown]
# And look at the images.
# Expect one column for each digit.

# %%
figure, axes = plt.subplots(5, 10, figsize=(7, 3.8))
for digit, column in enumerate(axes.T):
    for axis, image in zip(column, data.x_train[data.y_train == digit], strict=False):
        axis.imshow(image, cmap="gray_r")
        axis.axis("off")
    column[0].set_title(digit)
_ = figure.suptitle("Five training images of each digit")

# %% [markdown]
# *Picture in words:* ten columns, one for each digit from 0 to 9, with five handwritten examples below each other; dark ink on white.
#
# No two are alike, their strokes are thick or thin, and some you would have to read twice.
# A network has to give the same answer to a whole column.
#
# ## Exercise 1: Preprocess the images (2 points)
#
# Write `preprocess(images)` for `uint8` images of the shape `(n, height, width)`.
# It returns an array of `float32`:
#
# - of the shape `(n, height, width, 1)`, because a grey image has one channel;
# - with every pixel divided by 255, the largest value of a `uint8`, so that 0 stays 0.


# %% nbgrader={"solution": "preprocess"}
def preprocess(images):
    """Make grey images ready for a convolutional layer.

    Args:
        images: array (n, height, width) of uint8; it is not changed.

    Returns:
        Array (n, height, width, 1) of float32, from 0 to 1.
    """
    ### BEGIN SOLUTION
    return images[..., np.newaxis].astype("float32") / 255
    ### END SOLUTION


# %% nbgrader={"check": "preprocess"}
check("lab10.preprocess")

# %% [markdown]
# Divide the test images in the same way as the training images, by the same number.
# A mean or a maximum *of the test images* would be knowledge that you do not have when the next image comes in.
#
# ## Exercise 2: Split off a validation set (3 points)
#
# You will look at the validation set again and again while you choose; the test set stays closed until the end.
#
# Write `split(x, y, val_fraction, seed)`.
# It returns four arrays in this order: `x_train, y_train, x_val, y_val`.
#
# - **Stratified**: of *each* class the share `val_fraction` goes to validation.
#   In the check this is a whole number for every class.
# - **Disjoint and complete**: each image is in exactly one part, with its own label.
# - **Drawn**: which images these are is drawn with the generator `np.random.default_rng(seed)`, or another one that you seed.
#   The same seed gives the same split, another seed another one.
#   The order inside a part is free.
#
# Do not use scikit-learn in this function.


# %% nbgrader={"solution": "split"}
def split(x, y, val_fraction, seed):
    """Split images and labels, class by class.

    Args:
        x: images, array (n, ...).
        y: labels, integer array (n,).
        val_fraction: the share of each class that goes to validation.
        seed: seeds the draw.

    Returns:
        x_train, y_train, x_val, y_val.
    """
    ### BEGIN SOLUTION
    rng = np.random.default_rng(seed)
    in_val = np.zeros(len(y), dtype=bool)
    for label in np.unique(y):
        places = rng.permutation(np.flatnonzero(y == label))
        in_val[places[: round(val_fraction * len(places))]] = True
    return x[~in_val], y[~in_val], x[in_val], y[in_val]
    ### END SOLUTION


# %% nbgrader={"check": "split"}
check("lab10.split")

# %% [markdown]
# The cells below have to work whatever your two functions do, so they prepare the data with two libraries: scikit-image scales, scikit-learn splits.
# `prepared` does what exercise 1 asks for.
# From here on, `x_train` and `y_train` are the images to learn from, and `x_val` and `y_val` those to choose with.
# Of MNIST's 60,000 training images, 45,000 and 6,000 are enough; of the embedded digits all are used.

# %%
from skimage.util import img_as_float32
from sklearn.model_selection import train_test_split


def prepared(images):
    """Scale grey images to 0 to 1 and give them a channel axis."""
    return np.expand_dims(img_as_float32(images), axis=-1)


x_all, x_test = prepared(data.x_train), prepared(data.x_test)
y_all, y_test = data.y_train.astype("int64"), data.y_test.astype("int64")
learn, choose = (45_000, 6_000) if data.source == "mnist" else (0.8, 0.2)
x_train, x_val, y_train, y_val = train_test_split(
    x_all, y_all, train_size=learn, test_size=choose, stratify=y_all, random_state=10
)
print(f"{len(x_train):,} to learn from, {len(x_val):,} to choose with.")

# %% [markdown]
# ## A worked example: three baselines
#
# An accuracy is high or low compared with something.
# The lowest bar is to answer always with the most frequent digit, which needs no pixel at all.
#
# The next two are networks without convolution, a linear one and one with 64 hidden units.
# They are finished, and they show **one** of the pairs of last layer and loss that belong together: the last layer gives *probabilities* (softmax), the labels are *one-hot* (a row of zeros and a single 1), and the loss is `categorical_crossentropy`.


# %%
def dense_baseline(hidden_units):
    """Build and compile a network without convolution; 0 hidden units make it linear."""
    layers = [keras.Input(shape=(28, 28, 1)), keras.layers.Flatten()]
    if hidden_units:
        layers.append(keras.layers.Dense(hidden_units, activation="relu"))
    layers.append(keras.layers.Dense(10, activation="softmax"))
    model = keras.Sequential(layers)
    model.compile("adam", loss="categorical_crossentropy", metrics=["accuracy"])
    return model


# %% [markdown]
# MNIST is large enough for few epochs and large batches; the embedded digits need more passes.
# `EPOCHS` and `BATCH_SIZE` hold for the baselines and for your network, so that the comparison is fair; `MOVED_EPOCHS` is for the last training of the lab.

# %%
from grader.training import live, watched

if data.source == "mnist":
    EPOCHS, MOVED_EPOCHS, BATCH_SIZE = 2, 5, 128
else:
    EPOCHS, MOVED_EPOCHS, BATCH_SIZE = 8, 6, 64
baselines = {
    "always the most frequent": np.mean(y_val == np.bincount(y_train).argmax())
}
watch = live("network")
for name, hidden_units in (("linear", 0), ("dense, 64 hidden units", 64)):
    keras.utils.set_random_seed(10)
    dense = dense_baseline(hidden_units)
    one_hot = keras.utils.to_categorical(y_train, 10)
    options = {"batch_size": BATCH_SIZE, "verbose": 0, "callbacks": [watch]}
    dense.fit(x_train, one_hot, epochs=EPOCHS, **options)
    baselines[name] = np.mean(dense.predict(x_val, verbose=0).argmax(axis=1) == y_val)
for name, accuracy in baselines.items():
    print(f"{name:26s} {accuracy:6.1%} of the validation images")

# %% [markdown]
# About one in ten, and then two numbers that look impressive until you know that there is no convolution in them.
# A convolutional network that ends below the last line has a bug.
#
# ## Exercise 3: Build the network (5 points)
#
# Write `build_cnn(input_shape=(28, 28, 1), num_classes=10, dropout=0.2)`.
# It returns a Keras model for images of `input_shape`, which need not be compiled:
#
# 1. a convolution with 16 filters, kernel size 5 and ReLU (strides of 1 and `valid` padding in all convolutions);
# 2. max pooling over 2x2;
# 3. a convolution with 32 filters, kernel size 3 and ReLU;
# 4. max pooling over 2x2;
# 5. a convolution with 64 filters, kernel size 3 and ReLU, and no pooling after it;
# 6. all feature maps as one vector;
# 7. a `Dropout` layer with the rate `dropout`;
# 8. a dense layer with `num_classes` units and **no activation**: these scores are called *logits*.
#
# Use the functional API, `Sequential` or a class of your own, as you like.
# With its defaults the model has 29,322 parameters.


# %% nbgrader={"solution": "build_cnn"}
def build_cnn(input_shape=(28, 28, 1), num_classes=10, dropout=0.2):
    """Build a network of three convolutions that gives one score for each class.

    Args:
        input_shape: height, width and channels of an image.
        num_classes: the number of scores.
        dropout: the share of features dropped in training.

    Returns:
        A Keras model: (n, *input_shape) -> (n, num_classes).
    """
    ### BEGIN SOLUTION
    layers = keras.layers
    inputs = keras.Input(shape=input_shape)
    x = layers.Conv2D(filters=16, kernel_size=5, activation="relu")(inputs)
    x = layers.MaxPooling2D(pool_size=2)(x)
    x = layers.Conv2D(filters=32, kernel_size=3, activation="relu")(x)
    x = layers.MaxPooling2D(pool_size=2)(x)
    x = layers.Conv2D(filters=64, kernel_size=3, activation="relu")(x)
    x = layers.Flatten()(x)
    x = layers.Dropout(rate=dropout)(x)
    return keras.Model(inputs, layers.Dense(units=num_classes)(x))
    ### END SOLUTION


# %% nbgrader={"check": "build_cnn"}
check("lab10.build_cnn")

# %% [markdown]
# Before you run the next cell, follow one image through the layers on paper: 28 pixels high, then 24, then?
# Compare with the output shapes in the table.

# %%
build_cnn().summary(line_length=70)

# %% [markdown]
# Nearly two thirds of the parameters, 18,496, sit in the third convolution.
# Still it computes the least of the three, because it stands at 9 places only: 9 x 64 x 288 = 165,888 multiplications for an image, where the first needs 24 x 24 x 16 x 25 = 230,400 and the second 460,800.
#
# ## Exercise 4: Compile it (3 points)
#
# Write `compile_model(model, learning_rate=0.001)`.
# It compiles the model in place; what it returns does not matter.
#
# - The optimizer is Adam, with this learning rate.
#   The rate may also be a Keras schedule: hand it on as it is.
# - The loss is the cross-entropy, as a mean over the batch, for a model that gives **logits** and for labels that are **plain integers**. Both differ from the worked example.
# - The metric is the share of right answers, reported under the name `accuracy`.


# %% nbgrader={"solution": "compile_model"}
def compile_model(model, learning_rate=0.001):
    """Compile a model of logits for integer labels.

    Args:
        model: a Keras model whose outputs are logits (n, classes).
        learning_rate: a number, or a Keras learning-rate schedule.
    """
    ### BEGIN SOLUTION
    model.compile(
        optimizer=keras.optimizers.Adam(learning_rate=learning_rate),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    ### END SOLUTION


# %% nbgrader={"check": "compile_model"}
check("lab10.compile_model")

# %% [markdown]
# > **Note.** Some wrong pairs shout, some whisper, one is silent.
# > Integer labels with `categorical_crossentropy` raise an error.
# > Logits taken for probabilities cost dozens of points, and the loss begins near 10 and gets stuck near 2.3, the logarithm of ten: all answers have become equally likely.
# > But a softmax *and* `from_logits=True` together train just as well: Keras finds the softmax, uses what went into it, and only warns.
# > Accuracy alone cannot tell you whether your program means what it says.
#
# ## Exercise 5: Two rituals before you train (2 points)
#
# **The first loss.** An untrained network should find all classes about equally likely.
# Its loss is then close to the logarithm of their number, for ten classes 2.303.
# A first loss far above means that the inputs or the last layer are on the wrong scale.
#
# **Overfit on purpose.** A network that cannot memorise 64 images will not learn 60,000.
# If its loss does not fall to nearly 0, look for a bug and not for better settings.
#
# Finish `overfit(model, x, y, epochs)`, which does both.
# The model comes compiled, and the first measurement is written already.
# Train on all images **in one single batch**, for `epochs` epochs; measure the loss on the same images again; return both losses, the one before first.


# %% nbgrader={"solution": "overfit"}
def overfit(model, x, y, epochs):
    """Measure the loss on a few images, memorise them, and measure it again.

    Args:
        model: a compiled Keras model.
        x, y: a few images and their labels.
        epochs: how often the images are shown.

    Returns:
        The loss before and the loss after, two numbers.
    """
    before = model.evaluate(x, y, verbose=0, return_dict=True)["loss"]
    ### BEGIN SOLUTION
    model.fit(x, y, batch_size=len(x), epochs=epochs, verbose=0)
    after = model.evaluate(x, y, verbose=0, return_dict=True)["loss"]
    return before, after
    ### END SOLUTION


# %% nbgrader={"check": "overfit"}
check("lab10.overfit")

# %% [markdown]
# Now perform the rituals on your own network, without dropout, with 64 images.
# After that, measure the first loss once more, with images that somebody forgot to scale.

# %%
keras.utils.set_random_seed(10)
small = build_cnn(dropout=0.0)
compile_model(small, learning_rate=0.01)
unscaled = small.evaluate(255 * x_train[:64], y_train[:64], verbose=0)[0]
before, after = overfit(small, x_train[:64], y_train[:64], epochs=30)
print(f"first loss {before:.3f}, ln(10) = {np.log(10):.3f}, after 30 steps {after:.3f}")
print(f"first loss with images that are not scaled: {unscaled:.1f}")

# %% [markdown]
# The scaled images pass both rituals: the first loss is within 0.15 of ln(10), and the last is close to 0.
# With images that are not scaled, the *first* loss gives the bug away at once.
# Later it is hard to see: Adam adapts its steps to any scale, and the accuracy at the end is a little worse or just as good.
#
# ## Exercise 6: Train and validate (3 points)
#
# Write `train(model, x_train, y_train, x_val, y_val, epochs, batch_size)`.
# The model comes compiled, the images preprocessed.
#
# - It learns from all training images, in each epoch once, in batches of `batch_size`, and from nothing else.
# - The images are shuffled: the training images of the check are sorted by label, and no epoch may show them in this order.
# - After each epoch the model is measured on the validation images.
# - It returns a dictionary with the keys `loss`, `accuracy`, `val_loss` and `val_accuracy`; under each key is a list with one number for each epoch.
#   `fit` makes such a dictionary for you.


# %% nbgrader={"solution": "train"}
def train(model, x_train, y_train, x_val, y_val, epochs, batch_size):
    """Train a compiled model and validate it after each epoch.

    Args:
        model: a compiled Keras model with the metric accuracy.
        x_train, y_train: images and labels to learn from.
        x_val, y_val: images and labels to measure with.
        epochs: how often each training image is shown.
        batch_size: images for one step.

    Returns:
        A dictionary: loss, accuracy, val_loss, val_accuracy -> a number for each epoch.
    """
    ### BEGIN SOLUTION
    history = model.fit(
        x_train,
        y_train,
        validation_data=(x_val, y_val),
        epochs=epochs,
        batch_size=batch_size,
        shuffle=True,
        verbose=0,
    )
    return history.history
    ### END SOLUTION


# %% nbgrader={"check": "train"}
check("lab10.train")

# %% [markdown]
# The check counted which images your model was shown, in which order, and whether it was learning at that moment.
#
# ## Exercise 7: Report more than one number (3 points)
#
# Write `evaluate_report(logits, labels)` for two NumPy arrays.
# It returns a dictionary:
#
# - `loss`: the mean cross-entropy.
#   The probability of a class is the softmax of the logits, the loss of an image is minus the natural logarithm of its label's probability.
#   It has to work for logits of 1,200 as well.
# - `accuracy`: the share of images whose largest logit is the one of their label.
# - `majority`: the accuracy of always answering with the label that is the most frequent one in `labels`.
# - `per_class`: an array with one number for each class (each column of `logits`): of the images with this label, the share that is right; `np.nan` for a class without images.


# %% nbgrader={"solution": "evaluate_report"}
def evaluate_report(logits, labels):
    """Report how good the scores of a model are.

    Args:
        logits: array (n, classes), the scores.
        labels: integer array (n,).

    Returns:
        A dictionary: loss, accuracy and majority are numbers, per_class is an array
        (classes,).
    """
    ### BEGIN SOLUTION
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_probs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    right = logits.argmax(axis=1) == labels
    classes = logits.shape[1]
    counts = np.bincount(labels, minlength=classes)
    hits = np.bincount(labels[right], minlength=classes)
    with np.errstate(invalid="ignore"):
        per_class = hits / counts
    return {
        "loss": -log_probs[np.arange(len(labels)), labels].mean(),
        "accuracy": right.mean(),
        "majority": counts.max() / len(labels),
        "per_class": per_class,
    }
    ### END SOLUTION


# %% nbgrader={"check": "evaluate_report"}
check("lab10.evaluate_report")

# %% [markdown]
# ## The real run
#
# All parts are there: now put your own together.
#
# The next cell looks whether the three parts have passed their checks.
# If one of them has not, it says so and takes a part of the lab's own, so that you can go on; the points stay what they are.

# %%
from grader import yours_or_given

parts = yours_or_given("lab10", "build_cnn", "compile_model", "train")

# %% [markdown]
# ## Find the learning rate in a few batches
#
# How large may a step be?
# Ask the network: give it a batch with a tiny learning rate, the next one with a rate that is a little larger, and so on, and note the loss of each batch before its step.
# That takes seconds, and the network is thrown away afterwards.
#
# For this, and for a second look below, the network is compiled like the baselines: a softmax after its logits, and one-hot labels.
#
# Expect three parts: nothing happens, the loss falls, the loss breaks out.


# %%
def like_the_baselines(*layers):
    """Compile a network that ends in logits as the baselines: softmax, one-hot labels."""
    network = keras.Sequential([*layers, keras.layers.Softmax()])
    network.compile("adam", loss="categorical_crossentropy", metrics=["accuracy"])
    return network


def sweep(network, rates, batch_size=64):
    """Train with one batch for each learning rate; return the loss before each step."""
    losses = []
    for number, rate in enumerate(rates):
        places = np.arange(number * batch_size, (number + 1) * batch_size)
        places %= len(x_train)
        network.optimizer.learning_rate = rate
        network.reset_metrics()
        logs = network.train_on_batch(
            x_train[places], one_hot[places], return_dict=True
        )
        losses.append(float(logs["loss"]))
    return losses


keras.utils.set_random_seed(10)
thrown_away = like_the_baselines(parts.build_cnn())
rates = np.geomspace(1e-5, 1, 80)
sweep_losses = sweep(thrown_away, rates)

PEAK = 0.01
figure, axis = plt.subplots(figsize=(6, 3), layout="constrained")
axis.plot(rates, sweep_losses, ".-", color="#0072B2")
axis.axhline(np.log(10), color="0.5", linestyle=":", label="nothing learned, ln(10)")
axis.axvline(PEAK, color="#D55E00", linestyle="--", label=f"chosen: {PEAK}")
axis.set(xscale="log", yscale="log", xlabel="learning rate", ylabel="loss of the batch")
_ = axis.legend(loc="upper left", fontsize=10)

# %% [markdown]
# *Picture in words:* the loss over a learning rate that grows from 0.00001 to 1, both axes logarithmic; at first it stays at the dotted line of 2.3, then it falls, and near the right end it jumps to many times that.
#
# The rate at which the loss is lowest is too large already: a little more, and it breaks out.
# Choose one well below it, where the loss falls fast: the dashed line stands at 0.01.
#
# No rate is right from the first step to the last.
# So take a schedule: it rises for the first quarter of the steps, so that the fresh weights are not thrown about, and then falls along a cosine to 0, so that the last steps only polish.
# This reaches in few epochs what a fixed rate needs many for.


# %%
def one_cycle(num_images, epochs, batch_size, peak=PEAK):
    """Give a learning rate that rises for a quarter of the steps and falls to 0."""
    steps = -(-num_images // batch_size) * epochs
    warmup = steps // 4
    return keras.optimizers.schedules.CosineDecay(
        initial_learning_rate=peak / 10,
        decay_steps=steps - warmup,
        warmup_target=peak,
        warmup_steps=warmup,
    )


# %% [markdown]
# Train with the same epochs and batches as the baselines.
# `watched` shows below the cell how far it is, if your `train` uses `fit`.

# %%
import time

keras.utils.set_random_seed(10)
model = watched(parts.build_cnn())
parts.compile_model(model, one_cycle(len(x_train), EPOCHS, BATCH_SIZE))
started = time.perf_counter()
history = parts.train(model, x_train, y_train, x_val, y_val, EPOCHS, BATCH_SIZE)
print(f"{EPOCHS} epochs took {time.perf_counter() - started:.0f} seconds.")
print(f"{history['val_accuracy'][-1]:.2%} of the validation images are right.")

# %% [markdown]
# ## What dropout drops
#
# Your network has a `Dropout` layer.
# In training it sets each value to 0 with the probability `rate`, drawn anew for every image in every step, and multiplies those that stay by 1 / (1 - rate), so that their mean stays what it is.
# In use it does nothing.
#
# Look at it: ten ones, twice in training and once in use.

# %%
half = keras.layers.Dropout(rate=0.5, seed=10)
ones = np.ones((1, 10), dtype="float32")
for when, is_training in (("training", True), ("training", True), ("use", False)):
    print(f"in {when:8s}", np.asarray(half(ones, training=is_training))[0])

# %% [markdown]
# Ones and zeros become twos and zeros, other ones each time; in use all are 1.
# A feature that may be missing in the next step is one that the others cannot rely on, so the network has to spread what it knows.
#
# ## Stop in time, and keep the best
#
# What is it good for?
# Take only 200 training images, for which a network of this size is far too large, and train three times: without dropout, with half of the features dropped, and with images that are new each time.
#
# For the third, Keras has layers that move and turn images in training and, like `Dropout`, do nothing in use: `RandomTranslation` by up to 2 of 28 pixels, and `RandomRotation` by up to 10 degrees.
# `fill_mode="constant"` lets black come in at the border; the default would mirror the digit there.
#
# How long should each of them train?
# Nobody knows beforehand, so a callback decides: `EarlyStopping` looks at the validation loss after each epoch, stops when it has not reached a new low for `patience` epochs, and puts the weights of the best epoch back.

# %%
augmentation = keras.Sequential(
    [
        keras.layers.RandomTranslation(2 / 28, 2 / 28, fill_mode="constant"),
        keras.layers.RandomRotation(10 / 360, fill_mode="constant"),
    ]
)
one_hot_val = keras.utils.to_categorical(y_val, 10)


def with_few(name, dropout, *layers):
    """Train a network with 200 images until validation gets no better; tell how it went."""
    keras.utils.set_random_seed(10)
    network = like_the_baselines(*layers, parts.build_cnn(dropout=dropout))
    network.optimizer.learning_rate = 0.002
    stop = keras.callbacks.EarlyStopping(
        monitor="val_loss", patience=4, restore_best_weights=True
    )
    told = network.fit(
        x_train[:200],
        one_hot[:200],
        validation_data=(x_val[:2000], one_hot_val[:2000]),
        epochs=40,
        batch_size=50,
        verbose=0,
        callbacks=[stop, live(name)],
    ).history
    seen = network.evaluate(x_train[:200], one_hot[:200], verbose=0, return_dict=True)
    best = np.argmin(told["val_loss"])
    print(
        f"{name:18s} best epoch {best + 1:2d} of {len(told['loss']):2d}; "
        f"loss on the 200 {seen['loss']:.3f}, on new images {told['val_loss'][best]:.3f}"
    )
    return told


few = {
    "no dropout": with_few("no dropout", 0.0),
    "dropout 0.5": with_few("dropout 0.5", 0.5),
    "moved and turned": with_few("moved and turned", 0.0, augmentation),
}

# %% [markdown]
# The validation losses as curves, with a mark at the epoch whose weights were kept.

# %%
figure, axis = plt.subplots(figsize=(6, 3.2), layout="constrained")
lines = ((":", "0.5", "^"), ("--", "#D55E00", "s"), ("-", "#0072B2", "o"))
for (name, told), (style, colour, marker) in zip(few.items(), lines, strict=True):
    losses = np.array(told["val_loss"])
    best = losses.argmin()
    epochs = np.arange(1, len(losses) + 1)
    axis.plot(epochs, losses, style, color=colour)
    axis.plot(best + 1, losses[best], marker, color=colour, ms=9)
    axis.plot([], [], style, marker=marker, color=colour, label=name)
axis.set(xlabel="epoch", ylabel="validation loss", yscale="log")
axis.set_yticks([0.2, 0.5, 1, 2], labels=["0.2", "0.5", "1", "2"])
axis.minorticks_off()
_ = axis.legend(fontsize=10)

# %% [markdown]
# *Picture in words:* three falling curves on a logarithmic scale, each with a mark at its lowest point; the mark of the network without dropout lies highest, that with moved and turned images lowest.
#
# New images cost each of the networks more than the 200 that it has seen: the gap between the two losses in a printed line is the *overfitting*.
# What counts is the second number: it is lower with dropout, and lower still with images that are new each time, of which nothing can be learned by heart.
# One training each is a small sample, so change the seed and run the cell again: in all of three seeds, with either kind of digits, the order was the same.
#
# After the mark a network only gets better at what it has seen.
# `restore_best_weights` is what makes stopping safe: without it you keep the weights of the last epoch, `patience` epochs after the best one.
#
# ## Show it moved digits
#
# You have just seen what new images do for a network with few; now give them to the one that learned from all.
# Keras's layers move each image by a step of its own, also by parts of a pixel, and have to compute every pixel anew.
# Whole pixels are cheaper: `moved` only cuts another window out of a larger frame.
# `moved_at_random` cuts the images into 50 groups by lot and moves each group by a step of its own, up to 2 pixels in both directions.


# %%
def moved(images, dx, dy=0):
    """Move images dx pixels to the right and dy down; what comes in is background."""
    padded = np.pad(images, ((0, 0), (8, 8), (8, 8), (0, 0)))
    return padded[:, 8 - dy : 36 - dy, 8 - dx : 36 - dx]


def moved_at_random(images, rng):
    """Move each image by up to 2 pixels, in groups that are drawn."""
    result = np.empty_like(images)
    for group in np.array_split(rng.permutation(len(images)), 50):
        result[group] = moved(images[group], *rng.integers(-2, 3, size=2))
    return result


# %% [markdown]
# Look at both ways, and measure them: expect the same eight digits in each row, shifted or turned a little.

# %%
from timeit import timeit

translation, rotation = augmentation.layers
ways = {
    "as they are": lambda images: images,
    "moved_at_random": lambda images: moved_at_random(images, np.random.default_rng(4)),
    "RandomTranslation": lambda images: translation(images, training=True),
    "RandomRotation": lambda images: rotation(images, training=True),
}
figure, axes = plt.subplots(4, 8, figsize=(7, 4), layout="constrained")
for row, (name, way) in zip(axes, ways.items(), strict=True):
    for axis, image in zip(row, np.asarray(way(x_train[:8])), strict=True):
        axis.imshow(image[..., 0], cmap="gray_r", vmin=0, vmax=1)
        axis.set(xticks=[], yticks=[])
    row[0].set_ylabel(name, rotation=0, ha="right", va="center")
    seconds = timeit(lambda way=way: way(x_train[:1000]), number=5) / 5
    print(f"{name:18s} {1000 * seconds:6.1f} ms for 1,000 images")

# %% [markdown]
# *Picture in words:* four rows of the same eight digits: as they are, moved by whole pixels, moved by parts of a pixel, turned by a few degrees.
#
# Each of them is still the same digit, which is the only thing that makes it a training image.
# Half a turn would not do: it makes a 9 of a 6.

# %% [markdown]
# Now copy your network and let the copy go on learning, from moved digits.
# Before each epoch all training images are moved anew, so it seldom sees the same image twice.
# Only *training* images are moved: validation and test images stay what they are.
# The steps are smaller this time, because the copy knows a lot already.
#
# An epoch takes about as long as one of the training before.

# %%
keras.utils.set_random_seed(10)
rng = np.random.default_rng(10)
robust = watched(parts.build_cnn(), epochs=MOVED_EPOCHS)
robust.set_weights(model.get_weights())
schedule = one_cycle(len(x_train), MOVED_EPOCHS, BATCH_SIZE, peak=0.006)
parts.compile_model(robust, schedule)
robust_history = {}
for _ in range(MOVED_EPOCHS):
    x_moved = moved_at_random(x_train, rng)
    epoch = parts.train(robust, x_moved, y_train, x_val, y_val, 1, BATCH_SIZE)
    for key, values in epoch.items():
        robust_history[key] = robust_history.get(key, []) + list(values)
print(f"{robust_history['val_accuracy'][-1]:.2%} of the validation images are right.")

# %% [markdown]
# Look at the curves before you trust any single number.
# Expect all losses to fall, and watch the distance between training and validation.


# %%
def plot_histories(histories):
    """Draw the losses and the validation accuracy of trainings that follow each other."""
    _, (left, right) = plt.subplots(1, 2, figsize=(8, 3), layout="constrained")
    styles = (("s", "#D55E00"), ("o", "#0072B2"))
    done = 0
    for (name, values), (marker, colour) in zip(histories.items(), styles, strict=True):
        epochs = np.arange(done + 1, done + 1 + len(values["loss"]))
        done = epochs[-1]
        line = {"marker": marker, "color": colour}
        left.plot(epochs, values["loss"], "-", **line)
        left.plot(epochs, values["val_loss"], ":", **line)
        right.plot(epochs, values["val_accuracy"], ":", label=name, **line)
    ticks = range(2, done + 1, 2)
    left.set(xlabel="epoch", ylabel="loss", yscale="log", xticks=ticks)
    right.set(xlabel="epoch", ylabel="validation accuracy", xticks=ticks)
    right.axhline(baselines["dense, 64 hidden units"], color="0.5", label="dense, 64")
    for name, style in (("training", "-"), ("validation", ":")):
        left.plot([], [], style, color="0.5", label=name)
    left.legend(loc="upper right", fontsize=10)
    right.legend(loc="lower right", fontsize=10)


plot_histories({"digits as they are": history, "moved digits": robust_history})

# %% [markdown]
# *Picture in words:* on the left falling losses on a logarithmic scale, training solid and validation dotted, first those of your network, then those of its copy; on the right the validation accuracies, which end above the grey line of the dense network.
#
# A training loss *above* the validation loss is no mistake: it is averaged over an epoch in which the network was still getting better, with dropout on, and for the copy on images that are harder than those of the validation set.
# The copy's curves begin with a step back: the learning rate rises once more, and the digits are new.
# Overfitting looks different: a training loss that goes on falling while the validation loss stands still or turns upward.
# With the few embedded digits the last epochs of your first network show the beginning of it.
#
# ## Let the validation set choose
#
# You have two networks and may report one.
# That is what the validation images are for.
# With MNIST the copy should win; with the 289 embedded validation images one digit more or less can decide.

# %%
final = {
    "digits as they are": history["val_accuracy"][-1],
    "moved digits": robust_history["val_accuracy"][-1],
}
for name, accuracy in final.items():
    print(f"{name:18s} {accuracy:.2%} of the validation images")
chosen = robust if final["moved digits"] >= final["digits as they are"] else model
print("chosen:", "the copy" if chosen is robust else "the first network")

# %% [markdown]
# ## Exercise 8: Classify raw images (2 points)
#
# A network that is trained gives scores for preprocessed images; who uses it wants digits for images as they come from the file.
#
# Write `classify(model, images)`.
# It takes a Keras model that gives logits, like yours, and `uint8` images `(n, height, width)`; it returns the digits, an array `(n,)`.
#
# The model was trained on preprocessed images.
# Use `prepared` from above, or your `preprocess`; the check brings small networks of its own, so it does not matter here how well yours has learned.


# %% nbgrader={"solution": "classify"}
def classify(model, images):
    """Read digits with a trained model.

    Args:
        model: a Keras model: (n, height, width, 1) from 0 to 1 -> logits (n, 10).
        images: array (n, height, width) of uint8.

    Returns:
        Array (n,), the digit in each image.
    """
    ### BEGIN SOLUTION
    return model.predict(prepared(images), verbose=0).argmax(axis=1)
    ### END SOLUTION


# %% nbgrader={"check": "classify"}
check("lab10.classify")

# %% [markdown]
# ## Open the test set, once
#
# You have chosen everything with the validation set.
# So this number is an honest estimate of what the next digits will bring, and you get it once: if you now changed the network because of it, it would become one more validation set.
#
# scikit-learn counts here what your `evaluate_report` counts; it calls the share of a class that is right its *recall*.

# %%
from sklearn.metrics import accuracy_score, recall_score

test_logits = chosen.predict(x_test, batch_size=500, verbose=0)
answers = test_logits.argmax(axis=1)
print(f"test accuracy {accuracy_score(y_test, answers):.2%}")
frequent = np.bincount(y_train).argmax()
print(f"always the most frequent digit: {np.mean(y_test == frequent):.2%}")
for digit, share in enumerate(recall_score(y_test, answers, average=None)):
    print(f"  of the {digit}s {share:.1%} are right")

# %% [markdown]
# The overall accuracy hides that the digits are not equally hard: find your worst class in the list.
# Now look at the images themselves.
# Expect the eight wrong answers that the network is most sure of, or all of them if there are fewer.

# %%
confidence = keras.ops.convert_to_numpy(keras.ops.softmax(test_logits)).max(axis=1)
wrong = np.flatnonzero(answers != y_test)
wrong = wrong[np.argsort(-confidence[wrong])][:8]
figure, axes = plt.subplots(1, 8, figsize=(10, 1.7), layout="constrained")
for axis in axes:
    axis.axis("off")
for axis, place in zip(axes, wrong, strict=False):
    axis.imshow(x_test[place, ..., 0], cmap="gray_r")
    axis.set_title(f"{y_test[place]}, read as {answers[place]}", fontsize=11)

# %% [markdown]
# *Picture in words:* up to eight handwritten digits in a row, each with its label and the network's answer above it.
#
# Read them yourself before you blame the network.
# Some are ambiguous, a few you may read as the network does; others are plain to you, and those are the interesting ones.
#
# ## Explore: how far does a digit have to move?
#
# The lecture says that pooling lets a network find patterns regardless of their location.
# Move digits to the right, pixel by pixel, and see.
# The test set stays closed from now on, so these are the validation images.
#
# Compare three networks: the dense baseline, your network, and its copy that went on with moved digits.
# Expect all to be good in place, and to fall at different speeds.

# %%
shifts = range(6)
curves = {}
networks = {"dense, 64": dense, "CNN": model, "CNN, moved digits": robust}
for name, network in networks.items():
    curves[name] = []
    for dx in shifts:
        scores = network(moved(x_val[:2000], dx), training=False)
        curves[name].append(np.mean(np.argmax(scores, axis=1) == y_val[:2000]))
    print(f"{name:22s}", " ".join(f"{accuracy:6.1%}" for accuracy in curves[name]))

# %% [markdown]
# Each column of the table is one pixel further to the right.
# The same numbers as a picture:

# %%
styles = (("^:", "0.5"), ("s--", "#D55E00"), ("o-", "#0072B2"))
figure, axis = plt.subplots(figsize=(6, 3.4), layout="constrained")
for (name, accuracies), (style, colour) in zip(curves.items(), styles, strict=True):
    axis.plot(shifts, accuracies, style, color=colour, label=name)
axis.set(xlabel="moved to the right (pixels)", ylabel="accuracy", ylim=(0, 1.02))
_ = axis.legend(loc="lower left")

# %% [markdown]
# *Picture in words:* three falling curves over the shift from 0 to 5 pixels; the dense network falls first, the convolutional network a pixel or two later, and its copy trained on moved digits stays high for longest.
#
# "Regardless of their location" holds for a pixel or two.
# Two poolings forgive small moves; beyond that, the dense layer at the end reads features at *places*, and those have changed.
# Showing moved digits helps beyond that, and again not for ever: the copy saw moves of 2 pixels, and beyond them its curve falls too, with the small embedded digits much sooner than with MNIST.
# Which helped more at 2 pixels, the step from the dense network to the convolutional one or the moved digits?
# Read it from your own table.
#
# Try single digits.
# The function below moves one validation digit and draws what your first network makes of it.


# %%
def show_answer(number=0, dx=0, dy=0):
    """Draw a moved validation digit and the probability of each answer."""
    image = moved(x_val[number : number + 1], dx, dy)
    probabilities = keras.ops.softmax(model(image, training=False))[0]
    _, (left, right) = plt.subplots(1, 2, figsize=(6.5, 2.6), layout="constrained")
    left.imshow(image[0, ..., 0], cmap="gray_r")
    left.set(title=f"a {y_val[number]}, moved by ({dx}, {dy})", xticks=[], yticks=[])
    right.bar(range(10), keras.ops.convert_to_numpy(probabilities), color="#0072B2")
    right.set(xlabel="digit", ylabel="probability", ylim=(0, 1), xticks=range(10))
    plt.show()


show_answer(number=3, dx=4)

# %% [markdown]
# *Picture in words:* on the left a digit pushed towards the right edge, on the right ten bars with the probabilities of the answers 0 to 9.
#
# With sliders you can look for the move at which the answer tips over.
# Watch how sure of itself the network is one pixel before that, and how sure it is of the wrong answer.

# %%
sliders(show_answer, number=(0, 99), dx=(-6, 6), dy=(-6, 6))

# %% [markdown]
# ## Explain (2 points)
#
# A friend trains for 30 epochs, measures the test accuracy after each, keeps the epoch with the best one, and reports this accuracy as the result.
#
# In three or four sentences: what is wrong, is the reported number rather too high or too low, and what should the friend do instead?

# %% [markdown] nbgrader={"written": "explain", "points": 2}
# ### BEGIN SOLUTION
# The friend uses the test images to choose the number of epochs, so they have helped to make the model and cannot judge it any more.
# The reported number is rather too high: of 30 accuracies that also vary by chance, the friend picks the luckiest.
# Instead, the epoch should be chosen with a validation set that was split off the training images.
# The test set is then opened once, for the chosen model, and this one number is reported whatever it is.
#
# **What counts:**
#
# - The test images were used to choose the epoch, so they are no test any more.
# - The number is too high: it is the luckiest of 30 that vary by chance.
# - Choose with a validation set that was split off the training images, and open the test set once, for the chosen model.
# ### END SOLUTION

# %% [markdown]
# Once you have written at least two sentences, save the notebook and run this cell: it shows what counts in an answer.

# %%
from grader import compare

compare("lab10.explain")

# %% [markdown]
# ## Recap
#
# This cell shows where you stand, and which checks did not pass.

# %%
from grader import progress

progress("lab10")

# %% [markdown]
# Here are your own numbers once more, beside your predictions.

# %%
print("your predictions:", globals().get("predictions", "none"))
print(f"first loss of an untrained network: about {np.log(10):.3f}")
print(f"parameters: {model.count_params():,}, dense network {dense.count_params():,}")
print(
    f"moved by 2 pixels: {curves['CNN'][2]:.1%} right, in place {curves['CNN'][0]:.1%}"
)
results = baselines | {
    "CNN": history["val_accuracy"][-1],
    "CNN, moved digits": robust_history["val_accuracy"][-1],
}
for name, accuracy in results.items():
    print(f"{name:26s} {accuracy:6.1%} of the validation images")

# %% [markdown]
# - **Worth it?** Your network beats the dense one with little more than half of its parameters.
#   It computes more for each image, which is what labs 01 and 08 said.
# - **Each step contributes**, and each can be wrong without a crash: scaling, splitting, the pair of last layer and loss, shuffling.
#   That is what the rituals and the baselines are for.
# - **"Regardless of location"** is a promise for small moves.
#   Your own curve says how small.
#
# ## On your own
#
# No points here, only fun:
#
# - Sort the training images by label and train with `shuffle=False`.
#   Which digit does the network answer?
# - Set the learning rate to 0.1, then to 0.00001.
#   Look at the curves, not only at the last accuracy.
# - Compile once more with `jit_compile=True` and measure the seconds of the first and of the second epoch.
# - In the course folder, `python benchmarks/mnist_cnn.py` runs your kind of network against the well-known Keras example on the full MNIST, epoch by epoch, and says how long each of them takes to 99 %. It trains as this lab does; two such runs ended at 99.34 % and 99.39 % of the test images.
#
# **Next:** lab 11 looks inside the trained network and asks what its filters have learned.
