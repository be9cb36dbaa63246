# %% [markdown]
# # Bend the line: activations and what a unit sees
#
# **What you'll do.** Show that two convolutions without an activation are one, program the four classic activations, and find out which pixels a unit deep in a network sees.
#
# **What you'll learn.**
#
# - Why a network without activations is no deeper than one layer.
# - What goes wrong in ReLU (dead units), in sigmoid and in softmax (overflow, the wrong axis), and how to avoid it.
# - How kernel sizes and strides decide the receptive field.
#
# **What you'll need.** Labs 05 and 06 (channels, padding, stride) and about 60 minutes. No TensorFlow.
#
# **The lecture** names the activation function among the key settings of a convolutional layer, beside padding, stride and channels.
# What would be missing without it?

# %% [markdown]
# ## Predict first (1 point)
#
# Replace the line below with `predictions = [..., ..., ...]`, three numbers of your own:
#
# 1. Two 3 × 3 convolutions follow each other, with no activation between them.
#    One single convolution does the same.
#    How many pixels wide is its kernel?
# 2. A network with 50 hidden ReLU units is trained with a learning rate that is far too large.
#    How many of the 50 units give 0 for every image afterwards?
# 3. A small MNIST network has the layers: 3 × 3 convolution, 2 × 2 pooling with stride 2, 3 × 3 convolution, 2 × 2 pooling with stride 2.
#    How many pixels wide is the part of the image that one unit of the last layer sees?
#
# Any three numbers pass; you meet them again in the recap.

# %% nbgrader={"solution": "predictions"}
### BEGIN SOLUTION
predictions = [6, 5, 12]
### END SOLUTION

# %% nbgrader={"check": "predictions"}
from grader import check, sliders

check("lab07.predictions")

# %% [markdown]
# ## A worked example: two linear layers in a row
#
# Take a row of pixels and two kernels of three weights each.
# First the stack: slide the first kernel, then slide the second over the result.
# Then one kernel of five weights, made from the two.
# Expect the same numbers twice.

# %%
import numpy as np

rng = np.random.default_rng(7)
row = rng.integers(-3, 4, 12)
first, second = np.array([1, -2, 3]), np.array([2, 0, 1])
stack = np.correlate(np.correlate(row, first, "valid"), second, "valid")
single = np.convolve(first, second)
print("two layers:", stack)
print("one layer: ", np.correlate(row, single, "valid"), "with the kernel", single)

# %% [markdown]
# The two lines are equal, for any row of pixels: the second layer has added nothing but width.
# Each of the five weights collects all ways from one pixel to the output.
# The middle pixel, for example, has three ways: last weight then first, middle then middle, first then last.
# Its weight is 3 · 2 + (−2) · 0 + 1 · 1 = 7.
#
# ## Exercise 1: Collapse two convolutions into one (4 points)
#
# Do the same in two dimensions and with channels.
# `W1` has the shape (height, width, input channels, middle channels), as in Keras, and `W2` (height, width, middle channels, output channels).
# Both layers slide their kernels without turning them, with stride 1, no padding and no bias.
# Write `collapse_two_linear_convs(W1, W2)`: it returns the kernel of the single layer that does what the two do in a row.
#
# Follow one pixel: layer 1 weighs it at some offset of its window, layer 2 weighs the result at some offset of its own.
# The offsets add up, and every middle channel is one more way.
# The first lines, which set up the result's shape, are given.
# Write the rest with NumPy alone (no SciPy, TensorFlow or Keras).


