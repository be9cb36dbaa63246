# %% [markdown]
# # Make a deep network learn
#
# **What you'll do.** Build a network of twenty layers that learns nothing, find out why, and mend it in three ways: with other first weights, with normalised batches, and with shortcuts.
# Then make a small network cheap.
#
# **What you'll learn.**
#
# - How large the first weights of a layer have to be, and what happens after twenty layers if they are not.
# - What batch normalisation computes, and why it does something else when training is over.
# - How one addition lets gradients through twenty layers.
# - What depthwise separable convolutions and a global average save, and what they cost.
#
# **What you'll need.** Labs 07 to 10 (lab 12 helps with gradients), and 60 minutes.
#
# **The lecture** ends with a network of a few layers, and this lab goes beyond it.
# The networks that came after AlexNet have dozens or hundreds of layers.
# Before 2015 such networks hardly trained: what was wrong with them?

# %% [markdown]
# ## Predict first (1 point)
#
# Replace the line below with `predictions = [..., ..., ...]`, three numbers of your own:
#
# 1. Twenty layers follow each other, and behind each of them the numbers are 0.7 times as widely spread as before.
#    What is left after all twenty, in **percent**?
# 2. A network of twenty layers answers one digit in ten rightly, which is chance, however long it trains.
#    Now what goes into every second layer is added to what comes out of the next one; not a single weight is new.
#    After 60 steps, what **percentage** of digits does it read?
# 3. A layer of 64 filters of 3x3 on 64 channels has 36,928 parameters.
#    How many **times** fewer has a layer that reads each channel by itself first and mixes the channels afterwards?
#
# Any three numbers pass the check.

# %% nbgrader={"solution": "predictions"}
### BEGIN SOLUTION
predictions = [1, 50, 3]
### END SOLUTION

# %% nbgrader={"check": "predictions"}
from grader import check, sliders

check("lab14.predictions")

# %% [markdown]
# ## A worked example: twenty layers, no training
#
# A layer of 256 units adds up 256 products of a value and a weight.
# The weights are random at first, so the sums are random too: some large, some small.
# Their *deviation* (standard deviation) says how widely they are spread.
#
# The next function sends 500 rows of random numbers through twenty such layers with ReLU, and notes the deviation of the sums in each.
# All weights are drawn with the same deviation.
# Expect the numbers of the first line to fall, and those of the last one to rise.

# %%
import keras
import matplotlib.pyplot as plt
import numpy as np

plt.style.use("grader.labs")

UNITS, LAYERS = 256, 20


def deviations(weight_deviation, seed=14):
    """Return the deviation of the sums in each of twenty dense layers with ReLU."""
    rng = np.random.default_rng(seed)
    values, found = rng.normal(size=(500, UNITS)), []
    for _ in range(LAYERS):
        weights = rng.normal(scale=weight_deviation, size=(UNITS, UNITS))
        sums = values @ weights
        found.append(sums.std())
        values = np.maximum(sums, 0)
    return np.array(found)


for weight_deviation in [0.05, 0.09, 0.15]:
    found = deviations(weight_deviation)
    print(f"weights of {weight_deviation}: layer 1 {found[0]:.2f}, ", end="")
    print(f"layer 10 {found[9]:.2g}, layer 20 {found[19]:.2g}")

# %% [markdown]
# From one layer to the next the deviation is multiplied by the same factor, again and again.
# Twenty layers make a tiny number of a factor of 0.57, and a huge one of 1.7.
# Somewhere between them lies a deviation of the weights that keeps the sums as they are.
#
# It can be found without trying:
#
# - A sum of n products has n times the variance of one product (the variance is the square of the deviation).
#   So the variance is multiplied by n and by the variance of the weights.
# - ReLU sets the negative half of the sums to 0, which halves their mean square.
#
# To keep the variance, the weights need the variance 2 / n.
# This is **He's** rule, named after the first author of the paper that found it in 2015.
#
# Draw it, with weights half as large and with weights twice as large.
# Before you run the cell: by which factor do the outer lines change in each layer?

# %%
he_deviation = np.sqrt(2 / UNITS)


