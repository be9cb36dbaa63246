# %% [markdown]
# # Count the weights of an eight-megapixel photo
#
# **What you'll do.** Write eight short functions that count weights, multiplications and gigabytes, and use them to test a sentence of the lecture.
#
# **What you'll learn.**
#
# - Which arrays a dense, a locally connected, a convolutional and a pooling layer own, and so how many parameters each has.
# - Why fewer parameters do not mean less computing.
# - For which photos that sentence is true, and for which it is not.
#
# **What you'll need.** Multiplication, Python functions, and 45 minutes.
# TensorFlow is not needed: you can count a layer without building it.
#
# **The lecture** says that connecting every pixel of a phone's photo with just 100 neurons takes "billions of weights" in just the first hidden layer.
# Does it?

# %% [markdown]
# ## Predict first (1 point)
#
# Guess before you count; a guess earns the point whether or not it is right.
# Replace the line below with `predictions = [..., ..., ...]`, three numbers of your own:
#
# 1. A dense layer of 100 units reads an eight-megapixel **colour** photo.
#    How many **billion** weights does it have?
# 2. A convolutional layer slides 100 filters of 3x3 over the same photo, one position for every pixel.
#    How many parameters does it have?
# 3. If the dense layer takes one hour to compute, how many **hours** does the convolutional layer take, by the number of multiplications?

# %% nbgrader={"solution": "predictions"}
### BEGIN SOLUTION
predictions = [1, 90_000, 0.01]
### END SOLUTION

# %% nbgrader={"check": "predictions"}
from grader import check, sliders

check("lab01.predictions")

# %% [markdown]
# ## A worked example: a layer owns arrays
#
# A *parameter* is a number that training may change.
# A layer keeps its parameters in arrays, so to count them you need only the shapes of these arrays: multiply along each shape, then add the arrays up.
#
# The smallest interesting layer is dense, with 3 inputs and 2 units.
# Each unit multiplies each input by a weight of its own, which makes an array of shape `(3, 2)`, and adds one bias of its own, which makes an array of shape `(2,)`.
# Expect 3 · 2 + 2 = 8.

# %%
import math


def total_size(shapes):
    """Count the numbers in arrays of these shapes, a list of tuples."""
    return sum(math.prod(shape) for shape in shapes)


total_size([(3, 2), (2,)])

# %% [markdown]
# Eight numbers to learn, and none of the arrays had to exist.
# That is useful, because the next ones would not fit into this computer.
#
# How many inputs does a photo have?
# Not one per pixel: a grey photo has one value per pixel, a colour photo three, for red, green and blue (RGB).
# These are called *channels*.
# Expect 784 for a digit of MNIST, 8 million for a grey photo of eight megapixels, and three times as many in colour.


# %%
def input_values(height, width, channels):
    """Count the values of an image, which are the inputs of the first layer."""
    return total_size([(height, width, channels)])


for shape in [(28, 28, 1), (2000, 4000, 1), (2000, 4000, 3), (2448, 3264, 3)]:
    print(f"{shape!s:>16} has {input_values(*shape):>10,} values")

# %% [markdown]
# The last line is a front camera as it is sold: 3264 pixels wide and 2448 high, which is 7,990,272 pixels and is rounded to eight megapixels.
#
# ## Exercise 1: Count a dense layer (3 points)
#
# Write `dense_params(n_in, n_units, bias=True)`: the number of parameters of a dense layer.
# Every unit has one weight for each of the `n_in` inputs and, if `bias` is true, one bias.
#
# The first line is given.
# You may use `total_size`, but you need not.
# For comparison: `dense_params(784, 10)` should be 7,850.
# 2 points are for layers with biases, 1 for layers without.


# %% nbgrader={"solution": "dense_params"}
def dense_params(n_in, n_units, bias=True):
    """Count the parameters of a dense layer.

    Args:
        n_in: the number of inputs.
        n_units: the number of units (neurons).
        bias: whether each unit has a bias.

    Returns:
        An integer.
    """
    weights_per_unit = n_in
    ### BEGIN SOLUTION
    biases_per_unit = 1 if bias else 0
    return n_units * (weights_per_unit + biases_per_unit)
    ### END SOLUTION


