# %% [markdown]
# # Hand your network over to TensorFlow and Keras
#
# **What you'll do.** Say everything you have built in NumPy once more, in `tf.nn` and in Keras, and write what belongs around the layers: a loss, a data set, a file.
#
# **What you'll learn.**
#
# - That a Keras layer is your own function and its weights, tied together.
# - How layers become a network: one after another, or in branches.
# - Which loss belongs to which last layer, and why accuracy does not tell you if you got it wrong.
# - In which order a data set has to be shuffled and batched.
#
# **What you'll need.** Labs 05 to 08, and an hour.
#
# **The lecture** says that TensorFlow has a layer for each of these ideas, and that a complete network is a sequence of the new layers followed by the traditional one.
# Is such a layer really what you built by hand?
# And does it matter what stands around it?

# %% [markdown]
# ## Predict first (1 point)
#
# Replace the line below with `predictions = [..., ..., ...]`, three numbers of your own:
#
# 1. LeNet-5 has two convolutional and three dense layers.
#    How many percent of its parameters are in the dense ones?
# 2. The loss of an image is minus the natural logarithm of the probability that the network gives to the right digit.
#    Somebody puts *two* softmax layers behind each other, and trains until the network is right and as sure as it can be, on all ten digits.
#    What is the loss then?
# 3. NumPy computes a convolution with float64, TensorFlow the same one with float32.
#    To how many digits do the results agree?

# %% nbgrader={"solution": "predictions"}
### BEGIN SOLUTION
predictions = [60, 0, 10]
### END SOLUTION

# %% [markdown]
# Any three numbers pass.
# You meet them again in the recap.

# %% nbgrader={"check": "predictions"}
from grader import check, sliders

check("lab09.predictions")

# %% [markdown]
# ## A worked example: a dense layer, three times
#
# Five inputs of eight numbers, three units.
# In NumPy this is one line.
#
# In **TensorFlow** it is one line as well, but all arrays have to be of one type, and float32 is the type that networks use.
#
# In **Keras** the weights belong to a layer.
# A new layer has none; `build` makes them, once it is known how many numbers come in, and `set_weights` replaces the random ones.

# %%
import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

plt.style.use("grader.labs")

rng = np.random.default_rng(9)
inputs = rng.uniform(-1, 1, (5, 8))
weights, bias = rng.uniform(-1, 1, (8, 3)), np.array([10.0, 20.0, 30.0])

by_numpy = inputs @ weights + bias

single = [tf.cast(array, tf.float32) for array in (inputs, weights, bias)]
by_tensorflow = tf.matmul(single[0], single[1]) + single[2]

dense = keras.layers.Dense(units=3)
dense.build((None, 8))
dense.set_weights([weights, bias])
by_keras = dense(inputs)

# %% [markdown]
# The three should be equal but for rounding.
# `np.asarray` makes NumPy arrays of TensorFlow's results.

# %%
for name, result in (("tf.matmul", by_tensorflow), ("Dense", by_keras)):
    distance = np.abs(np.asarray(result) - by_numpy).max()
    print(f"{name:10s} differs from NumPy by at most {distance:.1e}")

# %% [markdown]
# A millionth, in numbers around 30.
# So the layer *is* the line of NumPy, and something that holds its weights: Keras can count them, train them and save them.
#
# ## Exercise 1: Your convolution as tf.nn (3 points)
#
# Write `conv_as_tf_nn(x, W, b, stride=(1, 1), padding="valid")`, the function of lab 06, in a line or three of TensorFlow.
# The work is done by `tf.nn.conv2d(input, filters, strides, padding)`:
#
# | argument | is |
# | --- | --- |
# | `input` | pictures (N, H, W, C), as in your labs |
# | `filters` | (kh, kw, C, F), as in your labs |
# | `strides` | a list of two numbers, down and across |
# | `padding` | `"VALID"` or `"SAME"` in capitals |
#
# `x` may hold whole numbers, float32 or float64.
# Convert what you use to float32, and do not forget the biases, which `tf.nn.conv2d` does not know.
# Return a tensor or an array, as you like.
#
# 2 points are for `"valid"`, 1 is for `"same"`.


# %% nbgrader={"solution": "conv_as_tf_nn"}
def conv_as_tf_nn(x, W, b, stride=(1, 1), padding="valid"):
    """Compute the feature maps of a convolutional layer, without an activation.

    Args:
        x: pictures, (N, H, W, C), of whole or decimal numbers.
        W, b: filters, (kh, kw, C, F), and their biases, (F,).
        stride: (down, across), in pixels.
        padding: "valid" or "same".

    Returns:
        Feature maps, (N, H', W', F).
    """
    ### BEGIN SOLUTION
    x, W, b = (tf.cast(array, tf.float32) for array in (x, W, b))
    return tf.nn.conv2d(x, W, strides=list(stride), padding=padding.upper()) + b
    ### END SOLUTION


