# %% [markdown]
# # Take AlexNet and Inception apart, and go back through a layer
#
# **What you'll do.** Count three famous networks, see how a block of Inception saves work, and go back through a convolution and a pool.
#
# **What you'll learn.**
#
# - Where a network keeps its parameters and where it spends its time: these are different places.
# - How a 1x1 convolution makes an Inception block cheap.
# - What happens in a layer when a network learns.
#
# **What you'll need.** Labs 05, 06 and 08, and 60 minutes.
# This lab is a capstone; no network is trained in it.
#
# **The lecture** says that since 2012 convolutional networks such as AlexNet and "Google's own Inception network" lead in vision, and that networks of the same kind helped to beat the best humans at Go.
# What are these networks made of, and how do they learn?

# %% [markdown]
# ## Predict first (1 point)
#
# Replace the line below with `predictions = [..., ..., ...]`, three numbers of your own; right or wrong, they earn the point:
#
# 1. AlexNet has five convolutional layers and three dense ones.
#    How many **percent** of its parameters are in the dense ones?
# 2. How many **times** less work does an Inception block need because of its 1x1 bottlenecks?
# 3. AlphaGo's policy network, which proposes moves, has 13 convolutional layers.
#    How many **million** parameters does it have?

# %% nbgrader={"solution": "predictions"}
### BEGIN SOLUTION
predictions = [50, 10, 100]
### END SOLUTION

# %% nbgrader={"check": "predictions"}
from grader import check, sliders

check("lab12.predictions")

# %% [markdown]
# ## A worked example: one layer of AlexNet
#
# A network is a list of dictionaries here, one for each layer, with Keras's names for the settings.
# Three short functions save typing.

# %%
import math

import matplotlib.pyplot as plt
import numpy as np

plt.style.use("grader.labs")


def conv(filters, kernel_size, strides=1, padding="same", groups=1, use_bias=True):
    """Describe a convolutional layer; it slides filters of kernel_size x kernel_size."""
    settings = {"filters": filters, "kernel_size": kernel_size, "strides": strides}
    more = {"padding": padding, "groups": groups, "use_bias": use_bias}
    return {"layer": "conv", **settings, **more}


def pool(pool_size, strides, padding="valid"):
    """Describe a max-pooling layer with windows of pool_size x pool_size."""
    settings = {"pool_size": pool_size, "strides": strides, "padding": padding}
    return {"layer": "pool", **settings}


def dense(units):
    """Describe a dense layer with a bias for each unit."""
    return {"layer": "dense", "units": units}


# %% [markdown]
# The next function gives the size of what comes out, by the rules of lab 06; you need not read it.
#
# The first layer of AlexNet has 96 filters of 11x11, stride 4, on colour photos of 227x227 pixels.
# Expect 55x55 positions.