# %% nbgrader={"check": "dense_params"}
check("lab01.dense_params")

# %% [markdown]
# ## Test the lecture's sentence
#
# Now put 100 units on the photos, and count weights only, as the lecture does.
# The last two lines are for "hundreds of millions of weights, even for relatively small images": photos of 224x224 pixels in colour, with a layer of 1,000 and of 4,096 units.

# %%
layers = {
    "MNIST digit": (28, 28, 1, 100),
    "8 megapixels, grey": (2000, 4000, 1, 100),
    "8 megapixels, RGB": (2000, 4000, 3, 100),
    "3264x2448 camera, grey": (2448, 3264, 1, 100),
    "3264x2448 camera, RGB": (2448, 3264, 3, 100),
    "224x224 photo, RGB": (224, 224, 3, 1000),
    "224x224 photo, RGB, wider": (224, 224, 3, 4096),
}
for name, shape in layers.items():
    print(f"{name:>25} with {shape[3]:>5,} units: {total_size([shape]):>13,} weights")

# %% [markdown]
# Read it line by line:
#
# - On a digit, 100 units cost 78,400 weights: no problem at all.
# - On eight **grey** megapixels they cost 0.8 billion.
#   The lecture's sentence is **false** there.
# - **In colour** they cost 2.4 billion, and the sentence is **true**.
#   The exact camera changes little: 2,397,081,600.
# - "Hundreds of millions for small images" needs a wide layer: 1,000 units have 150,528,000 weights, 4,096 units have 616,562,688.
#
# So the claim hangs on a word that was not said: colour.
#
# There is a trap in numbers of this size.
# Libraries often store integers in 32 bits, of which the largest is 2,147,483,647.
# Expect one right and one impossible count for the grey and the colour photo.

# %%
import numpy as np

inputs = np.array([8_000_000, 24_000_000], dtype="int32")
inputs * 100

# %% [markdown]
# A negative number of weights, and no warning: the count wrapped around.
# Python's own integers have no largest value, so use those (or `int64`) whenever you count.
#
# ## See a filter
#
# The next layer owns filters instead of units.
# Draw one filter of 3x3 at one position of a small colour picture of 5x6 pixels, and count the framed values: they are all that this filter reads there.

# %%
import matplotlib.pyplot as plt

plt.style.use("grader.labs")

picture = np.random.default_rng(1).integers(0, 10, (5, 6, 3))
figure, panels = plt.subplots(1, 3, figsize=(9, 2.9))
for channel, (axes, name) in enumerate(
    zip(panels, ["red", "green", "blue"], strict=True)
):
    axes.imshow(picture[..., channel], cmap="gray", vmin=-6, vmax=9)
    for (row, column), value in np.ndenumerate(picture[..., channel]):
        axes.text(column, row, value, ha="center", va="center", color="black")
    axes.add_patch(
        plt.Rectangle((1.5, 0.5), 3, 3, fill=False, edgecolor="#D55E00", lw=4)
    )
    axes.set(title=f"{name}: 9 weights here", xticks=[], yticks=[])
figure.tight_layout()

# %% [markdown]
# *Picture in words:* the red, the green and the blue channel of one picture, five rows of six numbers each.
# In each of them the same window of 3x3 numbers is framed.
#
# One filter, 27 weights: nine for each channel.
# The 27 products and the bias are added to **one** number, so the channels are not kept apart.
#
# ## Exercise 2: Count a convolutional layer (4 points)
#
# A filter is a small box of weights, `kh` high, `kw` wide and as deep as the image has channels.
# It slides over the image, and at every position it multiplies its weights with the values below, adds all products up, over all channels too, and adds its bias.
# A layer has several filters, and each one keeps its weights and its bias wherever it is: they are *shared* by all positions.
#
# Write `conv2d_params(kh, kw, c_in, filters, bias=True)`.
# For comparison: Keras's `summary()` says 320 for 32 filters of 3x3 on a grey image, and 18,496 for 64 filters of 3x3 on the 32 channels that come out.
# 3 points are for layers with biases, 1 for layers without.