# %% nbgrader={"check": "conv_as_tf_nn"}
check("lab09.conv_as_tf_nn")

# %% [markdown]
# The check computed the right maps with SciPy: another program, by other people, and the same numbers.
#
# ## How equal is equal?
#
# A float32 holds about seven digits.
# Does a long sum lose more of them?
# The next cell convolves with 3x3 filters on 1 to 1,024 channels, in float32 with TensorFlow and in float64 with NumPy, and compares.
# The dotted line is the error of a single number that is rounded to float32.
# Expect errors above this line, and a rise to the right: how steep?

# %%
channels = 2 ** np.arange(11)
errors = []
for depth in channels:
    x = rng.uniform(-1, 1, (1, 12, 12, depth))
    W = rng.uniform(-1, 1, (3, 3, depth, 4))
    windows = np.lib.stride_tricks.sliding_window_view(x[0], (3, 3, depth))[:, :, 0]
    exact = np.tensordot(windows, W, axes=3)
    maps = tf.nn.conv2d(x.astype("float32"), W.astype("float32"), 1, "VALID")[0]
    errors.append(np.abs(maps - exact).max() / np.abs(exact).max())

figure, axes = plt.subplots(figsize=(6, 3), layout="constrained")
axes.loglog(channels, errors, "o-", color="#0072B2", base=10)
axes.axhline(2.0**-24, color="0.5", linestyle=":")
axes.set(xlabel="channels", ylabel="largest error / largest value", ylim=(1e-8, 1e-5))
_ = axes.text(1000, 2.0**-25, "one number rounded", ha="right", va="center")
digits_agreeing = -np.log10(errors[4])
print(f"With 16 channels they agree to {digits_agreeing:.1f} digits.")

# %% [markdown]
# *Picture in words:* on logarithmic axes a line of dots that begins at about 0.0000001, just above the dotted line, and rises slowly to about 0.000002 at 1,024 channels.
#
# Errors of a sum partly cancel, so a thousand times more terms cost about one digit and not three.
# That is why your results are compared with a tolerance, and why a result that differs in the *fourth* digit is not rounding but a mistake.
#
# ## Exercise 2: A layer from your numbers (2 points)
#
# Finish `build_layer_from_numpy(W, b)`.
# It returns a Keras layer that owns these numbers:
#
# - If `W` has two axes (values in, units), a `Dense` layer.
#   This part is written.
# - If `W` has four axes (kh, kw, C, F), a `Conv2D` layer with stride 1, no padding and no activation.
#   Make it and build it; the last two lines hold for both.
#
# The shape that a convolution is built for has four entries.
# What does not matter to the weights may be `None`: how many pictures, how high, how wide.
# `keras.layers.Conv2D` takes the number of filters and then `kernel_size`, a pair (height, width).


# %% nbgrader={"solution": "build_layer_from_numpy"}
def build_layer_from_numpy(W, b):
    """Make a Keras layer that holds the given weights.

    Args:
        W: (values in, units) for a dense layer, (kh, kw, C, F) for a convolution.
        b: one bias for each unit or filter.

    Returns:
        A Keras layer without an activation.
    """
    if W.ndim == 2:
        layer = keras.layers.Dense(units=W.shape[1])
        layer.build((None, W.shape[0]))
    else:
        ### BEGIN SOLUTION
        kh, kw, c_in, filters = W.shape
        layer = keras.layers.Conv2D(filters=filters, kernel_size=(kh, kw))
        layer.build((None, None, None, c_in))
        ### END SOLUTION
    layer.set_weights([W, b])
    return layer


# %% nbgrader={"check": "build_layer_from_numpy"}
check("lab09.build_layer_from_numpy")

# %% [markdown]
# ## Put edges into a layer
#
# A layer does not care where its numbers come from.
# Take the edge filters of lab 03: brighter below, brighter above, brighter right, brighter left.
# First some digits to try them on; 1,500 images are enough for this lab.

# %%
from skimage.util import img_as_float32

from grader import digits

data = digits.load(limit=1500)
images = np.expand_dims(img_as_float32(data.x_train), axis=-1)
labels = data.y_train.astype("int64")

# %% [markdown]
# Now the layer, inside a model of its own, followed by ReLU.
# Each panel should light up along one side of the strokes only.