def draw_deviations(axis, factor, look):
    """Draw the deviations in all layers, for weights of `factor` times He's."""
    found = deviations(factor * he_deviation)
    axis.plot(range(1, LAYERS + 1), found, **look, label=f"{factor:g} times He's")


figure, axis = plt.subplots(figsize=(7, 3.6), layout="constrained")
draw_deviations(axis, 2, {"marker": "^", "color": "#D55E00", "linestyle": "--"})
draw_deviations(axis, 1, {"marker": "o", "color": "#0072B2"})
draw_deviations(axis, 0.5, {"marker": "s", "color": "#E69F00", "linestyle": ":"})
axis.set(xlabel="layer", ylabel="deviation of the sums", yscale="log")
axis.set(xticks=range(2, LAYERS + 1, 2))
axis.grid(alpha=0.3)
_ = axis.legend(loc="upper left")

# %% [markdown]
# *Picture in words:* on a logarithmic scale a line that stays near 1 to 2 over twenty layers, a straight line that rises to about a million, and a straight line that falls to about a millionth.
#
# Two to the power of twenty is about a million.
# A computer has no trouble with a millionth; learning has.
# On the way back through the layers the gradients are multiplied by the same factors, and a weight whose gradient is a millionth does not move.
#
# How exact must the deviation be?
# Move the slider.

# %%


def explore_factor(factor=0.9):
    """Draw the deviations for one factor, and say what is left at the end."""
    _, axis = plt.subplots(figsize=(6, 3), layout="constrained")
    draw_deviations(axis, factor, {"marker": "o", "color": "#0072B2"})
    left = deviations(factor * he_deviation)
    title = f"{factor:g} times He's deviation: {left[-1] / left[0]:.3g} of it is left"
    axis.set(xlabel="layer", ylabel="deviation of the sums", yscale="log", title=title)
    axis.set(ylim=(1e-4, 1e4), xticks=range(2, LAYERS + 1, 2))
    plt.show()


sliders(explore_factor, factor=(0.6, 1.5, 0.05))

# %% [markdown]
# *Picture in words:* one line of dots over the layers; for 0.9 times He's deviation it falls to about a tenth, and the slider turns it upwards or downwards.
#
# A tenth too small costs a factor of about ten in twenty layers, and of more than ten thousand in a hundred.
#
# ## Exercise 1: Find the right spread (3 points)
#
# The n of the rule is called *fan in*: how many values meet in one sum.
# *Fan out* is how many sums one value takes part in.
# For the kernel of a dense layer, of shape (values in, units), these are the two numbers of the shape.
# A filter of a convolution reads a whole window of every channel, and away from the border every value is read at each place of the window, by every filter.
#
# Write `initial_scale(shape, scheme="he", distribution="normal")` for the `shape` of a kernel, a tuple as Keras gives it: (values in, units) or (kernel height, kernel width, channels, filters).
#
# - `scheme` says which variance the weights have.
#   `"he"`: 2 / fan in.
#   `"glorot"`: 1 / the mean of fan in and fan out, an older rule made for other activations, which Keras takes if you say nothing.
# - `distribution` says what the function returns, one number.
#   `"normal"`: the deviation of the weights.
#   `"uniform"`: the limit a, if weights are drawn evenly between −a and a; their variance is a² / 3.
#
# As in lab 05, functions of SciPy, scikit-image, scikit-learn, TensorFlow and Keras, and `np.convolve`, `np.correlate` and `np.fft`, are not allowed in the exercises 1, 2 and 4.
# 1 point is for dense layers, 2 are for convolutions.


# %% nbgrader={"solution": "initial_scale"}
def initial_scale(shape, scheme="he", distribution="normal"):
    """Return how widely the first weights of a layer are spread.

    Args:
        shape: of the kernel, (values in, units) or (kh, kw, channels, filters).
        scheme: "he" or "glorot".
        distribution: "normal" or "uniform".

    Returns:
        The deviation of a normal distribution, or the limit of a uniform one.
    """
    ### BEGIN SOLUTION
    window = np.prod(shape[:-2])  # 1 for a dense layer
    fan_in, fan_out = window * shape[-2], window * shape[-1]
    variance = 2 / fan_in if scheme == "he" else 2 / (fan_in + fan_out)
    return np.sqrt(3 * variance if distribution == "uniform" else variance)
    ### END SOLUTION