# %% nbgrader={"solution": "conv2d_params"}
def conv2d_params(kh, kw, c_in, filters, bias=True):
    """Count the parameters of a convolutional layer.

    Args:
        kh: the height of the kernel.
        kw: the width of the kernel.
        c_in: the number of channels of the layer's input.
        filters: the number of filters.
        bias: whether each filter has a bias.

    Returns:
        An integer.
    """
    ### BEGIN SOLUTION
    per_filter = kh * kw * c_in + (1 if bias else 0)
    return filters * per_filter
    ### END SOLUTION


# %% nbgrader={"check": "conv2d_params"}
check("lab01.conv2d_params")

# %% [markdown]
# ## See what is shared
#
# Two things make a convolution small, and a row of eight values is enough to see both.
# Draw three layers that read it and give six values: a dense one, one that looks through a window of three values, and a convolution.
# Each line is a multiplication: a grey one by a weight of its own, coloured ones of the same look by one weight that they share.
# Before you run it: how many different weights does each of the three have?

# %%
LOOKS = [("#0072B2", "-"), ("#D55E00", "--"), ("#CC79A7", ":")]
drawn_layers = {  # title: what output i reads, whether all positions share the weights
    "dense": (lambda i: range(8), False),
    "locally connected": (lambda i: range(i, i + 3), False),
    "convolution": (lambda i: range(i, i + 3), True),
}
figure, panels = plt.subplots(1, 3, figsize=(11, 2.6))
for axes, (title, (reads, shared)) in zip(panels, drawn_layers.items(), strict=True):
    weights = set()
    for i in range(6):
        for k, j in enumerate(reads(i)):
            colour, style = LOOKS[k] if shared else ("#999999", "-")
            axes.plot([j, i + 1], [0, 1], color=colour, linestyle=style, linewidth=2)
            weights.add(k if shared else (i, j))
    axes.plot(range(8), [0] * 8, "s", color="grey", markersize=9)
    axes.plot(range(1, 7), [1] * 6, "o", color="grey", markersize=9)
    axes.set_title(f"{title}: {len(weights)} weights")
    axes.set_axis_off()
figure.tight_layout()

# %% [markdown]
# *Picture in words:* three drawings of eight squares below and six circles above.
# Dense: every square is joined with every circle, 48 grey lines.
# Locally connected: each circle is joined with the three squares below it, 18 grey lines.
# Convolution: the same 18 lines, in three looks only; each circle has one line of each look.
#
# The window takes 48 weights down to 18, and sharing takes 18 down to 3.
# The number of lines, which is the work, is the same in the second and the third drawing.
#
# ## Exercise 3: Count a layer that shares nothing (3 points)
#
# A convolution differs from a dense layer in two ways: a filter sees only a small window, and all positions share its weights.
# Which of the two saves more?
# A *locally connected* layer has the window but shares nothing: each of the `h_out` · `w_out` output positions has `filters` filters of its own, each with its own weights and its own bias.
#
# Write `local_params(h_out, w_out, kh, kw, c_in, filters)`, the number of its parameters, biases included.
# For comparison: a layer with 2x2 output positions and one filter of 3x3 on a grey image has 40.


# %% nbgrader={"solution": "local_params"}
def local_params(h_out, w_out, kh, kw, c_in, filters):
    """Count the parameters of a locally connected layer, biases included.

    Args:
        h_out: the height of the output, in positions.
        w_out: the width of the output, in positions.
        kh: the height of the kernel.
        kw: the width of the kernel.
        c_in: the number of channels of the layer's input.
        filters: the number of filters at each position.

    Returns:
        An integer.
    """
    ### BEGIN SOLUTION
    per_position = filters * (kh * kw * c_in + 1)
    return h_out * w_out * per_position
    ### END SOLUTION


# %% nbgrader={"check": "local_params"}
check("lab01.local_params")

# %% [markdown]
# See your own functions of exercises 2 and 3 at work on AlexNet, the network of 2012; nothing below needs this cell.
# Its first layer has 96 filters of 11x11 on colour photos and 55x55 output positions.
# The dense count connects each of its outputs with the whole photo of 227x227 pixels.