# %%
sobel = np.array([[-1, -2, -1], [0, 0, 0], [1, 2, 1]], dtype="float32")
four_edges = np.stack([sobel, -sobel, sobel.T, -sobel.T], axis=-1)[:, :, np.newaxis]
edge_model = keras.Sequential(
    [keras.Input(shape=(28, 28, 1)), keras.layers.Conv2D(4, 3, activation="relu")]
)
edge_model.set_weights([four_edges, np.zeros(4)])
number = int(np.flatnonzero(labels == 0)[0])
maps = np.asarray(edge_model(images[number : number + 1]))[0]

figure, axes = plt.subplots(1, 5, figsize=(9, 2.1), layout="constrained")
_ = axes[0].imshow(images[number, ..., 0], cmap="gray")
names = ["brighter below", "brighter above", "brighter right", "brighter left"]
for axis, edges, name in zip(axes[1:], np.moveaxis(maps, -1, 0), names, strict=True):
    _ = axis.imshow(edges, cmap="gray")
    _ = axis.set_title(name)
for axis in axes:
    axis.axis("off")

# %% [markdown]
# *Picture in words:* a handwritten zero in white on black, and four dark panels in which parts of its outline shine: the top edges of the strokes, the bottom edges, the left edges, the right edges.
#
# Here a person chose 36 weights.
# In lab 10 training chooses them, and the layer is the same.
#
# ## Layers in a row
#
# `keras.Sequential` puts layers behind each other.
# Here is a small network with two of the new layers and one traditional one.
#
# Before you run the cell, work out on paper: the shape behind the convolution, the shape behind the pool, and the parameters of the convolution and of the dense layer.

# %%
tiny = keras.Sequential(
    [
        keras.Input(shape=(28, 28, 1)),
        keras.layers.Conv2D(filters=4, kernel_size=3, activation="relu"),
        keras.layers.MaxPooling2D(pool_size=2),
        keras.layers.Flatten(),
        keras.layers.Dense(units=10),
    ]
)
tiny.summary(line_length=70)

# %% [markdown]
# 26x26 positions remain, because 3x3 windows fit at 28 − 3 + 1 places, then 13x13.
# The four filters own 3·3·1·4 + 4 = 40 numbers, the dense layer 676·10 + 10 = 6,770.
#
# The first axis says `None`: the model takes any number of pictures.
# That a picture has *three* axes and a batch *four* is the commonest stumbling block.
# Give the layer of edges two images without their channel axis, and it says what it misses:

# %%
try:
    edge_model.layers[0](data.x_train[:2].astype("float32"))
except ValueError as error:
    print(error)

# %% [markdown]
# "Expected min_ndim=4, found ndim=3": the layer wants (batch, height, width, channels).
#
# ## Exercise 3: Build LeNet-5 (4 points)
#
# LeNet-5 read cheques in the 1990s.
# Write `build_lenet(input_shape=(28, 28, 1), classes=10)`, as it is usually built today.
# It returns a Keras model, which need not be compiled:
#
# | layer | settings |
# | --- | --- |
# | convolution | 6 filters of 5x5, padding that keeps the size, ReLU |
# | max pooling | 2x2 |
# | convolution | 16 filters of 5x5, no padding, ReLU |
# | max pooling | 2x2 |
# | flatten | all feature maps as one row of numbers |
# | dense | 120 units, ReLU |
# | dense | 84 units, ReLU |
# | dense | `classes` units, **no activation**: the outputs are plain scores, called *logits* |
#
# Sequential, functional or a class of your own: the check puts the same weights into your model and into ours and compares what comes out.
# With its defaults the model has 61,706 parameters.


# %% nbgrader={"solution": "build_lenet"}
def build_lenet(input_shape=(28, 28, 1), classes=10):
    """Build LeNet-5 with ReLU and max pooling.

    Args:
        input_shape: height, width and channels of an image.
        classes: the number of scores.

    Returns:
        A Keras model: (n, *input_shape) -> (n, classes).
    """
    ### BEGIN SOLUTION
    return keras.Sequential(
        [
            keras.Input(shape=input_shape),
            keras.layers.Conv2D(6, kernel_size=5, padding="same", activation="relu"),
            keras.layers.MaxPooling2D(pool_size=(2, 2)),
            keras.layers.Conv2D(16, kernel_size=5, activation="relu"),
            keras.layers.MaxPooling2D(pool_size=(2, 2)),
            keras.layers.Flatten(),
            keras.layers.Dense(units=120, activation="relu"),
            keras.layers.Dense(units=84, activation="relu"),
            keras.layers.Dense(units=classes),
        ]
    )
    ### END SOLUTION