# %% nbgrader={"check": "initial_scale"}
check("lab14.initial_scale")

# %% [markdown]
# Keras has these rules as *initializers*.
# Here they draw the kernel of a convolution with 32 filters of 3x3 on 16 channels, and NumPy measures what was drawn.
# Compare with your function: the deviations agree to about two digits, because they are measured on 4,608 numbers.

# %%
keras.utils.set_random_seed(14)
kernel_shape = (3, 3, 16, 32)
for name in ["he_normal", "he_uniform", "glorot_normal", "glorot_uniform"]:
    drawn = keras.ops.convert_to_numpy(keras.initializers.get(name)(kernel_shape))
    print(f"{name:15s} deviation {drawn.std():.4f}, largest {np.abs(drawn).max():.4f}")

# %% [markdown]
# The two deviations of one rule are the same, only the shape of the distribution differs.
# (Keras cuts the normal distributions off at about 2.3 deviations, so that no weight is very large.)
#
# Glorot's deviation is smaller here.
# Where fan in and fan out are equal it is 0.71 times He's, and twenty layers of that leave a thousandth.
#
# ## Build a network of twenty layers
#
# Now a real network: a convolution, nine *pairs* of convolutions with 16 filters of 3x3 each, and a dense layer for the scores.
# One argument is left open: `join` decides what goes on behind each pair, given what went into the pair (`x`) and what came out (`y`).
# A *plain* network goes on with `y` and forgets `x`.


# %%
def plain(x, y):
    """Go on with what came out of a pair of layers."""
    return y


def deep_network(join=plain, initializer="glorot_uniform", normalise=None):
    """Build a network of twenty layers for digits.

    Args:
        join: makes one tensor of what went into a pair of layers and what came out.
        initializer: draws the first weights of the convolutions.
        normalise: makes a layer that follows each convolution of a pair, or None.
    """
    layers, settings = keras.layers, {"kernel_initializer": initializer}

    def convolved(tensor):
        tensor = layers.Conv2D(16, 3, padding="same", **settings)(tensor)
        return normalise()(tensor) if normalise else tensor

    inputs = keras.Input(shape=(28, 28, 1))
    first = layers.Conv2D(16, 5, strides=4, padding="same", **settings)
    x = layers.ReLU()(first(inputs))
    for _ in range(9):
        y = convolved(layers.ReLU()(convolved(x)))
        x = layers.ReLU()(join(x, y))
    return keras.Model(inputs, layers.Dense(10)(layers.Flatten()(x)))


print(f"{deep_network().count_params():,} parameters")

# %% [markdown]
# Load the digits, a part of MNIST if you have it.

# %%
from skimage.util import img_as_float32

from grader import digits

data = digits.load(limit=2000)
x_train, x_test = (
    np.expand_dims(img_as_float32(images), axis=-1)
    for images in (data.x_train, data.x_test)
)
y_train, y_test = data.y_train.astype("int64"), data.y_test.astype("int64")

# %% [markdown]
# Before any training: how large are the gradients?
# `first_gradients` shows 64 digits to a new network and returns the size of the loss's gradient for the kernel of each convolution, as the root of its mean square.
#
# Draw it for Keras's own choice (Glorot) and for He's rule, three networks of each.
# In a healthy network all layers have gradients of a similar size.

# %%
import tensorflow as tf

cross_entropy = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def first_gradients(model):
    """Return the size of the gradient for each convolution's kernel."""
    kernels = [weight for weight in model.trainable_variables if weight.shape[2:]]
    with tf.GradientTape() as tape:
        loss = cross_entropy(y_train[:64], model(x_train[:64], training=True))
    slopes = tape.gradient(loss, [kernel.value for kernel in kernels])
    return [float(tf.sqrt(tf.reduce_mean(slope**2))) for slope in slopes]