# %%
outputs = 55 * 55 * 96
dense = total_size([(227 * 227 * 3, outputs), (outputs,)])
local = local_params(55, 55, 11, 11, 3, 96)
conv = conv2d_params(11, 11, 3, 96)
print(f"dense {dense:,}, locally connected {local:,}, convolution {conv:,}")
print(f"the window saves a factor of {dense / local:.0f}, sharing {local / conv:,.0f}")

# %% [markdown]
# The window saves a factor of 425, and still leaves 105,705,600 parameters, more than all layers of AlexNet have together (about 61 million).
# Sharing saves more: it brings the layer down to 34,944, by a factor of 3,025, the number of positions.
#
# ## Exercise 4: Count what pooling learns (1 point)
#
# Max pooling cuts every channel into windows, say of 2x2, and keeps the largest value of each window.
# It makes an image smaller, so the layers behind it have less to do.
#
# Write `pool_params(pool_h, pool_w, channels)`: how many parameters does a max-pooling layer with windows of this size have on an input with that many channels?
# Ask as before: which arrays does it own?


# %% nbgrader={"solution": "pool_params"}
def pool_params(pool_h, pool_w, channels):
    """Count the parameters of a max-pooling layer.

    Args:
        pool_h: the height of the window.
        pool_w: the width of the window.
        channels: the number of channels of the layer's input.

    Returns:
        An integer.
    """
    ### BEGIN SOLUTION
    return 0
    ### END SOLUTION


# %% nbgrader={"check": "pool_params"}
check("lab01.pool_params")

# %% [markdown]
# ## Exercise 5: Count the work of a dense layer (2 points)
#
# Parameters cost memory.
# Time is another matter, and its unit is the *multiply-accumulate* (MAC): one weight times one value, added to a running sum.
# Adding a bias is no multiplication and is not counted.
#
# Write `dense_macs(n_in, n_units)`: the multiply-accumulates of a dense layer for **one** image.
# For comparison: 3 inputs and 2 units need 6.


# %% nbgrader={"solution": "dense_macs"}
def dense_macs(n_in, n_units):
    """Count the multiply-accumulates of a dense layer for one image.

    Args:
        n_in: the number of inputs.
        n_units: the number of units.

    Returns:
        An integer.
    """
    ### BEGIN SOLUTION
    return n_in * n_units
    ### END SOLUTION


# %% nbgrader={"check": "dense_macs"}
check("lab01.dense_macs")

# %% [markdown]
# In a dense layer every weight is used once per image, so weights and work are the same number.
# Is that so where weights are shared?
#
# ## Exercise 6: Count the work of a convolutional layer (3 points)
#
# Write `conv2d_macs(h_out, w_out, kh, kw, c_in, filters)`: the multiply-accumulates of a convolutional layer for one image.
# The output has `h_out` · `w_out` positions, and at each of them every filter is applied once.
#
# For comparison: the first layer of the small network in lab 10 (26x26 positions, 32 filters of 3x3, grey input) needs 194,688.


# %% nbgrader={"solution": "conv2d_macs"}
def conv2d_macs(h_out, w_out, kh, kw, c_in, filters):
    """Count the multiply-accumulates of a convolutional layer for one image.

    Args:
        h_out: the height of the output, in positions.
        w_out: the width of the output, in positions.
        kh: the height of the kernel.
        kw: the width of the kernel.
        c_in: the number of channels of the layer's input.
        filters: the number of filters.

    Returns:
        An integer.
    """
    ### BEGIN SOLUTION
    outputs = h_out * w_out * filters
    return outputs * kh * kw * c_in
    ### END SOLUTION


# %% nbgrader={"check": "conv2d_macs"}
check("lab01.conv2d_macs")

# %% [markdown]
# ## Explore: fewer parameters, more work
#
# Compare three layers on the colour photo of eight megapixels: 100 dense units, and 100 filters of 3x3 at each of the 8 million positions, unshared and shared.
# The work of a layer is its number of outputs times the number of values that each output reads.
# Before you run it, decide which layer you expect to need the least work.
#
# The second cell draws both counts, on logarithmic axes, since they span seven powers of ten: each tick is a hundred times the one before.