# %% nbgrader={"check": "build_lenet"}
check("lab09.build_lenet")

# %% [markdown]
# Again, paper first: which layer has the most parameters, and how many?
# Then look.

# %%
build_lenet().summary(line_length=70)

# %% [markdown]
# The next cell adds up the two kinds, with the formulas of lab 01.

# %%
in_convolutions = (5 * 5 * 1 * 6 + 6) + (5 * 5 * 6 * 16 + 16)
in_dense = (400 * 120 + 120) + (120 * 84 + 84) + (84 * 10 + 10)
dense_share = in_dense / (in_convolutions + in_dense)
print(f"convolutions {in_convolutions:,}, dense {in_dense:,}: {dense_share:.1%} dense")

# %% [markdown]
# The lecture's first complaint was that dense layers need too many weights.
# A network of "new layers followed by the traditional one" keeps that trouble: the traditional part holds nearly all the weights, and one single layer more than three quarters.
#
# ## Layers in branches
#
# `Sequential` knows one way through.
# In the **functional API** you call layers like functions: a layer takes a tensor that stands for any batch, and gives another one.
# So two layers can read the same tensor.
# At the end `keras.Model` gets the first tensor and the last.
#
# This network looks at a picture with small and with large windows, and puts both feature maps side by side:

# %%
picture = keras.Input(shape=(28, 28, 1))
near = keras.layers.Conv2D(filters=4, kernel_size=3, padding="same")(picture)
far = keras.layers.Conv2D(filters=2, kernel_size=9, padding="same")(picture)
both = keras.layers.Concatenate(axis=-1)([near, far])
two_sights = keras.Model(picture, both)
print(near.shape, "and", far.shape, "become", both.shape)

# %% [markdown]
# Four channels and two channels make six; height and width have to be equal, which is what the padding is for.
#
# ## Exercise 4: An Inception block (4 points)
#
# "Google's own Inception network" of 2014 is a stack of such blocks, with four branches each.
# All four read the same `x`:
#
# ```text
#        ┌─ 1x1, f1 ───────────────────┐
#        ├─ 1x1, f3r ──── 3x3, f3 ─────┤
#   x ───┤                             ├─── channels side by side
#        ├─ 1x1, f5r ──── 5x5, f5 ─────┤
#        └─ max pool 3x3 ─ 1x1, fp ────┘
# ```
#
# Write `build_inception_block(x, f1, f3r, f3, f5r, f5, fp)`.
# It takes a Keras tensor and returns one, with f1 + f3 + f5 + fp channels in the order of the picture, from top to bottom.
#
# - Each box with two entries is a convolution: its windows and its filters.
#   Each is followed by ReLU, the 1x1 ones too.
# - Everything keeps height and width: stride 1 and padding, for the pool as well. (A pool's stride is its size if you do not say otherwise.)


# %% nbgrader={"solution": "build_inception_block"}
def build_inception_block(x, f1, f3r, f3, f5r, f5, fp):
    """Let a Keras tensor pass through an Inception block.

    Args:
        x: a Keras tensor (n, height, width, channels).
        f1, f3, f5: filters of 1x1, 3x3 and 5x5.
        f3r, f5r: filters of the 1x1 convolutions before the 3x3 and the 5x5 ones.
        fp: filters of the 1x1 convolution behind the pool.

    Returns:
        A Keras tensor (n, height, width, f1 + f3 + f5 + fp).
    """
    ### BEGIN SOLUTION
    layers = keras.layers
    same = {"padding": "same", "activation": "relu"}
    one = layers.Conv2D(f1, 1, **same)(x)
    three = layers.Conv2D(f3, 3, **same)(layers.Conv2D(f3r, 1, **same)(x))
    five = layers.Conv2D(f5, 5, **same)(layers.Conv2D(f5r, 1, **same)(x))
    pooled = layers.MaxPooling2D(pool_size=3, strides=1, padding="same")(x)
    pooled = layers.Conv2D(fp, 1, **same)(pooled)
    return layers.Concatenate()([one, three, five, pooled])
    ### END SOLUTION


# %% nbgrader={"check": "build_inception_block"}
check("lab09.build_inception_block")

# %% [markdown]
# Build the first block of the real network, which is called 3a.
# It reads 192 channels, and lab 12 will count 163,696 parameters by hand.

# %%
maps_in = keras.Input(shape=(28, 28, 192))
maps_out = build_inception_block(maps_in, 64, 96, 128, 16, 32, 32)
block_3a = keras.Model(maps_in, maps_out)
print(f"{block_3a.count_params():,} parameters, output {maps_out.shape}")