# %% nbgrader={"solution": "collapse_two_linear_convs"}
def collapse_two_linear_convs(W1, W2):
    """Return the kernel of one convolution that equals two linear ones in a row.

    Args:
        W1: array (kh1, kw1, c_in, c_mid), the layer that sees the image.
        W2: array (kh2, kw2, c_mid, c_out), the layer after it.

    Returns:
        Array (kh1 + kh2 - 1, kw1 + kw2 - 1, c_in, c_out).
    """
    kh1, kw1, c_in = W1.shape[:3]
    kh2, kw2, c_out = W2.shape[0], W2.shape[1], W2.shape[3]
    W = np.zeros((kh1 + kh2 - 1, kw1 + kw2 - 1, c_in, c_out))
    ### BEGIN SOLUTION
    for a in range(kh2):
        for b in range(kw2):
            W[a : a + kh1, b : b + kw1] += W1 @ W2[a, b]
    return W
    ### END SOLUTION


# %% nbgrader={"check": "collapse_two_linear_convs"}
check("lab07.collapse_two_linear_convs")

# %% [markdown]
# ## What one linear filter cannot find
#
# So without activations a deep network is one layer.
# Is that a loss?
# Here is a task that no single linear filter solves.
# A patch of two pixels, left and right, shows a *border* if exactly one of them is bright.
# The cell tries 200,000 random filters, each with a bias, that should answer above 0 for a border and not above 0 otherwise.
# Expect the best of them to get 3 of the 4 patches right.

# %%
patches = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
border = np.array([False, True, True, False])
weights = rng.normal(size=(200_000, 2))
bias = rng.normal(size=(200_000, 1))
right = ((weights @ patches.T + bias > 0) == border).sum(axis=1)
for count, found in enumerate(np.bincount(right, minlength=5)):
    print(f"{count} of 4 patches right: {found:7,} filters")

# %% [markdown]
# Not one of them gets all 4, and no other filter would.
# A linear filter's answers to the patches (0, 1) and (1, 0) add up to the same number as its answers to (0, 0) and (1, 1).
# If the first two are above 0 and the last two are not, that cannot be.
#
# Two filters with a ReLU behind them can do it: one finds dark to bright, the other bright to dark, and nothing cancels.
# The next figure shows both on a row of stripes.

# %%
import matplotlib.pyplot as plt

plt.style.use("grader.labs")

stripes = np.repeat([0, 1, 0, 1, 0], 6)
linear = np.correlate(stripes, [-1, 1], "valid")
with_relu = np.clip(linear, 0, None) + np.clip(-linear, 0, None)
figure, axes = plt.subplots(
    3, 1, figsize=(8, 4.4), sharex=True, height_ratios=[1, 2, 2]
)
_ = axes[0].imshow(stripes[None], cmap="gray", aspect="auto")
_ = axes[0].set(title="a row of pixels", yticks=[])
places = np.arange(len(linear)) + 0.5
_ = axes[1].stem(places, linear, linefmt="#D55E00", markerfmt="o", basefmt="grey")
_ = axes[1].set_title(
    f"one linear filter (−1, 1): the sum of its answers is {linear.sum()}"
)
_ = axes[2].stem(places, with_relu, linefmt="#0072B2", markerfmt="s", basefmt="grey")
_ = axes[2].set_title(f"two filters with ReLU, added: the sum is {with_relu.sum()}")
_ = axes[2].set_xlabel("position (pixels)")
for axis in axes[1:]:
    _ = axis.set(ylim=(-1.4, 1.4), ylabel="answer")
figure.tight_layout()

# %% [markdown]
# *Picture in words:* on top two white stripes on black; in the middle four needles at the borders, up, down, up, down; at the bottom four needles that all point up.
#
# The linear filter's answers cancel, and a layer that adds or averages them finds nothing.
# With ReLU in between all four borders count.
#
# Accuracy alone can hide this.
# While this course was made, a small convolutional network learned 8,000 of MNIST's digits: 93.4 % of the test digits were right with ReLU, 88.1 % without any activation and with average pooling, and 92.4 % without ReLU but with *max* pooling.
# Taking a maximum is not linear either, so it partly stood in for the missing ReLU.
#
# ## Exercise 2: ReLU (1 point)
#
# The *rectified linear unit* keeps what is positive and replaces the rest with 0, value by value.
# Write `relu(x)` with NumPy (no TensorFlow or Keras in exercises 2 and 3); do not change `x`.