# %%
def output_shape(shape, layer):
    """Return the shape of a layer's output for the shape that it reads."""
    kind = layer["layer"]
    if kind == "input":
        return layer["shape"]
    if kind == "flatten":
        return (math.prod(shape),)
    if kind == "dense":
        return (layer["units"],)
    if kind == "bias":
        return shape
    window = layer["kernel_size" if kind == "conv" else "pool_size"]
    same = layer["padding"] == "same"
    places = [n if same else n - window + 1 for n in shape[:2]]
    height, width = (-(-n // layer["strides"]) for n in places)  # rounded up
    return (height, width, layer.get("filters", shape[2]))


conv1 = conv(filters=96, kernel_size=11, strides=4, padding="valid")
height, width, _ = output_shape((227, 227, 3), conv1)
weights = 11 * 11 * 3 * 96
print(f"{height}x{width} positions, {weights + 96:,} parameters")
print(f"{weights * height * width:,} multiply-accumulates")

# %% [markdown]
# The parameters are the weights and one bias for each filter.
# Each weight is used once at each of the 3,025 positions; that makes 105,415,200 multiply-accumulates (MACs).
#
# > **Note.** AlexNet's paper says 224x224 pixels, but with 224 there would not be 55 positions, so everybody computes with 227.
#
# Now whole networks: LeNet-5 read digits in the 1990s, AlexNet won the ImageNet competition of 2012.

# %%
FLATTEN = {"layer": "flatten"}
LENET = [{"layer": "input", "shape": (28, 28, 1)}]
LENET += [conv(6, 5), pool(2, 2), conv(16, 5, padding="valid"), pool(2, 2)]
LENET += [FLATTEN, dense(120), dense(84), dense(10)]
ALEXNET = [{"layer": "input", "shape": (227, 227, 3)}, conv1, pool(3, 2)]
ALEXNET += [conv(256, 5, groups=2), pool(3, 2), conv(384, 3)]
ALEXNET += [conv(384, 3, groups=2), conv(256, 3, groups=2), pool(3, 2)]
ALEXNET += [FLATTEN, dense(4096), dense(4096), dense(1000)]

# %% [markdown]
# **Groups.** AlexNet was too large for one graphics card of 2012, so it was spread over two.
# In three layers, each half of the filters reads only the half of the channels that lies on its own card.
# With `groups=2`, a filter is therefore only **half as deep** as the input; there are as many filters as before.
#
# **A bias for each position.** AlphaGo's *policy network* reads a Go board of 19x19 points with 48 channels and gives each point a score.
# Its last convolution has no bias (`use_bias=False`); instead a number of its own is added to each value, written as `{"layer": "bias"}`.

# %%
ALPHAGO = [{"layer": "input", "shape": (19, 19, 48)}, conv(192, 5)]
ALPHAGO += [conv(192, 3) for _ in range(11)]
ALPHAGO += [conv(1, 1, use_bias=False), {"layer": "bias"}]

# %% [markdown]
# ## Exercise 1: Count a network (5 points)
#
# Finish `architecture_table(spec)`.
# It returns a list with one dictionary for each layer, the input included: `"shape"` of the output, `"params"` and `"macs"` for one input.
# Adding a bias is no MAC, and pooling only compares.
#
# Everything but the convolution is written: a layer has `weights` and `biases`, and each weight is used at so many `positions`.
# Set these three for a layer `"conv"`, from its settings (such as `layer["filters"]`), the shape that it `read`, and the `shape` that it gives.
# The first convolution of LeNet-5 has 156 parameters and needs 117,600 MACs.
#
# As in lab 05, functions of SciPy, scikit-image, scikit-learn, TensorFlow and Keras, and `np.convolve`, `np.correlate` and `np.fft`, are not allowed in the exercises.
# 3 points are for networks with one group, 2 for groups, missing biases and bias layers.


# %% nbgrader={"solution": "architecture_table"}
def architecture_table(spec):
    """Return "shape", "params" and "macs" of each layer, in a list of dictionaries.

    Args:
        spec: a list of dictionaries, one for each layer; not changed.
    """
    rows, shape = [], None
    for layer in spec:
        read, shape = shape, output_shape(shape, layer)  # (height, width, channels)
        weights, biases, positions = 0, 0, 1
        if layer["layer"] == "dense":
            weights, biases = read[0] * layer["units"], layer["units"]
        if layer["layer"] == "bias":
            biases = math.prod(read)
        ### BEGIN SOLUTION
        if layer["layer"] == "conv":
            depth = read[2] // layer["groups"]
            weights = layer["kernel_size"] ** 2 * depth * layer["filters"]
            biases = layer["filters"] * layer["use_bias"]
            positions = shape[0] * shape[1]
        ### END SOLUTION
        params, macs = weights + biases, weights * positions
        rows.append({"shape": shape, "params": params, "macs": macs})
    return rows


# %% nbgrader={"check": "architecture_table"}
check("lab12.architecture_table")

# %% [markdown]
# ## Read the three networks
#
# Let your function write the three tables.
# Expect 61,706 parameters for LeNet-5 and 60,965,224 for AlexNet.
# If it is not ready, read its results in the text; no later exercise needs it.


# %%
def print_table(name, spec):
    """Print a line for each layer of a network, and the totals."""
    rows = architecture_table(spec)
    print(f"{name:>15}       output   parameters            MACs")
    for layer, row in zip(spec, rows, strict=True):
        shape = "x".join(map(str, row["shape"]))
        print(f"{layer['layer']:>15} {shape:>12}", end=" ")
        print(f"{row['params']:>12,} {row['macs']:>15,}")
    params, macs = (sum(row[key] for row in rows) for key in ("params", "macs"))
    print(f"{'in all':>15} {'':12} {params:>12,} {macs:>15,}\n")


for name, spec in {"LeNet-5": LENET, "AlexNet": ALEXNET, "AlphaGo": ALPHAGO}.items():
    print_table(name, spec)

# %% [markdown]
# AlphaGo's policy network has 3,882,793 parameters, a sixteenth of AlexNet's, and needs about twice AlexNet's work.
# How can that be?
# Draw AlexNet layer by layer.

# %%
table = architecture_table(ALEXNET)
learning = [row for row in table if row["params"]]
layer_names = [f"conv {n}" for n in range(1, 6)] + [f"dense {n}" for n in range(1, 4)]

figure, panels = plt.subplots(1, 2, figsize=(10, 3.4), sharey=True)
for axes, key in zip(panels, ["params", "macs"], strict=True):
    counts = [row[key] / 1e6 for row in learning]
    bars = axes.barh(layer_names, counts, color=["#0072B2"] * 5 + ["#D55E00"] * 3)
    for bar in bars[5:]:
        bar.set_hatch("//")
    percent = [f"{count:.2f} ({count / sum(counts):.1%})" for count in counts]
    _ = axes.bar_label(bars, percent, padding=4)
    axes.set(xlim=(0, 1.5 * max(counts)))
panels[0].invert_yaxis()
panels[0].set(xlabel="parameters (millions)")
panels[1].set(xlabel="multiply-accumulates (millions)")
figure.tight_layout()

# %% [markdown]
# *Picture in words:* on the left, the parameters: five convolutions that are hardly visible, and a first dense layer with 61.9 % of all.
# On the right, the work: conv 2 does the most, and the dense layers do little.
#
# The two kinds in all:

# %%
for key in ["params", "macs"]:
    convolutions = sum(row[key] for row in learning[:5])
    dense_layers = sum(row[key] for row in learning[5:])
    share = dense_layers / (convolutions + dense_layers)
    print(f"{key:>6}: conv {convolutions:,}, dense {dense_layers:,} ({share:.1%})")

# %% [markdown]
# 96.2 % of the parameters sit in the three dense layers, and 91.9 % of the work is done in the five convolutions.
# AlphaGo's network has no dense layer and no pooling: few parameters, each weight used at all 361 points.
#
# ## Make a block cheap
#
# Inception, Google's network of 2014, saves work in its convolutions.
# A *block* uses filters of 1x1, 3x3 and 5x5 side by side on the same input, together with a pool, and joins their channels.
# All four branches keep height and width.
#
# | branch | naive block | block with bottlenecks |
# | --- | --- | --- |
# | 1 | `f1` filters of 1x1 | the same |
# | 2 | `f3` filters of 3x3 | `f3r` filters of 1x1, then `f3` of 3x3 |
# | 3 | `f5` filters of 5x5 | `f5r` filters of 1x1, then `f5` of 5x5 |
# | 4 | max pool of 3x3 | max pool of 3x3, then `fp` filters of 1x1 |
#
# A 1x1 layer before a large one is a *bottleneck*: it turns many channels into few, so that the filters behind it are less deep.
#
# ## Exercise 2: Count what bottlenecks save (3 points)
#
# Finish `inception_saving(input_shape, f1, f3r, f3, f5r, f5, fp)`.
# The naive block is counted already; add `"params"` and `"macs"` of the block with bottlenecks in the same way, and return the dictionary.
# Every filter of every layer has a bias.
# For comparison: `inception_saving((2, 3, 4), 1, 1, 1, 1, 1, 1)` gives 143 and 840 for the naive block, 56 and 300 for the other one.


# %% nbgrader={"solution": "inception_saving"}
def inception_saving(input_shape, f1, f3r, f3, f5r, f5, fp):
    """Count an Inception block without and with its bottlenecks.

    Args:
        input_shape: (height, width, channels).
        f1, f3, f5: filters of 1x1, 3x3 and 5x5.
        f3r, f5r: filters of the 1x1 bottlenecks before the 3x3 and the 5x5 filters.
        fp: filters of the 1x1 layer behind the pool.

    Returns:
        A dictionary with "naive_params", "naive_macs", "params" and "macs".
    """
    height, width, channels = input_shape
    naive = channels * (f1 + 9 * f3 + 25 * f5)  # weights
    counts = {"naive_params": naive + f1 + f3 + f5}
    counts["naive_macs"] = naive * height * width
    ### BEGIN SOLUTION
    reduced = channels * (f1 + f3r + f5r + fp) + 9 * f3r * f3 + 25 * f5r * f5
    counts["params"] = reduced + f1 + f3r + f3 + f5r + f5 + fp
    counts["macs"] = reduced * height * width
    return counts
    ### END SOLUTION


# %% nbgrader={"check": "inception_saving"}
check("lab12.inception_saving")

# %% [markdown]
# ## Explore: how narrow must a bottleneck be?
#
# The first block of Inception, called 3a, reads 28x28 positions with 192 channels.
# Your function counts it.

# %%
saving = inception_saving((28, 28, 192), 64, 96, 128, 16, 32, 32)
print(f"parameters: {saving['naive_params']:,} -> {saving['params']:,}")
print(f"work: {saving['naive_macs'] / saving['macs']:.2f} times less")

# %% [markdown]
# 163,696 parameters in place of 387,296, and 2.37 times less work.
#
# Do bottlenecks always save?
# Draw the work of branches 2 and 3 for any number of bottleneck filters.
# Dashed lines show the naive branches, a marker what block 3a uses, and a dotted line where nothing is saved any more.


# %%
def million_macs(kernel_size, c_in, filters):
    """Count the work of a convolution on 28x28 positions, in millions."""
    return 28 * 28 * kernel_size**2 * c_in * filters / 1e6


def plot_bottlenecks(channels):
    """Draw the work of branches 2 and 3 against the width of their bottlenecks."""
    figure, axes = plt.subplots(figsize=(9, 3.6), layout="constrained")
    branches = [(3, 128, 96, "#0072B2", "o"), (5, 32, 16, "#D55E00", "s")]
    for size, filters, used, colour, marker in branches:
        per_filter = million_macs(1, channels, 1) + million_macs(size, 1, filters)
        naive = million_macs(size, channels, filters)
        name = f"{size}x{size}, {filters} filters"
        axes.plot([0, 200], [0, 200 * per_filter], color=colour, label=name)
        axes.axhline(naive, color=colour, linestyle="--", label=f"{name}, naive")
        axes.plot(used, used * per_filter, marker, color=colour, markersize=9)
        axes.axvline(naive / per_filter, color=colour, linestyle=":")
        text = f" {naive / per_filter:.0f} "
        side = "left" if size == 3 else "right"
        axes.text(naive / per_filter, 3, text, ha=side, color=colour, clip_on=True)
    axes.set(xlabel="filters of the bottleneck", xlim=(0, 200), ylim=(0, None))
    axes.set(ylabel="million MACs of the branch", title=f"{channels} input channels")
    figure.legend(loc="outside right upper")


plot_bottlenecks(192)

# %% [markdown]
# *Picture in words:* two lines rise from zero; each crosses its dashed, level line, the 3x3 branch at 165 filters and the 5x5 branch at 155.
# The round marker at 96 and the square one at 16 lie below their dashed lines.
#
# A bottleneck saves only while it is narrow: with 165 filters or more before the 3x3 layer, this branch would cost more than the naive one.
# Move the slider down to 64 channels: there, 96 filters would be too many already.

# %%
from ipywidgets import IntSlider

sliders(plot_bottlenecks, channels=IntSlider(value=192, min=8, max=512, step=8))

# %% [markdown]
# ## Go back through a layer
#
# Learning means: change each weight a little in the direction that makes the loss smaller.
# For that, every layer is told `dy`: how much the loss changes for each value of its **output**.
# It has to find how much the loss changes for each value of its **input** and for each **parameter**.
# These numbers are *gradients*, and finding them from the output to the input is the *backward pass*.
#
# ### A worked example in one dimension
#
# Forward, output i is the sum of `x[i + u] * w[u]` over u.
# So weight `w[u]` changes output i by `x[i + u]`, and pixel `x[i + u]` changes it by `w[u]`.
# Both may take part in several outputs, and then their shares **add up**.


# %%
def correlate1d_backward(x, w, dy):
    """Return the gradients of x and of w for outputs with gradient dy."""
    dx, dw = np.zeros(len(x)), np.zeros(len(w))
    for i, upstream in enumerate(dy):
        dx[i : i + len(w)] += upstream * w
        dw += upstream * x[i : i + len(w)]
    return dx, dw


row_x, row_w = np.array([3.0, 1, 4, 1, 5]), np.array([2.0, -1, 1])
row_dy = np.array([1.0, 0, 10])
dx, dw = correlate1d_backward(row_x, row_w, row_dy)
print("gradient of x:", dx)
print("gradient of w:", dw)

# %% [markdown]
# Pixel 2 was read by output 0 with a weight of 1 and by output 2 with a weight of 2, so its gradient is 1 · 1 + 10 · 2 = 21.
#
# How do you know that a backward pass is right?
# Change one number a little up and a little down, and see how much the loss changes: slow, but it needs no theory.


# %%
def numeric_gradient(loss, values, step=1e-5):
    """Return the gradient of `loss()` with respect to the array `values`."""
    gradient = np.zeros(values.shape)
    for index in np.ndindex(values.shape):
        kept = values[index]
        values[index] = kept + step
        up = loss()
        values[index] = kept - step
        down = loss()
        values[index] = kept
        gradient[index] = (up - down) / (2 * step)
    return gradient


def row_loss():
    """Return a loss whose gradient with respect to the outputs is row_dy."""
    return np.sum(row_dy * np.correlate(row_x, row_w, mode="valid"))


print("gradient of x:", numeric_gradient(row_loss, row_x).round(6))
print("gradient of w:", numeric_gradient(row_loss, row_w).round(6))

# %% [markdown]
# The same numbers, found without any formula.
#
# ## Exercise 3: Go back through a convolution (4 points)
#
# Finish `conv2d_backward(x, W, dy)` for a convolution with stride 1 and padding `"valid"`.
# Output (n, i, j, f) is the sum of its window of `x` times filter `f`, plus `b[f]`.
# The loop visits all outputs: `upstream` is the gradient of one of them, and `window` says where in `x` its window lies, so that `x[window]` has the shape of one filter, `W[..., f]`.
#
# Write what this one output adds to `db[f]` (1 point), to `dW[..., f]` (1 point) and to `dx[window]` (2 points).
# It is the worked example with more axes; shares are added, not averaged.


# %% nbgrader={"solution": "conv2d_backward"}
def conv2d_backward(x, W, dy):
    """Return the gradients of a convolution, stride 1, without padding.

    Args:
        x: pictures, (N, H, W, C), whole or decimal numbers; not changed.
        W: filters, (kh, kw, C, F); not changed.
        dy: gradient of the output, (N, H - kh + 1, W - kw + 1, F); not changed.

    Returns:
        A dictionary with "x" (N, H, W, C), "W" (kh, kw, C, F) and "b" (F,).
    """
    kh, kw, _, filters = W.shape
    dx, dW, db = np.zeros(x.shape), np.zeros(W.shape), np.zeros(filters)
    for n, i, j, f in np.ndindex(dy.shape):
        window = np.s_[n, i : i + kh, j : j + kw]
        upstream = dy[n, i, j, f]
        ### BEGIN SOLUTION
        db[f] += upstream
        dW[..., f] += upstream * x[window]
        dx[window] += upstream * W[..., f]
        ### END SOLUTION
    return {"x": dx, "W": dW, "b": db}


# %% nbgrader={"check": "conv2d_backward"}
check("lab12.conv2d_backward")

# %% [markdown]
# ## Test it without trusting anyone
#
# The check compares with our numbers; this cell with nobody's.
# The loss adds up all outputs with random factors, which are then `dy`.
# Your gradients should agree with the numeric ones to about one part in a million or better.

# %%
from numpy.lib.stride_tricks import sliding_window_view

rng = np.random.default_rng(0)
x, W = rng.normal(size=(2, 5, 6, 3)), rng.normal(size=(3, 2, 3, 4))
b, dy = rng.normal(size=4), rng.normal(size=(2, 3, 5, 4))


def conv_loss():
    """Return a loss whose gradient with respect to the outputs is dy."""
    windows = sliding_window_view(x, (3, 2), axis=(1, 2))
    return np.sum(dy * (np.einsum("nijcuv,uvcf->nijf", windows, W) + b))


gradients = conv2d_backward(x, W, dy)
for name, values in {"x": x, "W": W, "b": b}.items():
    numeric = numeric_gradient(conv_loss, values)
    error = np.abs(gradients[name] - numeric).max() / np.abs(numeric).max()
    print(f"{name}: largest error {error:.0e} of the largest gradient")

# %% [markdown]
# Now look at a gradient: one filter of 3x3 on a picture of 9x9, where only the output in the middle has a gradient, and then all outputs have the gradient 1.

# %%
arrow = np.array([[0.0, 1, 0], [0, 1, 1], [0, 1, 0]]).reshape(3, 3, 1, 1)
one_output = np.zeros((1, 7, 7, 1))
one_output[0, 3, 3, 0] = 1
all_outputs = np.ones((1, 7, 7, 1))
picture = np.zeros((1, 9, 9, 1))
shown_gradients = {
    "the filter": arrow[..., 0, 0],
    "dx, one output": conv2d_backward(picture, arrow, one_output)["x"][0, ..., 0],
    "dx, all outputs": conv2d_backward(picture, arrow, all_outputs)["x"][0, ..., 0],
}
figure, panels = plt.subplots(1, 3, figsize=(9, 3), layout="constrained")
for axes, (name, values) in zip(panels, shown_gradients.items(), strict=True):
    axes.imshow(values, cmap="Greys", vmin=0, vmax=6)
    for (i, j), value in np.ndenumerate(values):
        ink = "white" if value > 3 else "black"
        axes.text(j, i, f"{value:.0f}", ha="center", va="center", color=ink)
    axes.set(title=name, xlabel="column", ylabel="row", xticks=[], yticks=[])

# %% [markdown]
# *Picture in words:* a filter shaped like an arrow to the right; the same arrow in the middle of a 9x9 map; and a map with 4 in the middle and less towards the edges.
#
# An output sends its gradient back to the pixels it has read, each with the weight that read it: you see the filter **as it is**.
# Seen from a pixel it is turned by 180 degrees: the output that reads a pixel with its upper weight lies *below* that pixel.
# That is why textbooks say that the way back is a convolution with a turned kernel.
# Border pixels are read by fewer windows, so they get less.
#
# ## Exercise 4: Go back through a max pool (3 points)
#
# Max pooling keeps one value of each window, so a little change of any other value changes nothing: the whole gradient of a window goes to its largest value.
#
# Finish `max_pool_backward(x, dy, size)` for windows of `size` x `size`, side by side, in each channel by itself.
# The loop cuts out each window; write its gradient to the right pixel of `dx`.
# `window.argmax()` counts the pixels of a window in reading order, from 0, and takes the first of several largest values; find row and column from it.


# %% nbgrader={"solution": "max_pool_backward"}
def max_pool_backward(x, dy, size):
    """Return the gradient of the input of a max-pooling layer.

    Args:
        x: pictures, (N, H, W, C), whole or decimal numbers; not changed.
        dy: gradient of the output, (N, H // size, W // size, C); not changed.
        size: height and width of the windows, and their stride.

    Returns:
        Gradients (N, H, W, C).
    """
    dx = np.zeros(x.shape)
    for n, i, j, c in np.ndindex(dy.shape):
        top, left = i * size, j * size
        window = x[n, top : top + size, left : left + size, c]
        ### BEGIN SOLUTION
        row, column = divmod(window.argmax(), size)
        dx[n, top + row, left + column, c] = dy[n, i, j, c]
        ### END SOLUTION
    return dx


# %% nbgrader={"check": "max_pool_backward"}
check("lab12.max_pool_backward")

# %% [markdown]
# Watch your function on a picture of 4x4 with windows of 2x2.
# Expect each gradient at the place of the largest value of its window.

# %%
values = np.random.default_rng(3).permutation(16).reshape(1, 4, 4, 1)
upstream = np.array([[1.0, 2.0], [3.0, 4.0]]).reshape(1, 2, 2, 1)
routed = max_pool_backward(values, upstream, 2)
for name, grid in {"x": values, "dy": upstream, "gradient of x": routed}.items():
    print(f"{name}:\n{grid[0, ..., 0]}")

# %% [markdown]
# Three of four pixels pass nothing back to the layers before: what a pool ignores on the way forward, it cannot teach on the way back.
#
# ## Explain (2 points)
#
# A newspaper writes: "Convolutional networks need few parameters, so AlexNet was small and fast.
# One of them has also beaten the best Go players."
# In three or four sentences: what is right, and what is wrong or missing?
# Use your own numbers for AlexNet and for AlphaGo's policy network.

# %% [markdown] nbgrader={"written": "explain", "points": 2}
# ### BEGIN SOLUTION
# It is right that convolutions need few parameters: AlexNet's five have 2.3 million, 3.8 % of its 61 million.
# But AlexNet as a whole was not small, because 96.2 % of its parameters are in three dense layers, and few parameters do not make it fast: the convolutions do 91.9 % of the work.
# AlphaGo's policy network shows the same: 3.9 million parameters, and about twice the work of AlexNet, since every weight is used at every point of the board.
# And no network alone has beaten the best players: the networks proposed moves and judged positions, and a tree search decided.
#
# **What counts:**
#
# - Right: convolutions need few parameters, 2.3 of AlexNet's 61 million.
# - Wrong: AlexNet was not small, because 96 % of its parameters are in three dense layers.
# - Wrong: few parameters are not little work; its convolutions do 92 % of the work, and AlphaGo's network works more with fewer parameters.
# - Missing: the network proposed moves, and a tree search decided.
# ### END SOLUTION

# %% [markdown]
# Once you have written at least two sentences, save the notebook and run this cell: it shows what counts in an answer.

# %%
from grader import compare

compare("lab12.explain")

# %% [markdown]
# ## Recap
#
# This cell shows where you stand, and which checks did not pass.

# %%
from grader import progress

progress("lab12")

# %% [markdown]
# Put your guesses beside the results of exercises 1 and 2.

# %%
guesses = globals().get("predictions", ["nothing"] * 3)
results = {
    "% in dense layers": 96.2,
    "times less work": 2.37,
    "million parameters": 3.88,
}
for guess, (unit, result) in zip(guesses, results.items(), strict=True):
    print(f"you guessed {guess}; it is {result} {unit}")

# %% [markdown]
# And the lecture's sentences:
#
# | the lecture | your numbers |
# | --- | --- |
# | convolutional networks such as AlexNet | 60,965,224 parameters, 96.2 % of them in dense layers |
# | "Google's own Inception network" | block 3a: 163,696 parameters in place of 387,296, 2.37 times less work |
# | Go against the best humans | 3,882,793 parameters propose moves; a tree search decides |
# | filters are "learned during training itself" | each weight adds up its shares from all positions and pictures |
#
# - A 1x1 convolution before a large one saves work, as long as it is narrow.
# - Learning goes backward: sums where values were shared, and a single winner where a pool has chosen.
#
# ## On your own
#
# No points here:
#
# - Count AlexNet with `groups=1`.
#   How many parameters and MACs did two graphics cards save?
# - Give `conv2d_backward` a stride.
#   Which pixels get no gradient when the stride is larger than the kernel?
# - Train something: start with a random 3x3 filter, take the Sobel filter's map of a photo as the target, and let `conv2d_backward` and a small learning rate find the filter.
#
# The networks of today are larger than these, and you have built and counted every part of these by hand.
#
# **Next:** lab 13 builds a small Go player of the kind that proposed moves for AlphaGo, and asks what it knows of places that it has never seen.