# %% [markdown]
# ## What the outputs mean
#
# A last layer can give *scores* (logits), numbers of any size.
# Or it can squash them to *probabilities*: with **softmax** if exactly one answer is true, so that they sum to 1; with a **sigmoid** for each if every answer is a yes or no of its own.
#
# The loss has to know which of the two it gets: that is its argument `from_logits`.
# And it has to fit the form of the labels.
#
# ## Exercise 5: A loss and a last layer that belong together (4 points)
#
# Write `loss_and_head(kind)`.
# It returns two things in this order: a loss for `compile`, and the last layer, a Keras layer that reads a row of features.
#
# | `kind` | question | a label | labels of a batch |
# | --- | --- | --- | --- |
# | `"digit"` | which digit is it? | 7 | whole numbers, (n,) |
# | `"one-hot"` | which digit is it? | 0 0 0 0 0 0 0 1 0 0 | 0.0 and 1.0, (n, 10) |
# | `"yes or no"` | is it an even digit? | 0 | 0.0 or 1.0, (n,) |
# | `"any of ten"` | which digits are in the picture, if any? | 0 0 1 0 0 0 0 1 0 0 | 0.0 and 1.0, (n, 10) |
#
# The layer has one unit for a yes or no, ten units for the others.
# Scores or probabilities are your choice, as long as the loss agrees.
# The loss is a cross-entropy, minus the logarithm of the probability that the true answer got, as a mean over the batch.
# `keras.losses` has three for you to choose from: `BinaryCrossentropy` for questions of yes or no, `CategoricalCrossentropy` for labels in rows of 0 and 1, `SparseCategoricalCrossentropy` for labels in whole numbers.
# Each kind is worth 1 point.


# %% nbgrader={"solution": "loss_and_head"}
def loss_and_head(kind):
    """Give a loss and a last layer that fit each other and the labels.

    Args:
        kind: "digit", "one-hot", "yes or no" or "any of ten".

    Returns:
        A Keras loss, and a Keras layer for features (n, values).
    """
    ### BEGIN SOLUTION
    losses = {
        "digit": keras.losses.SparseCategoricalCrossentropy,
        "one-hot": keras.losses.CategoricalCrossentropy,
        "yes or no": keras.losses.BinaryCrossentropy,
        "any of ten": keras.losses.BinaryCrossentropy,
    }
    units = 1 if kind == "yes or no" else 10
    return losses[kind](from_logits=True), keras.layers.Dense(units=units)
    ### END SOLUTION


# %% nbgrader={"check": "loss_and_head"}
check("lab09.loss_and_head")

# %% [markdown]
# ## Five pairs, three of them wrong
#
# What happens if they do not belong together?
# The next cells train one small network five times, each time with the same first weights and another pair of last layer and loss.
# 1,100 images are for training, the others for validation.

# %%
x_train, y_train = images[:1100], labels[:1100]
x_val, y_val = images[1100:], labels[1100:]


def small_network(activations=()):
    """Return a network, not compiled, whose ten scores pass through activations."""
    keras.utils.set_random_seed(9)
    model = keras.Sequential([keras.Input(shape=(28, 28, 1))])
    model.add(keras.layers.Conv2D(8, kernel_size=5, strides=2, activation="relu"))
    model.add(keras.layers.Flatten())
    model.add(keras.layers.Dense(units=10))
    for activation in activations:
        model.add(keras.layers.Activation(activation))
    return model


# %% [markdown]
# Guess before you run it: which of the five have the worst accuracy, and which will warn?
# The cell catches the warnings and prints each of them once.

# %%
import warnings

from grader.training import live

EPOCHS = 6
PAIRS = {
    "scores, from_logits=True": ([], True),
    "softmax, from_logits=False": (["softmax"], False),
    "softmax, from_logits=True": (["softmax"], True),
    "scores, from_logits=False": ([], False),
    "softmax twice": (["softmax", "softmax"], False),
}
histories = {}
watch = live("network")
for name, (activations, from_logits) in PAIRS.items():
    model = small_network(activations)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=from_logits)
    model.compile(keras.optimizers.Adam(0.003), loss, metrics=["accuracy"])
    options = {"batch_size": 50, "epochs": EPOCHS, "verbose": 0, "callbacks": [watch]}
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        history = model.fit(x_train, y_train, validation_data=(x_val, y_val), **options)
    histories[name] = history.history
    loss, accuracy = (history.history[key][-1] for key in ("loss", "val_accuracy"))
    print(f"{name:27s} loss {loss:.3f}, validation accuracy {accuracy:.1%}")
    for text in {str(warning.message) for warning in caught}:
        print("    Keras warns:", text)