# %%
photo_layers = {  # name: the shapes of its arrays, its outputs, what each output reads
    "dense": ([(24_000_000, 100), (100,)], 100, 24_000_000),
    "local": ([(8_000_000, 27, 100), (8_000_000, 100)], 800_000_000, 27),
    "conv": ([(27, 100), (100,)], 800_000_000, 27),
}
params = {name: total_size(shapes) for name, (shapes, _, _) in photo_layers.items()}
macs = {name: outputs * reads for name, (_, outputs, reads) in photo_layers.items()}
print(f"{params['dense'] / params['conv']:,.0f} times fewer parameters")
print(f"{macs['conv'] / macs['dense']:g} times the work")

# %%
titles = {"parameters": params, "multiply-accumulates for one photo": macs}
HATCHES = {"dense": "", "local": "//", "conv": ".."}
COLOURS = {"dense": "#0072B2", "local": "#E69F00", "conv": "#D55E00"}

figure, panels = plt.subplots(1, 2, figsize=(10, 2.8), sharey=True)
for axes, (title, counts) in zip(panels, titles.items(), strict=True):
    for name, count in counts.items():
        bar = axes.barh(name, count, color=COLOURS[name], hatch=HATCHES[name])
        text = f"{count / 1e9:.1f} billion" if count > 1e9 else f"{count:,}"
        _ = axes.bar_label(bar, [text], padding=4)
    axes.set(xscale="log", xlim=(1e2, 1e13), xlabel=title)
    axes.invert_yaxis()
panels[0].invert_yaxis()
figure.tight_layout()

# %% [markdown]
# *Picture in words:* two bar charts with logarithmic axes.
# Parameters: dense 2.4 billion, local 22.4 billion, conv only 2,800.
# Multiply-accumulates: dense 2.4 billion, local and conv 21.6 billion each.
#
# The convolution has 857,143 times fewer parameters, and needs **nine times the work** of the dense layer.
# Sharing saves memory, not time: a shared weight is one number, used eight million times.
# Part of the reason is that the layers do not give the same: 100 units give 100 values, 100 filters give 800 million.
# Per value, a filter reads 27 numbers where a unit reads 24 million.
# Later labs cut the number of positions, with strides (lab 06) and pooling (lab 08): that is what they are for.
#
# ## Exercise 7: Turn parameters into gigabytes (3 points)
#
# Write `memory_gb(params, bytes_per=4, copies=1)`: the memory that `params` numbers take, in **gigabytes**, 1 GB = 10⁹ bytes.
# Each number takes `bytes_per` bytes, and `copies` arrays of that size are kept.
# Return the exact number, not a rounded one.
#
# For comparison: 500 million numbers of 4 bytes take 2 GB, and twice that with `copies=2`.
# 2 points are for a single copy, 1 for several.


# %% nbgrader={"solution": "memory_gb"}
def memory_gb(params, bytes_per=4, copies=1):
    """Compute the memory that parameters take, in gigabytes (10**9 bytes).

    Args:
        params: how many numbers there are.
        bytes_per: bytes for each number; a float32 takes 4.
        copies: how many arrays of that size are kept.

    Returns:
        A float.
    """
    ### BEGIN SOLUTION
    return params * bytes_per * copies / 10**9
    ### END SOLUTION


# %% nbgrader={"check": "memory_gb"}
check("lab01.memory_gb")

# %% [markdown]
# To use a network you need its weights.
# To train it with Adam you also need the gradient of each weight and two running averages (its *moments*): four copies.
# Let your function of exercise 7 say what that means for 2.4 billion weights.

# %%
for name, copies in {"use": 1, "train with Adam": 4}.items():
    gigabytes = memory_gb(2_400_000_000, copies=copies)
    print(f"to {name}: {gigabytes:.1f} GB")