LOOKS = {
    "plain, Glorot": {"color": "#D55E00", "marker": "s", "linestyle": ":"},
    "plain, He": {"color": "#E69F00", "marker": "^", "linestyle": "--"},
    "plain, normalised": {"color": "#CC79A7", "marker": "D", "linestyle": "-."},
    "shortcuts": {"color": "#0072B2", "marker": "o", "linestyle": "-"},
}
BUILDERS = {
    "plain, Glorot": deep_network,
    "plain, He": lambda: deep_network(initializer="he_normal"),
}
SEEDS = (0, 1, 2)


def new_network(name, seed):
    """Build a network of this kind with weights drawn from a seed."""
    keras.utils.set_random_seed(seed)
    return BUILDERS[name]()


# %%
def draw_gradients(names):
    """Draw the gradients of new networks of these kinds, layer by layer."""
    _, axis = plt.subplots(figsize=(7, 3.6), layout="constrained")
    for name in names:
        for seed in SEEDS:
            sizes = first_gradients(new_network(name, seed))
            label = name if seed == SEEDS[0] else None
            axis.plot(range(1, 20), sizes, **LOOKS[name], ms=4, lw=1, label=label)
    axis.set(xlabel="convolution", ylabel="gradient at the first step", yscale="log")
    axis.set(xticks=range(1, 20, 2))
    axis.grid(alpha=0.3)
    _ = axis.legend(loc="best")
    plt.show()


draw_gradients(["plain, Glorot", "plain, He"])

# %% [markdown]
# *Picture in words:* TODO

# %%
from grader.training import live

STEPS, BLOCKS = 60, 12
losses, accuracies = {}, {}