# %% [markdown]
# Now the curves.
# Expect three pairs to lie exactly on top of each other.

# %%
LOOKS = (
    ("-", "#0072B2", 7),
    ("-", "#E69F00", 4),
    (":", "#CC79A7", 2),
    ("--", "#D55E00", 2),
    ("-.", "#009E73", 2),
)
figure, axes = plt.subplots(1, 2, figsize=(9.5, 3.4), layout="constrained")
epochs = np.arange(1, EPOCHS + 1)
for (name, history), (style, colour, width) in zip(
    histories.items(), LOOKS, strict=True
):
    look = {"linestyle": style, "color": colour, "linewidth": width}
    axes[0].plot(epochs, history["loss"], **look)
    axes[1].plot(epochs, history["val_accuracy"], **look, label=name)
floor = -np.log(np.e / (np.e + 9))
axes[0].axhline(floor, color="0.5", linewidth=1)
_ = axes[0].text(EPOCHS, floor - 0.04, f"{floor:.3f}", ha="right", va="top")
axes[0].set(xlabel="epoch", ylabel="training loss", ylim=(0, None))
axes[1].set(xlabel="epoch", ylabel="validation accuracy", ylim=(0, 1.02))
_ = figure.legend(loc="outside right center")

# %% [markdown]
# *Picture in words:* on the left the training losses, on the right the validation accuracies of the five pairs.
# Three lines cover each other: their losses fall towards 0 and their accuracies are the highest.
# Softmax twice stays above the grey level at 1.461 on the left, and is nearly as high as the others on the right.
# Scores with `from_logits=False` lie apart, with a high loss and a low accuracy.
#
# - **Scores taken for probabilities** is loud: look at its accuracy.
# - **Softmax twice** is nearly silent.
#   A softmax of numbers between 0 and 1 can give the right class at most e / (e + 9) = 0.232, and −ln 0.232 is 1.461.
#   The accuracy is only a few points lower, and a few points have many reasons; the loss, which does not go below this level, gives it away.
# - **Softmax with `from_logits=True`** is silent.
#   Keras finds the softmax, takes what went into it, and warns.
#   The result is right, and the program still says two things that contradict each other; written in another way, Keras would not find it.
#
# So accuracy cannot grade a model, and in these labs it does not: your layers are compared by what they compute.
#
# ## The order in which images come
#
# `tf.data` makes a *pipeline*: each method takes a data set and gives a new one, and nothing happens until somebody reads it.
# Take the numbers 0 to 9.
# `shuffle` keeps a buffer, gives out a random number of it and fills it up with the next one.

# %%
numbers = tf.data.Dataset.range(10).shuffle(buffer_size=10, seed=9).batch(4)
for epoch in (1, 2):
    print(f"epoch {epoch}:", [batch.tolist() for batch in numbers.as_numpy_iterator()])

# %% [markdown]
# Two epochs, two orders, each number once in each; the last batch holds what is left.
#
# ## Exercise 6: A data set for training and for evaluation (4 points)
#
# Write `make_dataset(x, y, batch_size, training, seed)`.
# It returns a data set of batches `(images, labels)` that can be read anew for each epoch, such as a `tf.data.Dataset`:
#
# - images of float32 from 0 to 1, of the shape (batch, height, width, 1): divide by 255, for training and for evaluation alike;
# - labels as they are given;
# - every image once in an epoch, in batches of `batch_size`, the last one with what is left;
# - **for training**, all images are shuffled among each other, anew in each epoch.
#   The order follows from `seed`: the same seed gives the same order when the data set is made again, another seed another one;
# - **for evaluation**, the images come in the order given.
#
# A start is `tf.data.Dataset.from_tensor_slices((images, y))`.
# 3 points are for training, 1 is for evaluation.


# %% nbgrader={"solution": "make_dataset"}
def make_dataset(x, y, batch_size, training, seed):
    """Make a data set of batches, scaled, and shuffled for training.

    Args:
        x: images, (n, height, width), of uint8.
        y: labels, (n,).
        batch_size: images in a batch; the last batch may have fewer.
        training: shuffle, anew in each epoch.
        seed: of the shuffling, a whole number.

    Returns:
        A data set of (images, labels), such as a tf.data.Dataset.
    """
    ### BEGIN SOLUTION
    ready = x[..., np.newaxis].astype("float32") / 255
    dataset = tf.data.Dataset.from_tensor_slices((ready, y))
    if training:
        dataset = dataset.shuffle(buffer_size=len(x), seed=seed)
    return dataset.batch(batch_size).prefetch(tf.data.AUTOTUNE)
    ### END SOLUTION