# %% [markdown]
# 9.6 GB to use and 38.4 GB to train, for the first layer alone.
# The 2,800 parameters of the convolution take 11.2 kB.
#
# ## Explore: where does the claim become true?
#
# Plot the number of weights against the size of the photo, for grey and RGB and for 10, 100 and 1,000 units.
# Two more lines help to read it: one billion weights, and the most that the whole memory of a phone with 8 GB can hold (2 billion float32 numbers).
# On logarithmic axes, multiplying by three moves a line up by the same distance everywhere, so expect six parallel lines.

# %%
PHONE_WEIGHTS = 8 * 10**9 / 4  # 8 GB, 4 bytes per float32
TAG = {"bbox": {"facecolor": "white", "edgecolor": "none", "pad": 1}, "color": "black"}
KINDS = {"grey": (1, "#0072B2", "-"), "RGB": (3, "#D55E00", "--")}


def plot_weights(unit_counts, megapixels):
    """Draw weights against photo size, and mark one photo size on every line."""
    sizes = np.array([5e-4, 100])  # two points make a straight line
    _, axes = plt.subplots(figsize=(9, 5.5))
    for units in unit_counts:
        for name, (channels, colour, style) in KINDS.items():
            rate = channels * units * 1e6  # weights per megapixel
            here, end = megapixels * rate, sizes[-1] * rate
            axes.loglog(sizes, sizes * rate, style, color=colour)
            axes.plot(megapixels, here, "o", color=colour)
            text = f"{here / 1e9:.3g} billion"
            axes.text(megapixels / 1.2, here, text, ha="right", va="center", **TAG)
            axes.text(sizes[-1], end, f" {name}, {units:,} units")
    for level, label in {1e9: "one billion", PHONE_WEIGHTS: "8 GB phone, full"}.items():
        axes.axhline(level, color="grey", linestyle=":", linewidth=1)
        axes.text(6e-4, level, label, va="bottom" if level > 1e9 else "top")
    axes.axvline(megapixels, color="grey", linewidth=1)
    axes.text(megapixels, 5e3, f" {megapixels:.3g} megapixels")
    axes.set(xlabel="photo size (megapixels)", ylabel="weights of the first layer")
    axes.set(xlim=(5e-4, 100), ylim=(3e3, 1e12))


# %%
plot_weights([10, 100, 1000], megapixels=8)

# %% [markdown]
# *Picture in words:* six straight, parallel lines rise to the right on logarithmic axes.
# Dots mark eight megapixels; for 100 units, the grey dot (0.8 billion) lies just below the dotted line of one billion, and the RGB dot (2.4 billion) above both that line and the line of a full phone.
#
# With 10 units no eight-megapixel photo reaches a billion, with 1,000 units both do.
# Only with the lecture's 100 units does the colour decide.
#
# Now move the sliders: find the photo for which 100 units just fit into the phone, or the number of units that a photo of 2 megapixels can afford.
# If no sliders appear, call `plot_weights([units], megapixels)` in a cell of your own with values you choose.

# %%
from ipywidgets import FloatLogSlider, SelectionSlider

unit_slider = SelectionSlider(options=[1, 10, 30, 100, 300, 1000, 4096], value=100)
photo_slider = FloatLogSlider(value=8, min=-3, max=1.9, step=0.01)
sliders(
    lambda units, megapixels: plot_weights([units], megapixels),
    units=unit_slider,
    megapixels=photo_slider,
)

# %% [markdown]
# The line for RGB and 100 units meets the full phone at 6.67 megapixels, just below the lecture's eight.
#
# ## Exercise 8: Find where a billion begins (3 points)
#
# Write `megapixels_where_billion(channels, units)`: for which size of photo, in **megapixels** (10⁶ pixels), does a dense layer of `units` units on a photo with that many channels have exactly one billion (10⁹) weights?
# Count weights only, no biases, and return the exact number, not a rounded one.
#
# For comparison: with one channel and 1,000 units, it is at 1 megapixel.