# %% nbgrader={"solution": "relu"}
def relu(x):
    """Return x where it is positive and 0 elsewhere.

    Args:
        x: array of any shape, of floats or whole numbers.

    Returns:
        Array of the same shape.
    """
    ### BEGIN SOLUTION
    return np.maximum(x, 0)
    ### END SOLUTION


# %% nbgrader={"check": "relu"}
check("lab07.relu")

# %% [markdown]
# ## Exercise 3: Leaky ReLU (2 points)
#
# The *leaky* ReLU lets a little of the negative side through: it multiplies negative values by a small slope.
# Write `leaky_relu(x, slope=0.1)` with NumPy, for slopes between 0 and 1; do not change `x`.
# (Keras calls the slope `negative_slope`.)


# %% nbgrader={"solution": "leaky_relu"}
def leaky_relu(x, slope=0.1):
    """Return x where it is positive and slope * x elsewhere.

    Args:
        x: array of any shape, of floats or whole numbers.
        slope: slope for negative values, between 0 and 1.

    Returns:
        Array of the same shape.
    """
    ### BEGIN SOLUTION
    return np.where(x > 0, x, slope * x)
    ### END SOLUTION


# %% nbgrader={"check": "leaky_relu"}
check("lab07.leaky_relu")

# %% [markdown]
# ## Count the dead
#
# Where ReLU gives 0 its slope is 0 too, so no correction passes through to the weights before it.
# A unit that gives 0 for *every* image gets no correction at all: it is **dead**, and stays so.
# With a leak some correction always passes.
#
# The next cell trains a small dense network with 50 hidden units on 500 of scikit-learn's 8 × 8 digits, in two phases.
# Phase 1 takes 30 steps with the learning rate you give, phase 2 takes 200 gentle steps with 0.5.

# %%
from scipy.special import softmax as library_softmax
from sklearn.datasets import load_digits

small_digits = load_digits()
x_train = small_digits.images[:500].reshape(500, 64) / 16
x_train = x_train - x_train.mean(axis=0)
wanted = np.eye(10)[small_digits.target[:500]]


def take_step(W1, b1, W2, rate, slope):
    """Take one step of gradient descent, inside the given weights."""
    z = x_train @ W1 + b1
    gate = np.where(z > 0, 1, slope)  # the slope of the activation
    shares = library_softmax((z * gate) @ W2, axis=1)
    error = (shares - wanted) / len(z)
    back = (error @ W2.T) * gate
    W2 -= rate * (z * gate).T @ error
    W1 -= rate * x_train.T @ back
    b1 -= rate * back.sum(axis=0)


# %% [markdown]
# The line to look at is the one with `back`: what the weights before a unit learn is multiplied by `gate`, which is 0 where a ReLU gave 0.
# The next function runs the two phases and counts the *silent* units after each, those that are never above 0 for any of the 500 images.


# %%
def train_two_phases(rate, slope, units=50):
    """Return, after each phase, (silent units, training accuracy)."""
    draw = np.random.default_rng(0).normal
    W1, b1 = draw(0, np.sqrt(2 / 64), (64, units)), np.zeros(units)
    W2, report = draw(0, np.sqrt(2 / units), (units, 10)), []
    for phase_rate, steps in ((rate, 30), (0.5, 200)):
        for _ in range(steps):
            take_step(W1, b1, W2, phase_rate, slope)
        z = x_train @ W1 + b1
        scores = np.where(z > 0, z, slope * z) @ W2
        hits = scores.argmax(axis=1) == wanted.argmax(axis=1)
        report.append((int((z <= 0).all(axis=0).sum()), float(hits.mean())))
    return report


# %% [markdown]
# Try four learning rates for phase 1, for ReLU (slope 0) and for a leaky ReLU (slope 0.1).
# The accuracy is on the training images: the question is only whether the network can still learn.