# %% nbgrader={"check": "make_dataset"}
check("lab09.make_dataset")

# %% [markdown]
# The check read your data sets for two epochs and looked which image came when.
# You can see it as well: 600 images, sorted by label, sixty of each digit.
# The next cell shuffles them in three ways and draws a dot for every image: when it comes, and which one it is.
# Without shuffling, all dots would lie on the diagonal.


# %%
def order_of(buffer_size, batch_first=False):
    """Return the numbers 0 to 599 in the order in which a pipeline gives them."""
    numbers = tf.data.Dataset.range(600)
    if batch_first:
        numbers = numbers.batch(30).shuffle(buffer_size, seed=9).unbatch()
    else:
        numbers = numbers.shuffle(buffer_size, seed=9)
    return np.array(list(numbers.as_numpy_iterator()))


def draw_order(axis, order, title):
    """Draw which image comes when; the lines separate the digits."""
    axis.plot(order, ".", color="#0072B2", markersize=3)
    for border in range(60, 600, 60):
        axis.axhline(border, color="0.5", alpha=0.4, linewidth=0.8, zorder=0)
    axis.set(title=title, xlabel="place in the epoch", yticks=range(30, 600, 60))
    axis.set_yticklabels(range(10))


figure, axes = plt.subplots(1, 3, figsize=(9.5, 3.2), layout="constrained")
draw_order(axes[0], order_of(600), "shuffle(600), then batch")
draw_order(axes[1], order_of(60), "shuffle(60), then batch")
draw_order(axes[2], order_of(600, batch_first=True), "batch(30), then shuffle")
_ = axes[0].set_ylabel("image, by its digit")

# %% [markdown]
# *Picture in words:* three panels of 600 dots, with the place in the epoch to the right and the ten digits upward.
# On the left the dots fill the whole panel; in the middle they form a diagonal band, sharp at the top, with stragglers below; on the right they form twenty short strokes that lie scattered, two of which may happen to join.
#
# In the middle the network meets hardly anything but zeros first and nines last.
# On the right every batch holds one single digit.
# Only the left panel is a shuffle.
#
# With the slider you can find out how large the buffer has to be.
# Watch the upper left corner: when do the first nines come?


# %%
def explore_buffer(buffer_size=100):
    """Draw the order that a buffer of this size gives."""
    _, axis = plt.subplots(figsize=(4, 3.2), layout="constrained")
    draw_order(axis, order_of(buffer_size), f"shuffle({buffer_size})")
    plt.show()


sliders(explore_buffer, buffer_size=(1, 600))

# %% [markdown]
# *Picture in words:* one panel as above; the further the slider is to the right, the wider the band above the diagonal, until at 600 the dots fill the panel.
#
# An image can overtake others only by the size of the buffer.
# Only a buffer as large as the data set lets every image come first.
#
# And does it matter?
# Train the small network on images sorted by label, once in this order and once shuffled, with plain gradient descent.
# Expect a clear answer.

# %%
order = np.argsort(y_train, kind="stable")
sorted_accuracy = {}
watch = live("network")
for name, shuffle in (("sorted by label", False), ("shuffled", True)):
    model = small_network()
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.SGD(0.1), loss)
    options = {"batch_size": 10, "epochs": 3, "verbose": 0, "callbacks": [watch]}
    model.fit(x_train[order], y_train[order], shuffle=shuffle, **options)
    answers = model.predict(x_val, verbose=0).argmax(axis=1)
    sorted_accuracy[name] = np.mean(answers == y_val)
    most = np.bincount(answers).argmax()
    print(f"{name:16s} {sorted_accuracy[name]:.1%} of the validation images are right,")
    print(f"{'':16s} and {np.mean(answers == most):.1%} of all answers are {most}")

# %% [markdown]
# The same images, the same network, the same number of steps.
# In the sorted order every batch asks for one digit only, and the network ends with an answer to the last one, 9, for most or all images.
#
# ## Exercise 7: Keep the model (2 points)
#
# Write `save_and_load(model, folder)`.
# It saves the complete model as **one file** in `folder`, in Keras's own format (`model.save`), reads this file (`keras.models.load_model`), and returns the model read.
# The name of the file is yours; its ending says the format.
# The new model should predict the same, and be able to go on training where the old one stopped.
#
# > **Note.** Older tutorials save to a folder, or with `save_format="tf"`.
# > Keras 3 answers with a `ValueError`; read it, it says what is wanted.