# %% nbgrader={"solution": "megapixels_where_billion"}
def megapixels_where_billion(channels, units):
    """Find the photo size at which a dense layer has a billion weights.

    Args:
        channels: the values per pixel, 1 for grey and 3 for RGB.
        units: the number of units.

    Returns:
        The size in megapixels (10**6 pixels), a float.
    """
    ### BEGIN SOLUTION
    weights_per_megapixel = 10**6 * channels * units
    return 10**9 / weights_per_megapixel
    ### END SOLUTION


# %% nbgrader={"check": "megapixels_where_billion"}
check("lab01.megapixels_where_billion")

# %% [markdown]
# ## Explain (2 points)
#
# A friend sums up the lecture: "100 neurons on a phone's photo need billions of weights.
# A convolution needs almost none, so it is much faster."
# In three or four sentences: for which photos is the first sentence right, and what is wrong with the second?
# Use your own numbers.

# %% [markdown] nbgrader={"written": "explain", "points": 2}
# ### BEGIN SOLUTION
# The first sentence is right for colour: eight megapixels in RGB have 24 million values, and 100 units need 2.4 billion weights; in grey it is 0.8 billion, and a billion is reached only at 10 megapixels.
# The second is right about the weights, 2,800 against 2.4 billion, but not about the speed.
# Each of the 100 filters is applied at 8 million positions, which makes 21.6 billion multiply-accumulates, nine times the 2.4 billion of the dense layer.
# Shared weights save memory; to save time one has to cut the number of positions.
#
# **What counts:**
#
# - It tells colour from grey: 2.4 billion weights against 0.8 billion, or says from how many megapixels on it is a billion.
# - It grants that the convolution has few weights, with a number.
# - It denies that it is faster, and compares multiply-accumulates: 21.6 billion against 2.4 billion.
# - It says why: each weight is used again at every position.
# ### END SOLUTION

# %% [markdown]
# Once you have written at least two sentences, save the notebook and run this cell: it shows what counts in an answer.

# %%
from grader import compare

compare("lab01.explain")

# %% [markdown]
# ## Recap
#
# This cell shows where you stand, and which checks did not pass.

# %%
from grader import progress

progress("lab01")

# %% [markdown]
# Put your guesses beside your own results.
# This cell needs your functions of exercises 1, 2, 5 and 6; if you made no predictions, it says "nothing".

# %%
guesses = globals().get("predictions", ["nothing"] * 3)
results = {
    "billion weights": dense_params(24_000_000, 100, bias=False) / 1e9,
    "parameters": conv2d_params(3, 3, 3, 100),
    "hours": conv2d_macs(2000, 4000, 3, 3, 3, 100) / dense_macs(24_000_000, 100),
}
for guess, (unit, result) in zip(guesses, results.items(), strict=True):
    print(f"you guessed {guess}, your functions say {result:,g} {unit}")

# %% [markdown]
# And the lecture's sentences beside the results:
#
# | the lecture | your numbers |
# | --- | --- |
# | front cameras have about eight megapixels | 3264 · 2448 = 7,990,272 pixels |
# | 100 neurons need "billions of weights" | false in grey (0.8 billion), true in RGB (2.4 billion) |
# | "hundreds of millions, even for relatively small images" | 150 million for 224x224 RGB and 1,000 units, but 78,400 for a digit of MNIST and 100 units |
# | a convolution gets by with far fewer | 2,800 parameters, and 21.6 billion multiply-accumulates against 2.4 |
#
# - A layer's parameters are the sizes of the arrays it owns: the size of the photo matters for a dense layer and not for a convolution.
# - Sharing saves most: AlexNet's first layer shrinks from 105,705,600 to 34,944 parameters.
#   Pooling owns nothing.
# - Memory and time are different costs.
#
# ## On your own
#
# No points here:
#
# - Find the stride at which the convolution on the photo needs no more work than 100 dense units.
#   With stride s, there is one position for every s · s pixels.
# - When does a convolution that keeps the size of the photo need *fewer* multiply-accumulates than a dense layer with as many units as there are filters?
#   Try 1x1.
# - Find a network in Keras's documentation, count its layers with your functions, and compare with `model.count_params()`.
#
# **Next:** lab 02 shuffles the pixels, and asks whether a dense layer notices.