# %%
rates = [2, 8, 12, 16]
reports = {s: [train_two_phases(rate, s) for rate in rates] for s in (0, 0.1)}
for slope, rows in reports.items():
    print("ReLU" if slope == 0 else f"leaky ReLU, slope {slope}")
    for rate, ((silent, wild), (still, calm)) in zip(rates, rows, strict=True):
        print(
            f"  rate {rate:2d}: {silent:2d} of 50 units silent, accuracy {wild:.3f};",
            end="",
        )
        print(f" after the gentle phase {still:2d} silent, accuracy {calm:.3f}")

# %% [markdown]
# The same numbers as a figure.

# %%
figure, axes = plt.subplots(1, 2, figsize=(9, 3.2))
styles = {0: ("#D55E00", "o-", "ReLU"), 0.1: ("#0072B2", "s--", "leaky ReLU")}
for slope, (colour, line, label) in styles.items():
    silent = [report[1][0] for report in reports[slope]]
    accuracy = [100 * report[1][1] for report in reports[slope]]
    _ = axes[0].plot(rates, silent, line, color=colour, label=label)
    _ = axes[1].plot(rates, accuracy, line, color=colour, label=label)
_ = axes[0].set(ylabel="silent units (of 50)", ylim=(-2, 52))
_ = axes[1].set(ylabel="training accuracy (%)", ylim=(0, 104))
for axis in axes:
    _ = axis.set(xlabel="learning rate of phase 1", xticks=rates)
    _ = axis.legend()
figure.suptitle("after the gentle phase")
figure.tight_layout()

# %% [markdown]
# *Picture in words:* on the left the number of silent ReLU units climbs steeply with the learning rate, that of leaky units stays clearly lower; on the right ReLU's training accuracy falls at the two largest rates, and the leaky line stays near the top.
#
# With small rates no or few units die, and ReLU works as well as its leaky relative.
# After the wild phase at rate 16 *both* networks are in a bad state.
# The gentle phase repairs the leaky one: a unit that is silent there still gets corrections through the leak.
# No dead ReLU unit comes back, because nothing reaches its weights.
# Compare their number with your second prediction.
#
# ## Exercise 4: Sigmoid (2 points)
#
# The sigmoid squeezes any number between 0 and 1:
#
# $$\text{sigmoid}(x) = \frac{1}{1 + e^{-x}} = \frac{e^{x}}{1 + e^{x}}$$
#
# Both forms are right on paper.
# On a computer `np.exp(1000)` overflows to infinity, and infinity divided by infinity is `nan`.
# Write `sigmoid(x)` with NumPy alone (no SciPy, TensorFlow or Keras), so that it gives the right number from −1000 to 1000.
#
# > **Note.** The check looks at the numbers. If NumPy prints a `RuntimeWarning` about an overflow on the way, your values may still be right; a version without the warning never takes `exp` of a positive number.


# %% nbgrader={"solution": "sigmoid"}
def sigmoid(x):
    """Return 1 / (1 + exp(-x)), also for very large and very small x.

    Args:
        x: array of any shape, of floats or whole numbers.

    Returns:
        Array of the same shape, values from 0 to 1.
    """
    ### BEGIN SOLUTION
    small = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, small) / (1 + small)
    ### END SOLUTION


# %% nbgrader={"check": "sigmoid"}
check("lab07.sigmoid")

# %% [markdown]
# ## Exercise 5: Softmax (3 points)
#
# The last layer of a classifier turns one score per class into shares that sum to 1:
#
# $$\text{softmax}(x)_i = \frac{e^{x_i}}{\sum_j e^{x_j}}$$
#
# The sum runs along one axis; every other index has shares of its own.
# Subtracting the same number from all scores that share a sum changes no share, and you can choose that number so that nothing overflows.
# Write `softmax(x, axis=-1)` with NumPy alone; do not change `x`.
#
# The axis matters more than it seems: in the same experiments, the softmax of one Keras network ran over the *batch* (axis 0).
# Its training loss looked perfectly normal, and only 84 % of its predictions were right.