# %% nbgrader={"solution": "save_and_load"}
def save_and_load(model, folder):
    """Save a model as one file and load it again.

    Args:
        model: a compiled Keras model.
        folder: the path of a folder that exists, as a string.

    Returns:
        The model as it was loaded.
    """
    ### BEGIN SOLUTION
    path = f"{folder}/model.keras"
    model.save(path)
    return keras.models.load_model(path)
    ### END SOLUTION


# %% nbgrader={"check": "save_and_load"}
check("lab09.save_and_load")

# %% [markdown]
# ## Explain (2 points)
#
# A friend shows you a program for digits.
# It runs without errors and reaches 96 % on the validation images.
# "So it is right", says the friend.
#
# Name two mistakes of this lab that this program might still contain.
# For each: why does the accuracy hide it, and what would you look at instead?

# %% [markdown] nbgrader={"written": "explain", "points": 2}
# ### BEGIN SOLUTION
# There might be two softmaxes: the largest score stays the largest, so the answers and the accuracy are nearly the same.
# I would look at the loss, which cannot fall below 1.461, or at the list of layers.
# And the loss might have `from_logits=True` behind a softmax: Keras looks behind the softmax and trains as if all were right, so no number shows it.
# I would read the warning, and check that the last activation and the argument of the loss say the same.
# (Also: images that are not scaled, which Adam hides, seen in the largest pixel; a shuffle buffer that is too small, seen in the order of the labels.)
#
# **What counts:**
#
# - It names two mistakes of this lab, among them softmax twice, the wrong `from_logits`, pixels that are not scaled, a shuffle buffer that is too small.
# - For each it says why the accuracy hides it: the largest score stays the largest, Keras looks behind the softmax, or Adam makes up for the scale.
# - For each it says what to look at instead: the loss, the layers, a warning, the largest pixel, the order of the labels.
# ### END SOLUTION

# %% [markdown]
# Once you have written at least two sentences, save the notebook and run this cell: it shows what counts in an answer.

# %%
from grader import compare

compare("lab09.explain")

# %% [markdown]
# ## Recap
#
# This cell shows where you stand, and which checks did not pass.

# %%
from grader import progress

progress("lab09")

# %% [markdown]
# Here are your numbers, beside your predictions.

# %%
twice = histories["softmax twice"]
print("your predictions:", globals().get("predictions", "none"))
print(f"1. in the dense layers of LeNet-5: {dense_share:.1%} of the parameters")
print(f"2. two softmaxes: at least {floor:.3f}, here {twice['loss'][-1]:.3f}")
print(f"   and still {twice['val_accuracy'][-1]:.1%} of the answers are right")
print(f"3. float32 and float64 agree to {digits_agreeing:.1f} digits")
for name, accuracy in sorted_accuracy.items():
    print(f"trained on images {name}: {accuracy:.1%} right")

# %% [markdown]
# - **"TensorFlow has a layer for each"**: yes, and it is your function with its weights.
#   What the field calls convolution does not flip the kernel, in your NumPy and in the layer alike.
# - **"A sequence of new layers, then the traditional network"**: this describes LeNet-5, and your count shows what it costs: nearly all the weights sit in the traditional part.
#   And not every network is a sequence; Inception's blocks have branches.
# - **What the lecture leaves out**: around the layers stand a loss, the form of the labels, the scale of the pixels and the order of the images.
#   Each can be wrong without an error, and some without any loss of accuracy.
#
# ## On your own
#
# No points here:
#
# - Write a layer of your own: a class that inherits from `keras.layers.Layer`, makes a kernel in `build` with `self.add_weight`, and calls `conv_as_tf_nn` in `call`.
#   Does `count_params` know its weights?
# - Find a way to write softmax and `from_logits=True` so that Keras does not notice. (Hide the softmax in a `Lambda` layer, with `tf.nn.softmax`.) Which of the five curves do you get?
# - Put two Inception blocks into a digit network.
#   Does it beat LeNet-5 with fewer parameters?
# - Train in the sorted order once more, with Adam in place of plain gradient descent.
#   Is 9 still the favourite answer?
#   Adam's first steps are its boldest.
# - Set `cache()` before and after `shuffle` in a pipeline of numbers, and print two epochs of each.
#
# ## Further reading
#
# LeCun, Bottou, Bengio and Haffner, *Gradient-based learning applied to document recognition* (1998), describes LeNet-5; Szegedy and others, *Going deeper with convolutions* (2015), the Inception block.
#
# **Next:** lab 10 puts these parts together and trains a complete network.
