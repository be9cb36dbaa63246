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
# **What you'll need.** Labs 07 to 10 (lab 12 helps with gradients), and 60 minutes, and 20 more for the part marked *optional*.
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
# 2. After 60 steps of training, a network of twenty layers still reads one digit in ten, which is chance.
#    Now each pair of layers gets a bypass: what goes into the pair is added to what comes out of it. Not a single weight is new.
#    What **percentage** of digits does it read after 60 steps?
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
    axis.grid(alpha=0.3)
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
# The two deviations of one rule are the same but for chance, only the shape of the distribution differs.
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

data = digits.load(limit=1500)
x_train, x_test = (
    np.expand_dims(img_as_float32(images), axis=-1)
    for images in (data.x_train, data.x_test)
)
y_train, y_test = data.y_train.astype("int64"), data.y_test.astype("int64")

# %% [markdown]
# Before any training: how large are the gradients?
# `first_gradients` shows 64 digits to a new network and returns the size of the loss's gradient for the kernel of each convolution, as the root of its mean square.

# %%
import tensorflow as tf

cross_entropy = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def first_gradients(model):
    """Return the size of the gradient for each convolution's kernel."""
    kernels = [weight for weight in model.trainable_variables if len(weight.shape) == 4]
    with tf.GradientTape() as tape:
        loss = cross_entropy(y_train[:64], model(x_train[:64], training=True))
    slopes = tape.gradient(loss, [kernel.value for kernel in kernels])
    return [float(tf.sqrt(tf.reduce_mean(slope**2))) for slope in slopes]


# %% [markdown]
# Begin with two kinds of networks, with Keras's own choice (Glorot) and with He's rule; more follow below.
# Of each kind three are made, with weights from the seeds 0, 1 and 2.

# %%
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


# %% [markdown]
# In a healthy network all layers have gradients of a similar size, and not of a millionth.
# Expect two groups of lines: which is the upper one?

# %%
gradients = {}


def draw_gradients(names):
    """Draw the gradients of new networks of these kinds, layer by layer."""
    figure, axis = plt.subplots(figsize=(8.5, 3.6), layout="constrained")
    for name in names:
        if name not in gradients:
            new = [new_network(name, seed) for seed in SEEDS]
            gradients[name] = [first_gradients(model) for model in new]
        for seed, sizes in zip(SEEDS, gradients[name], strict=True):
            label = name if seed == SEEDS[0] else None
            axis.plot(range(1, 20), sizes, **LOOKS[name], ms=4, lw=1, label=label)
    axis.set(xlabel="convolution", ylabel="gradient at the first step", yscale="log")
    axis.set(xticks=range(1, 20, 2))
    axis.grid(alpha=0.3)
    _ = figure.legend(loc="outside right center")
    plt.show()


draw_gradients(["plain, Glorot", "plain, He"])

# %% [markdown]
# *Picture in words:* on a logarithmic scale, three dotted lines of squares about a thousand times below three dashed lines of triangles; none of them rises or falls by much more than ten times from the first convolution to the last.
#
# With Glorot's weights all layers are equally badly off.
# Late layers read small numbers, and to the early layers small gradients come back.
# The gradient of a weight is the product of both, so it is small everywhere.
# A step of training is the gradient times the learning rate, and a thousandth of a step is hardly any.
#
# With He's weights the gradients look healthy.
# So will such a network learn?
# Train both, three networks of each kind, for 60 steps of 64 digits, with plain gradient descent: every weight moves by 0.05 times its gradient.

# %%
from grader.training import live