# %% nbgrader={"solution": "softmax"}
def softmax(x, axis=-1):
    """Turn scores into shares that sum to 1 along an axis.

    Args:
        x: array of at least one dimension, of floats or whole numbers.
        axis: the axis along which the shares sum to 1.

    Returns:
        Array of the same shape.
    """
    ### BEGIN SOLUTION
    shifted = np.exp(x - x.max(axis=axis, keepdims=True))
    return shifted / shifted.sum(axis=axis, keepdims=True)
    ### END SOLUTION


# %% nbgrader={"check": "softmax"}
check("lab07.softmax")

# %% [markdown]
# ## What does a unit see?
#
# The **receptive field** of a unit is the part of the input that can change it.
# With a 3-wide kernel a unit of layer 1 sees 3 pixels.
# A unit of layer 2, again with 3 weights, sees 3 units of layer 1, which *overlap*: together 5 pixels, not 6 or 9.
#
# A stride changes the picture.
# Call **jump** the distance, in pixels of the input, between two neighbouring units.
# It is 1 in the input, and each stride multiplies it for all that comes after.
# A layer whose *inputs* lie one jump apart, with a kernel of k weights, reaches (k − 1) jumps further than a single one of its inputs does.
#
# ## Exercise 6: Compute receptive fields (3 points)
#
# Write `receptive_field(layers)`.
# `layers` is a list of (kernel_size, stride), the layer that sees the image first.
# Return a list with one whole number per layer: how many input pixels wide the receptive field of one of its units is.
# Height and width work alike, so one dimension is enough; pooling counts like a convolution.
# For `[(3, 1), (3, 1)]` the answer is `[3, 5]`.


# %% nbgrader={"solution": "receptive_field"}
def receptive_field(layers):
    """Return the width of the receptive field after each layer.

    Args:
        layers: list of (kernel_size, stride), first layer first.

    Returns:
        List of whole numbers, one per layer.
    """
    ### BEGIN SOLUTION
    sizes, size, jump = [], 1, 1
    for kernel_size, stride in layers:
        size = size + (kernel_size - 1) * jump
        jump = jump * stride
        sizes.append(size)
    return sizes
    ### END SOLUTION


# %% nbgrader={"check": "receptive_field"}
check("lab07.receptive_field")

# %% [markdown]
# ## Exercise 7: Probe it with impulses (3 points)
#
# A formula can be wrong; an experiment shows what a network does.
# Write `probe_receptive_field(layers, n)`, which finds out which of `n` input positions reach one unit of the last layer.
#
# - Each layer (kernel_size, stride) is a one-dimensional convolution whose weights are all 1, without padding: its output i is the sum of the `kernel_size` values that start at position i · stride.
#   Only windows that fit entirely are used.
# - For every input position p from 0 to n − 1, send in an *impulse*: 1 at p and 0 elsewhere.
# - Write down the value of the middle unit of the last layer: of m units, number `m // 2`, counted from 0.
#
# Return these n values.
# For `[(3, 1)]` and n = 6 there are 4 windows and the middle one is number 2, so the answer is `[0, 0, 1, 1, 1, 0]`.
# Write it with NumPy or plain Python (no SciPy, TensorFlow or Keras).