def train_deep(name):
    """Train three networks of a kind for 60 steps of 64 digits, and note how they do."""
    model = new_network(name, 0)
    model.compile(keras.optimizers.SGD(0.05), cross_entropy)
    watch = live(name)
    losses[name], accuracies[name] = [], []
    for seed in SEEDS:
        model.set_weights(new_network(name, seed).get_weights())
        batches = tf.data.Dataset.from_tensor_slices((x_train, y_train))
        batches = batches.shuffle(len(x_train), seed=seed).repeat().batch(64)
        settings = {"epochs": BLOCKS, "steps_per_epoch": STEPS // BLOCKS, "verbose": 0}
        history = model.fit(batches, callbacks=[watch], **settings)
        losses[name].append(history.history["loss"])
        accuracies[name].append(accuracy(model, training=False))
    shown = ", ".join(f"{share:.0%}" for share in accuracies[name])
    print(f"{name}: {shown} of the test digits are right")
    return model


def accuracy(model, training):
    """Return the share of test digits that are read rightly."""
    scores = model(x_test, training=training)
    return np.mean(np.argmax(scores, axis=1) == y_test)


for name in ["plain, Glorot", "plain, He"]:
    train_deep(name)


# %%
def draw_losses():
    """Draw the losses of all networks trained so far."""
    _, axis = plt.subplots(figsize=(7, 3.6), layout="constrained")
    steps = np.arange(1, BLOCKS + 1) * STEPS / BLOCKS
    for name, curves in losses.items():
        for number, curve in enumerate(curves):
            label = None if number else name
            axis.plot(steps, curve, **LOOKS[name], ms=4, lw=1, label=label)
    axis.set(xlabel="step", ylabel="training loss", ylim=(0, 3))
    axis.grid(alpha=0.3)
    _ = axis.legend(loc="lower left")
    plt.show()


draw_losses()

# %% [markdown]
# *Picture in words:* TODO
#
# ## Exercise 2: Normalise a batch (4 points)
#
# TODO


# %% nbgrader={"solution": "batch_norm"}
def batch_norm(
    x, gamma, beta, moving_mean, moving_var, training, momentum=0.99, epsilon=0.001
):
    """Normalise each channel of a batch, in training or at inference.

    Args:
        x: a batch of whole or decimal numbers, (..., channels).
        gamma, beta: what stretches and shifts each channel, (channels,).
        moving_mean, moving_var: averages over the batches so far, (channels,).
        training: whether the statistics are those of the batch.
        momentum: the share of the old averages that is kept.
        epsilon: what is added to the variance.

    Returns:
        A dictionary with "y", of the shape of x, "moving_mean" and "moving_var".
    """
    ### BEGIN SOLUTION
    mean, variance = moving_mean, moving_var
    if training:
        axes = tuple(range(x.ndim - 1))
        mean, variance = x.mean(axis=axes), x.var(axis=axes)
        moving_mean = moving_mean * momentum + mean * (1 - momentum)
        moving_var = moving_var * momentum + variance * (1 - momentum)
    y = gamma * (x - mean) / np.sqrt(variance + epsilon) + beta
    return {"y": y, "moving_mean": moving_mean, "moving_var": moving_var}
    ### END SOLUTION


# %% nbgrader={"check": "batch_norm"}
check("lab14.batch_norm")

# %%
BUILDERS["plain, normalised"] = lambda: deep_network(
    normalise=keras.layers.BatchNormalization
)
normalised = train_deep("plain, normalised")
for training in [False, True]:
    print(f"training={training}: {accuracy(normalised, training):.0%}")


# %% nbgrader={"solution": "residual_block"}
def residual_block(x, filters, strides=1):
    """Let a Keras tensor pass through a residual block.

    Args:
        x: a Keras tensor (n, height, width, channels).
        filters: of each convolution.
        strides: of the first convolution, and of the shortcut's.

    Returns:
        A Keras tensor (n, height', width', filters).
    """
    ### BEGIN SOLUTION
    layers = keras.layers
    same = {"padding": "same"}
    y = layers.Conv2D(filters, 3, strides=strides, activation="relu", **same)(x)
    y = layers.Conv2D(filters, 3, **same)(y)
    if strides != 1 or x.shape[-1] != filters:
        x = layers.Conv2D(filters, 1, strides=strides)(x)
    return layers.ReLU()(layers.Add()([x, y]))
    ### END SOLUTION


# %% nbgrader={"check": "residual_block"}
check("lab14.residual_block")

# %%
BUILDERS["shortcuts"] = lambda: deep_network(join=lambda x, y: x + y)
draw_gradients(LOOKS)
train_deep("shortcuts")
draw_losses()


# %% nbgrader={"solution": "separable_cost"}
def separable_cost(input_shape, filters, kernel_size, strides=1):
    """Count a depthwise separable convolution with padding "same".

    Args:
        input_shape: (height, width, channels).
        filters: of the second step.
        kernel_size: height and width of the windows of the first step.
        strides: of the first step, downwards and to the right.

    Returns:
        A dictionary with "params" and "macs".
    """
    ### BEGIN SOLUTION
    height, width, channels = input_shape
    weights = kernel_size**2 * channels + channels * filters
    positions = -(-height // strides) * -(-width // strides)  # rounded up
    return {"params": weights + filters, "macs": weights * positions}
    ### END SOLUTION


# %% nbgrader={"check": "separable_cost"}
check("lab14.separable_cost")


# %% nbgrader={"solution": "build_compact"}
def build_compact(
    separable=True, average=True, input_shape=(28, 28, 1), num_classes=10
):
    """Build a small network for digits.

    Args:
        separable: whether the second and the third convolution are separable.
        average: whether each map becomes its mean, or all maps one row of numbers.
        input_shape: height, width and channels of an image.
        num_classes: the number of scores.

    Returns:
        A Keras model: (n, *input_shape) -> (n, num_classes).
    """
    ### BEGIN SOLUTION
    layers = keras.layers
    inner = layers.SeparableConv2D if separable else layers.Conv2D
    same = {"kernel_size": 3, "padding": "same", "activation": "relu"}
    return keras.Sequential(
        [
            keras.Input(shape=input_shape),
            layers.Conv2D(filters=16, strides=2, **same),
            inner(filters=32, **same),
            inner(filters=64, strides=2, **same),
            layers.GlobalAveragePooling2D() if average else layers.Flatten(),
            layers.Dense(units=num_classes),
        ]
    )
    ### END SOLUTION


# %% nbgrader={"check": "build_compact"}
check("lab14.build_compact")