STEPS, PARTS = 60, 12
PACE = {"epochs": PARTS, "steps_per_epoch": STEPS // PARTS}
PACE |= {"shuffle": False, "verbose": 0}  # the batches are shuffled already
losses, accuracies = {}, {}


def accuracy(model, training=False):
    """Return the share of test digits that are read rightly."""
    scores = model(x_test, training=training)
    return np.mean(np.argmax(scores, axis=1) == y_test)


def batches_of(seed):
    """Return an endless data set of shuffled batches of 64 digits."""
    pairs = tf.data.Dataset.from_tensor_slices((x_train, y_train))
    return pairs.shuffle(len(x_train), seed=seed).repeat().batch(64)


# %% [markdown]
# As long as a network has learned nothing, its loss is the logarithm of ten, 2.30, and it reads one digit in ten.


# %%
def train_deep(name):
    """Train three networks of a kind, note how they do, and return the last."""
    model = new_network(name, SEEDS[0])
    model.compile(keras.optimizers.SGD(0.05), cross_entropy)
    watch = live(name)
    losses[name], accuracies[name] = [], []
    for seed in SEEDS:
        model.set_weights(new_network(name, seed).get_weights())
        history = model.fit(batches_of(seed), callbacks=[watch], **PACE)
        losses[name].append(history.history["loss"])
        accuracies[name].append(accuracy(model))
    shown = ", ".join(f"{share:.0%}" for share in accuracies[name])
    print(f"{name}: {shown} of the test digits are right")
    return model


for name in ["plain, Glorot", "plain, He"]:
    train_deep(name)

# %% [markdown]
# Draw the losses, each point a mean over five steps.


# %%
def draw_losses():
    """Draw the losses of all networks trained so far."""
    figure, axis = plt.subplots(figsize=(8.5, 3.6), layout="constrained")
    steps = np.arange(1, PARTS + 1) * STEPS / PARTS
    for name, curves in losses.items():
        for number, curve in enumerate(curves):
            label = None if number else name
            axis.plot(steps, curve, **LOOKS[name], ms=4, lw=1, label=label)
    axis.set(xlabel="step", ylabel="training loss", ylim=(0, 3.2))
    axis.grid(alpha=0.3)
    _ = figure.legend(loc="outside right center")
    plt.show()


draw_losses()

# %% [markdown]
# *Picture in words:* the three dotted lines of Glorot's networks lie on top of each other, level at 2.30; the three dashed lines of He's stay near it for most of the steps, with some ups and downs, and need not have left it at the end.
#
# Right first weights take a network from "never" to "perhaps": within 60 steps some of these networks may begin to learn, and lose it again.
# Healthy gradients at the *first* step are needed, and they are not enough.
#
# ## Exercise 2: Normalise a batch (4 points)
#
# The rule for the first weights holds for the first step; then all layers change, and each changes what the next one reads.
# **Batch normalisation** (2015) measures instead of hoping.
# Behind a layer it looks at the batch and brings each channel to the mean 0 and the deviation 1.
# Then it stretches and shifts the channel by two numbers that are learned, gamma and beta.
#
# When training is over, there may be no batch, and the answer for one digit must not depend on those beside it.
# So the layer keeps *moving averages* of what it has measured, and uses them at *inference*, which is everything but training.
#
# Write `batch_norm(x, gamma, beta, moving_mean, moving_var, training, momentum=0.99, epsilon=0.001)`.
# The last axis of `x` counts the channels; it may have any number of axes before, as rows of features (N, channels) or feature maps (N, H, W, channels) have.
# The next four arguments hold one number for each channel.
#
# If `training` is true:
#
# 1. Take the mean and the variance of each channel over all other axes; the variance is the mean of the squared distances from the mean.
# 2. `"y"` is gamma · (x − mean) / √(variance + epsilon) + beta.
# 3. Each new average is `momentum` times the old one plus (1 − `momentum`) times what was measured in this batch: the mean for `"moving_mean"`, the variance of step 1 for `"moving_var"`.
#
# If it is false, nothing is measured: step 2 uses the moving averages, and they stay as they are.
#
# In both cases return a dictionary with `"y"`, `"moving_mean"` and `"moving_var"`, and change no array of the caller.
# For example, a channel with the values 1, 1, 1 and 5 has the mean 2 and the variance 3; with gamma 1, beta 0 and epsilon 1 it becomes −0.5, −0.5, −0.5 and 1.5.
#
# 3 points are for training, 1 is for inference.


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

# %% [markdown]
# ## Train it with normalised batches
#
# Keras's layer does what your function does, and learns gamma and beta.
# Put one behind each convolution of a pair, and leave everything else as it was: no shortcuts, and Glorot's weights, with which the network learned nothing.

# %%
BUILDERS["plain, normalised"] = lambda: deep_network(
    normalise=keras.layers.BatchNormalization
)
normalised = train_deep("plain, normalised")
draw_losses()

# %% [markdown]
# *Picture in words:* the lines as before, and three dash-dotted ones of diamonds that begin above 2.3 and fall far below all others.
#
# The losses say that these networks learn, and the accuracies say that they read hardly anything.
# Which of them is right?
# Ask the last of the three again, once as at inference and once as in training, where it uses the statistics of the digits that it is shown.

# %%
for training in [False, True]:
    print(f"training={training}: {accuracy(normalised, training):.0%} of test digits")
print(f"0.99 to the power of {STEPS}: {0.99**STEPS:.2f}")

# %% [markdown]
# Both are right.
# The moving averages begin at mean 0 and variance 1, and with a momentum of 0.99 more than half of that is still in them after 60 steps.
# So at inference each of the eighteen layers normalises by numbers that have little to do with its channels.
#
# In a training of thousands of steps nobody notices; in a short one, set the momentum.
# Nothing else changes: in training the averages are not used.
# Here the first of the three networks learns once more, with the same weights and the same batches; only the momentum is 0.9.

# %%
BUILDERS["momentum 0.9"] = lambda: deep_network(
    normalise=lambda: keras.layers.BatchNormalization(momentum=0.9)
)
quicker = new_network("momentum 0.9", SEEDS[0])
quicker.compile(keras.optimizers.SGD(0.05), cross_entropy)
_ = quicker.fit(batches_of(SEEDS[0]), callbacks=[live("momentum 0.9")], **PACE)
for training in [False, True]:
    print(f"training={training}: {accuracy(quicker, training):.0%} of test digits")

# %% [markdown]
# Now it reads far more digits at inference.
# It may still read fewer than in training: averages over about ten batches lag behind weights that change with every one of them.
#
# No loss curve of a training shows this trouble, and no accuracy that is measured in training; a validation set shows it at once.
#
# ## Exercise 3: Build a residual block (4 points)
#
# The third remedy changes no number at all, but the wiring (He and others, 2015).
# A *residual block* adds its input to what its convolutions give, so they only have to compute what is to be **changed**.
# If nothing is, weights near 0 will do; a plain pair of layers would have to learn to copy.
#
# Write `residual_block(x, filters, strides=1)`, which takes a Keras tensor and returns one, as the Inception block of lab 09:
#
# ```text
#        ┌─ 3x3, strides ─ ReLU ─ 3x3 ─┐
#   x ───┤                             ├─ add ─ ReLU ───
#        └────────── shortcut ─────────┘
# ```
#
# - Both convolutions have `filters` filters of 3x3, biases, and the padding `"same"`.
#   The first moves by `strides` in both directions and is followed by ReLU; the second moves by 1 and has no activation.
# - The shortcut is `x` itself if the shapes fit: if `strides` is 1 and `x` has as many channels as there are filters.
# - Otherwise the shortcut is a convolution of `x` with `filters` filters of 1x1, with biases and the same `strides`, and without an activation.
# - Behind the sum stands a ReLU.
#   There is nothing else in the block, no normalisation either.
#
# 2 points are for blocks whose input fits, 2 for the others.


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

# %% [markdown]
# ## Connect the ends of the deep network
#
# In the deep network all pairs keep the shape, so a shortcut costs no weight: `join` is a sum.
#
# First look at what the block can do at its simplest.
# Set all weights of the eighteen convolutions to 0, and compare what enters the first block with what leaves the last.


# %%
def added(x, y):
    """Go on with the sum of what went into a pair of layers and what came out."""
    return x + y


connected = deep_network(join=added)
convolutions = [
    layer for layer in connected.layers if isinstance(layer, keras.layers.Conv2D)
]
for layer in convolutions[1:]:
    layer.set_weights([0 * weight for weight in layer.get_weights()])
ends = [convolutions[1].input, connected.layers[-2].input]
entering, leaving = keras.Model(connected.input, ends)(x_test[:8])
print(f"{connected.count_params():,} parameters")
print("largest change:", np.abs(leaving - entering).max())

# %% [markdown]
# As many parameters as before, and nothing is lost on the way: with its weights at 0 the block hands on what it reads.
# (What enters is never negative, because it comes out of a ReLU, so the ReLU at the end changes nothing.)
#
# Gradients go the same way back.
# A sum hands its gradient on to both sides, so whatever the weights are, some of it reaches the first layer untouched.
# Draw the first gradients of all four kinds.

# %%
BUILDERS["shortcuts"] = lambda: deep_network(join=added)
draw_gradients(LOOKS)

# %% [markdown]
# *Picture in words:* from below, on a logarithmic scale: the dotted lines of the plain networks with Glorot's weights, about a thousand times higher He's dashed ones and, not far from these, the solid lines of the networks with shortcuts, which begin higher and fall behind the first convolution; above them the dash-dotted lines of the normalised ones, which fall from the first convolution to the last by more than a factor of ten.
#
# The networks with shortcuts have Glorot's weights as well, the same 50,026 parameters, and gradients about a thousand times as large.
# Normalisation goes further than needed: the early layers get the largest gradients of all.
#
# Now train the networks with shortcuts, and compare all twelve.

# %%
_ = train_deep("shortcuts")
draw_losses()

# %% [markdown]
# *Picture in words:* the loss curves of twelve networks: dotted ones level at 2.30, dashed ones that stay high, and dash-dotted and solid ones, which all fall far below them within the 60 steps.
#
# | remedy | what happens in 60 steps |
# | --- | --- |
# | none (Glorot) | nothing at all |
# | He's first weights | healthy gradients, and at best an uncertain start |
# | normalised batches | they learn; at inference they need averages that have caught up |
# | shortcuts | they learn, and read most digits without any further care |
#
# The remedies do not exclude each other: many networks since 2015 have all three.
# And 60 steps are few: with many more of them a plain network of twenty layers with He's weights can learn as well, and the deeper it is, the harder that gets.
#
# ## Exercise 4: Count a separable convolution (2 points)
#
# Deep networks are expensive, and the second half of this lab makes one cheap.
#
# A convolution does two things at once: it looks at neighbouring places, and it mixes the channels.
# A **depthwise separable convolution** does one after the other:
#
# 1. *Depthwise:* each channel is read by **one** filter of `kernel_size` x `kernel_size` of its own.
#    The number of channels stays as it is, and there are no biases.
# 2. *Pointwise:* a convolution of 1x1 with `filters` filters mixes them; each filter has a bias.
#
# Write `separable_cost(input_shape, filters, kernel_size, strides=1)` for an input of (height, width, channels).
# It returns a dictionary with `"params"`, the number of parameters, and `"macs"`, the multiply-accumulates for one input.
#
# - The padding is `"same"`, and the first step moves by `strides` down and across; the second reads what is left, place by place.
#   So both compute height / strides times width / strides positions, each of the two rounded up.
# - Adding a bias is no MAC.
#
# For example, `separable_cost((2, 3, 4), 5, 3)` gives 61 parameters and 336 MACs.


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

# %% [markdown]
# ## Measure what is saved
#
# Keras has the layer as `SeparableConv2D`.
# The next cell takes feature maps of 28x28 with 32, 64 and 128 channels, compares it with a plain convolution that gives as many channels, and measures the time of both for 16 inputs.
# The first two numbers of each line follow from the formula; what do you expect of the third, the time?

# %%
import time


def milliseconds(layer, maps):
    """Return the shortest of several times that a layer takes."""
    run, times = tf.function(layer), []
    run(maps)
    for _ in range(8):
        started = time.perf_counter()
        run(maps)
        times.append(1000 * (time.perf_counter() - started))
    return min(times)


saved = {}
for channels in [32, 64, 128]:
    maps = tf.random.normal((16, 28, 28, channels))
    plain_layer = keras.layers.Conv2D(channels, 3, padding="same")
    separable_layer = keras.layers.SeparableConv2D(channels, 3, padding="same")
    times = [milliseconds(layer, maps) for layer in (plain_layer, separable_layer)]
    params = [layer.count_params() for layer in (plain_layer, separable_layer)]
    macs = 9 * channels**2, 9 * channels + channels**2  # at each position
    saved[channels] = params[0] / params[1]
    print(
        f"{channels:3d} channels: {saved[channels]:.1f} times fewer parameters, ",
        end="",
    )
    print(f"{macs[0] / macs[1]:.1f} times less work, ", end="")
    print(f"{times[0] / times[1]:.1f} times as fast")

# %% [markdown]
# With filters of 3x3 the saving comes the nearer to 9, the number of weights in a window, the more channels there are.
# The time need not follow: it depends on your computer, on how the library computes each step, and on what else is running.
# Counting tells what a layer has to multiply, and only a clock what that takes.
#
# ## Exercise 5: Build a compact network (3 points)
#
# The other place where parameters sit is the end: lab 12 found 96 % of AlexNet's in its dense layers.
# Instead of writing all maps as one row of numbers, one can take the **mean of each map** (global average pooling, lab 08), and score these few means.
#
# Write `build_compact(separable=True, average=True, input_shape=(28, 28, 1), num_classes=10)`.
# It returns a Keras model, in whatever style, which need not be compiled:
#
# | layer | settings |
# | --- | --- |
# | convolution | 16 filters, strides of 2; a plain one in all networks |
# | convolution | 32 filters, strides of 1; separable if `separable` is true, else a plain one |
# | convolution | 64 filters, strides of 2; separable or plain, as the second |
# | end of the maps | the mean of each map if `average` is true, else all maps as one row of numbers |
# | dense | `num_classes` units, **no activation** |
#
# All filters are 3x3, all convolutions have biases, padding `"same"` and ReLU.
# A separable convolution is that of exercise 4: no biases and no activation behind its first step, which is the one that has the strides.
# `keras.layers.SeparableConv2D` does both steps.
#
# 1 point is for networks with plain convolutions, 2 are for separable ones.


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

# %% [markdown]
# ## Compare four networks (optional)
#
# The next cell looks whether your function has passed its check.
# If it has not, it takes networks of the lab's own, a little smaller, so that you can go on.

# %%
from grader import yours_or_given

compact = yours_or_given("lab14", "build_compact").build_compact
CHOICES = {
    "plain, row": (False, False),
    "plain, mean": (False, True),
    "separable, row": (True, False),
    "separable, mean": (True, True),
}
for name, choice in CHOICES.items():
    print(f"{name:16s} {compact(*choice).count_params():7,} parameters")

# %% [markdown]
# The networks of exercise 5 have from 54,666 down to 3,898 parameters, fourteen times fewer.
# The mean saves more than the separable convolutions: 30,720 parameters, because 49 places of each of 64 maps become one.
#
# What does it cost?
# Train all four for eight epochs, and look at the test digits after each.

# %%
EPOCHS = 8
compact_curves = {}
watch = live("network")
for name, choice in CHOICES.items():
    keras.utils.set_random_seed(14)
    model = compact(*choice)
    model.compile(keras.optimizers.Adam(0.002), cross_entropy, metrics=["accuracy"])
    options = {"batch_size": 64, "epochs": EPOCHS, "verbose": 0, "callbacks": [watch]}
    history = model.fit(x_train, y_train, validation_data=(x_test, y_test), **options)
    compact_curves[name] = np.array(history.history["val_accuracy"])
    shown = " ".join(f"{share:4.0%}" for share in compact_curves[name])
    print(f"{name:16s} {shown}")

# %%
figure, axis = plt.subplots(figsize=(7, 3.6), layout="constrained")
looks = ("o-", "s--", "^-", "D--")
colours = ("#0072B2", "#E69F00", "#56B4E9", "#D55E00")
for (name, curve), look, colour in zip(
    compact_curves.items(), looks, colours, strict=True
):
    axis.plot(range(1, EPOCHS + 1), 100 * curve, look, color=colour, label=name)
axis.set(xlabel="epoch", ylabel="test digits read (%)", ylim=(0, 101))
axis.grid(alpha=0.3)
_ = axis.legend(loc="lower right")

# %% [markdown]
# *Picture in words:* four lines over eight epochs; the two solid ones, of the networks that write all maps as one row, are high after two or three epochs; the two dashed ones, of those that take means, begin near 10 % and rise late and slowly, the one with separable convolutions behind the other.
#
# Behind a row, separable convolutions cost little: a slower start, and a few points at most.
# The means cost a lot within eight epochs, and more with separable convolutions: these networks learn slowly, and the epochs are over long before they are done.
# Given thirty epochs, the plain network with means reads about as many digits as the one with a row: what it saves in weights, it asks for in steps.
# Large networks can afford that, since they train for longer.
#
# ## Explain (2 points)
#
# A friend has stacked thirty convolutions with ReLU, trains them with Keras's default settings, and the loss stays at 2.30.
# "More layers make it worse, so depth is useless," says the friend.
# In three or four sentences: what happens in that network, what would you change, and how would you see **before** training whether it helps?

# %% [markdown] nbgrader={"written": "explain", "points": 2}
# ### BEGIN SOLUTION
# Keras's default, Glorot's rule, makes the weights too small for ReLU: each layer shrinks the numbers by a factor of about 0.7, going forward as well as back, so after thirty layers hardly anything is left and the gradients are too small to move a weight.
# Depth is not useless, it only multiplies that factor thirty times.
# I would add shortcuts around pairs of layers, so that the gradient has a way past them, or normalise the batches, and draw the first weights by He's rule.
# Before training I would show the network one batch and draw the size of the gradient for each layer on a logarithmic scale: with the remedy it should be hundreds of times larger, and similar in all layers.
#
# **What counts:**
#
# - The same factor below 1 is multiplied in every layer, so that numbers and gradients nearly vanish; the default weights are too small for ReLU.
# - It is the signal that is lost, not depth that is useless.
# - A remedy and why it works: He's weights, normalised batches, or shortcuts that let the gradient pass.
# - The gradients of all layers at the first step show it, before any training (so do the deviations of the layers' outputs).
# ### END SOLUTION

# %% [markdown]
# Once you have written at least two sentences, save the notebook and run this cell: it shows what counts in an answer.

# %%
from grader import compare

compare("lab14.explain")

# %% [markdown]
# ## Recap
#
# This cell shows where you stand, and which checks did not pass.

# %%
from grader import progress

progress("lab14")

# %% [markdown]
# Your predictions, beside the results.

# %%
guesses = globals().get("predictions", ["nothing"] * 3)
results = {
    "% of the deviation left": f"{100 * 0.7**20:.2f}",
    "% of digits read with shortcuts": f"{100 * np.mean(accuracies['shortcuts']):.0f}",
    "times fewer parameters": f"{saved[64]:.1f}",
}
for guess, (unit, result) in zip(guesses, results.items(), strict=True):
    print(f"you guessed {guess}; it is {result} {unit}")

# %% [markdown]
# - **A factor in each layer** is raised to the power of the depth.
#   That is why networks of a few layers, as in the lecture, need no care, and deep ones need all of it.
# - **First weights** by He's rule keep the numbers as they are at the first step, and no longer.
# - **Batch normalisation** keeps them so later on, and pays with two ways of computing: by the batch in training, by averages at inference.
# - **Shortcuts** let numbers and gradients pass, and cost no weights where the shape stays.
# - **Separable convolutions** and a **global average** save most of the parameters; less work on paper is not always less time.
#
# ## On your own
#
# No points here:
#
# - Build the network with 49 pairs, a hundred layers.
#   Does it train with shortcuts alone, and what does He's rule do to it together with shortcuts? (Look at the first loss.)
# - Train the plain network with Adam instead of plain gradient descent.
#   Adam divides each gradient by its own usual size: which of the troubles does that mend?
# - Put batch normalisation **and** shortcuts in.
#   Where should the normalisation stand, before or behind the sum?
# - In a plain network, draw the deviations of the outputs of all convolutions, as in the worked example, before and after training.
#
# ## Further reading
#
# - Glorot and Bengio, *Understanding the difficulty of training deep feedforward neural networks* (2010), and He, Zhang, Ren and Sun, *Delving deep into rectifiers* (2015), on first weights.
# - Ioffe and Szegedy, *Batch normalization* (2015).
# - He, Zhang, Ren and Sun, *Deep residual learning for image recognition* (2016).
# - Howard and others, *MobileNets* (2017), on separable convolutions; Lin, Chen and Yan, *Network in network* (2014), on the global average.