# %% nbgrader={"solution": "probe_receptive_field"}
def probe_receptive_field(layers, n):
    """Return the middle unit's answer to an impulse at each input position.

    Args:
        layers: list of (kernel_size, stride), first layer first; all weights are 1.
        n: number of input positions.

    Returns:
        Array (n,).
    """
    ### BEGIN SOLUTION
    answers = []
    for impulse in np.eye(n):
        values = impulse
        for kernel_size, stride in layers:
            starts = range(0, len(values) - kernel_size + 1, stride)
            values = np.array([values[i : i + kernel_size].sum() for i in starts])
        answers.append(values[len(values) // 2])
    return np.array(answers)
    ### END SOLUTION


# %% nbgrader={"check": "probe_receptive_field"}
check("lab07.probe_receptive_field")

# %% [markdown]
# ## Draw the receptive field
#
# The drawing starts at one unit of the last layer and follows every connection back to the input.
# First the MNIST network of your third prediction, on a row of 28 pixels.


# %%
def draw_field(layers, n=28):
    """Draw each layer as a row of dots, and what one unit of the last layer sees."""
    places = [np.arange(n)]  # of the units of each layer, in input pixels
    for size, stride in layers:
        means = np.convolve(places[-1], np.ones(size) / size, "valid")
        places.append(means[::stride])
    figure, axis = plt.subplots(figsize=(9, 3.4))
    seen, labels = [len(places[-1]) // 2], []
    for depth in range(len(layers), -1, -1):
        xs, height = places[depth], np.full(n, depth)
        _ = axis.plot(xs, height[: len(xs)], "o", color="#BBBBBB", markersize=5)
        _ = axis.plot(xs[seen], height[: len(seen)], "s", color="#D55E00")
        labels.append(f"{f'layer {depth}' if depth else 'input'} ({len(seen)} seen)")
        if depth:
            size, stride = layers[depth - 1]
            links = [(i, i * stride + k) for i in seen for k in range(size)]
            ends = np.array([(xs[i], places[depth - 1][j]) for i, j in links])
            _ = axis.plot(ends.T, (depth, depth - 1), color="#E69F00", zorder=1)
            seen = sorted({j for _, j in links})
    _ = axis.set_yticks(range(len(layers), -1, -1), labels)
    _ = axis.set(xlabel="position in the input (pixels)", title=f"{layers}")
    figure.tight_layout()


draw_field([(3, 1), (2, 2), (3, 1), (2, 2)])

# %% [markdown]
# *Picture in words:* five rows of dots, the input at the bottom with 28 dots, close together, and the last layer at the top with few, far apart; orange lines fan out from one dark square at the top to 10 neighbouring squares at the bottom.
#
# The labels count the units that take part in each row, and the lowest row is the receptive field of the unit at the top: 10 pixels.
# Cut the network off earlier and the same count gives 3, 4 and 8 pixels for its first three layers, 10 for all four.
# The rows of dots become sparser upwards: that is the jump, 1 in the input, then 1, 2, 2, 4.
# A digit fills about 20 of the 28 pixels, so no unit of this network sees a whole digit; the dense layers after it put the pieces together.
#
# Choose another stack, and see which dot rows thin out and how wide the fan becomes.

# %%
stacks = {
    "MNIST network": [(3, 1), (2, 2), (3, 1), (2, 2)],
    "three 3-wide layers": [(3, 1)] * 3,
    "one 7-wide layer": [(7, 1)],
    "strides first": [(3, 2), (3, 2), (3, 1)],
    "strides last": [(3, 1), (3, 2), (3, 2)],
}
sliders(draw_field, layers=stacks, n=(20, 40, 4))

# %% [markdown]
# ## Not every pixel counts alike
#
# Your probe returned more than 0 and 1: a value says on how many ways a pixel reaches the unit.
# Run it for 2, 5 and 10 layers of 3-wide kernels, and compare the width of the field with the part in its middle that holds 90 % of all ways.

# %%
figure, axis = plt.subplots(figsize=(8, 3.2))
looks = {2: ("#0072B2", "o-"), 5: ("#009E73", "s-"), 10: ("#D55E00", "^-")}
for depth, (colour, line) in looks.items():
    ways = np.asarray(probe_receptive_field([(3, 1)] * depth, 41))
    share = ways / ways.sum()
    seen = np.flatnonzero(share)
    wide = next(w for w in range(21) if share[20 - w : 21 + w].sum() >= 0.9)
    label = f"{depth} layers: {len(seen)} pixels, 90 % in {2 * wide + 1}"
    _ = axis.plot(seen - 20, 100 * share[seen], line, color=colour, label=label)
    print(label)
_ = axis.set(xlabel="distance from the middle (pixels)", ylabel="share of ways (%)")
_ = axis.set_xticks(range(-10, 11, 2))
_ = axis.legend()
figure.tight_layout()

# %% [markdown]
# *Picture in words:* three bells; the deeper the stack, the lower and broader the bell, with long flat tails on both sides.
#
# The field grows by 2 pixels with every layer, the bell more slowly.
# Pixels at the rim have a single way each, those in the middle thousands.
# So the receptive field is what a unit *can* see; what it mostly sees is the middle.
#
# ## Explain (2 points)
#
# A friend builds a network of ten 3 × 3 convolutions without activations and says: "It is deep, and each unit of the last layer sees 21 × 21 pixels.
# It must be powerful."
# In three or four sentences: what is right, what is wrong, and which single change would help most?

# %% [markdown] nbgrader={"written": "explain", "points": 2}
# ### BEGIN SOLUTION
# The size is right: each layer adds 2 pixels, so the field is 1 + 10 · 2 = 21 pixels wide, though the pixels in the middle count most.
# The word powerful is wrong: convolutions without activations collapse into one linear filter of 21 × 21 pixels, which cannot even tell that exactly one of two pixels is bright.
# An activation such as ReLU after each layer but the last keeps the same field and makes the layers count.
#
# **What counts:**
#
# - Right: ten layers of 3 × 3 see 1 + 10 · 2 = 21 pixels in each direction.
# - Wrong: without activations they collapse into a single linear filter, whatever their number.
# - The change is an activation, such as ReLU, behind each layer but the last; it leaves the field as it is.
# ### END SOLUTION

# %% [markdown]
# Once you have written at least two sentences, save the notebook and run this cell: it shows what counts in an answer.

# %%
from grader import compare

compare("lab07.explain")

# %% [markdown]
# ## Recap
#
# This cell shows where you stand, and which checks did not pass.

# %%
from grader import progress

progress("lab07")

# %% [markdown]
# Run the cell to see what you measured, and look back at your predictions.

# %%
field = 1 + 2 * 1 + 1 * 1 + 2 * 2 + 1 * 2  # (k - 1) times the jump, layer by layer
dead = reports[0][-1][1][0]
print(f"1. two 3x3 layers equal one kernel {3 + 3 - 1} pixels wide")
print(f"2. dead ReLU units after the learning rate {rates[-1]}: {dead} of 50")
print(f"3. a unit of the MNIST network's last layer sees {field} pixels")

# %% [markdown]
# - The lecture lists the activation as one setting among others.
#   Your numbers say more: without it, two layers are one, and no filter of 200,000 solved a task of four patches.
# - ReLU is simple and can die; the leaky ReLU survived what killed it.
#   With sensible learning rates both learned equally well here.
# - Sigmoid and softmax are easy on paper; overflow and the wrong axis are what goes wrong in code.
# - Kernel sizes and strides decide what a unit can see: for the MNIST network 3, 4, 8 and 10 pixels.
#
# ## On your own
#
# No points here:
#
# - Three 3 × 3 layers see as much as one 7 × 7 layer.
#   How many weights does each need, with 64 channels everywhere?
#   What do the three have that the one has not?
# - Put a ReLU between the two layers of the worked example.
#   Is there still a single kernel that gives the same numbers?
#   Try to fit one with `np.linalg.lstsq`.
# - Find a stack of at most five layers whose receptive field is exactly 28.
# - Give the leaky ReLU a *negative* slope of −1.
#   Which function is that, and does the network above still learn?
#
# **Next:** lab 08 adds pooling, the layer that makes the jump grow and the network a little blind to small shifts.
