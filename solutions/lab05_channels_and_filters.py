# %% [markdown]
# # Sum over channels, stack up filters
#
# **What you'll do.** Build the forward pass of a convolutional layer for colour pictures, once with loops and once as a single matrix product.
#
# **What you'll learn.**
#
# - Why a filter for a colour picture is a block of numbers, and why it still gives *one* feature map.
# - What a convolution with a 1x1 kernel is good for.
# - How the sliding window becomes a matrix product, and how much faster that is on your machine.
#
# **What you'll need.** Lab 03 (slide a filter by hand), NumPy slices, the product `@` of two matrices, and about 50 minutes. No TensorFlow.
#
# **The lecture** names the *number of channels* among the key parameters of a convolutional layer, beside padding, stride length and activation functions.
# What does that number change: the filters, the feature maps, the weights, the time?

# %% [markdown]
# ## Predict first (1 point)
#
# A convolutional layer with 16 filters of size 3x3 reads an RGB picture.
# Replace the line below with `predictions = [..., ..., ...]`, three numbers of your own:
#
# 1. How many feature maps come out?
# 2. How many weights does the layer learn, biases included?
# 3. The same layer, on eight pictures of 28x28 pixels, is computed with Python loops over all windows and then as one matrix product.
#    How many times faster is the product?
#
# The check wants three numbers, right or wrong; you will see all three results before the lab ends.

# %% nbgrader={"solution": "predictions"}
### BEGIN SOLUTION
predictions = [16, 448, 200]
### END SOLUTION

# %% nbgrader={"check": "predictions"}
from grader import check, sliders

check("lab05.predictions")

# %% [markdown]
# ## Look at the channels of a photo
#
# A colour picture is a stack of three pictures, its channels: how much red, how much green, how much blue.
# NumPy and Keras keep the channels last, so the shape is (height, width, channels).
#
# The photo is scikit-image's portrait of the astronaut Eileen Collins, made smaller by averaging blocks of 4x4 pixels.
# Expect 128 rows, 128 columns and 3 channels, with values between 0 and 1.

# %%
import matplotlib.pyplot as plt
import numpy as np
import skimage
from skimage.transform import downscale_local_mean

plt.style.use("grader.labs")

photo = downscale_local_mean(skimage.data.astronaut(), (4, 4, 1)) / 255
print("shape:", photo.shape, " smallest:", photo.min(), " largest:", photo.max())

# %% [markdown]
# Draw the photo and each channel as a grey picture, bright where the channel is large.
# Look at her orange suit before you run the cell: in which channel should it be bright?

# %%
figure, axes = plt.subplots(1, 4, figsize=(10, 3), layout="constrained")
axes[0].imshow(photo)
axes[0].set_title("photo")
for channel, name in enumerate(["red", "green", "blue"]):
    axes[channel + 1].imshow(photo[..., channel], cmap="gray", vmin=0, vmax=1)
    axes[channel + 1].set_title(f"channel {channel}: {name}")
for axis in axes:
    _ = axis.set_axis_off()

# %% [markdown]
# *Picture in words:* the colour photo, then three grey versions of it; the suit is bright in red, darker in green and darkest in blue.
#
# The suit is bright in channel 0 and dark in channel 2; here is one of its pixels.

# %%
print("red, green, blue:", photo[100, 20].round(2))

# %% [markdown]
# Orange is much red, some green and little blue.
# A filter that looks at one channel misses what the others say, so a filter of a convolutional layer looks at all of them.
#
# ## A worked example: one filter over all channels
#
# A filter for three channels has three layers of weights, one for each channel.
# At each position it multiplies a whole block of pixels with a block of weights, adds up **all** products, adds its bias, and gives **one** number.
# This function does so for one picture and one filter.


# %%
def one_feature_map(picture, kernel, bias):
    """Slide `kernel` (kh, kw, C) over `picture` (H, W, C); return (H', W')."""
    kh, kw, _ = kernel.shape
    height, width = picture.shape[0] - kh + 1, picture.shape[1] - kw + 1
    feature_map = np.zeros((height, width))
    for i in range(height):
        for j in range(width):
            block = picture[i : i + kh, j : j + kw, :]  # (kh, kw, C)
            feature_map[i, j] = np.sum(block * kernel) + bias
    return feature_map


# %% [markdown]
# Try it on a picture small enough for paper: one row, three pixels, two channels.
# The kernel is one row of two pixels, also with two channels.
# At the first position channel 0 gives 1·1 + 2·1 = 3 and channel 1 gives 10·0 + 20·(−1) = −20; with the bias 100 the result should be 83.

# %%
tiny_picture = np.array([[[1, 10], [2, 20], [3, 30]]])  # (1, 3, 2)
tiny_kernel = np.array([[[1, 0], [1, -1]]])  # (1, 2, 2)
print(one_feature_map(tiny_picture, tiny_kernel, bias=100))

# %% [markdown]
# Two numbers came out, one for each position, although the picture has two channels.
# The channels are **summed**, not kept apart and not averaged, and the bias counts **once**.
#
# Now draw a larger picture as what it is, a block of numbers: six rows, six columns and three channels, which lie behind each other.
# The filter is a smaller block, dark in the drawing, as deep as the picture.
# In how many directions can it move?

# %%
CHANNELS = ["#D55E00", "#009E73", "#0072B2"]
figure = plt.figure(figsize=(10, 3.6), layout="constrained")
for panel, (i, j) in enumerate([(0, 0), (0, 3), (3, 3)], start=1):
    axis = figure.add_subplot(1, 3, panel, projection="3d")
    block = np.zeros((6, 3, 6), dtype=bool)  # columns, channels, rows from below
    block[j : j + 3, :, 3 - i : 6 - i] = True
    for channel, colour in enumerate(CHANNELS):
        plane = np.zeros_like(block)
        plane[:, channel] = True
        axis.voxels(plane & ~block, facecolors=f"{colour}30", edgecolor="#00000030")
        axis.voxels(plane & block, facecolors=colour, edgecolor="black")
    axis.set(title=f"position ({i}, {j})", box_aspect=(6, 3, 6))
    axis.view_init(elev=20, azim=-60)
    axis.set_axis_off()

# %% [markdown]
# *Picture in words:* three drawings of a pale block, six cells wide, six high and three deep, in front orange, then green, then blue.
# In it lies a dark block of three by three by three cells: at the top left, at the top right, and at the bottom right.
#
# It moves to the right and down, never into the depth: it is as deep as the picture already.
# So the positions form a flat grid of 4 by 4, and one filter gives **one** map.
#
# ## Exercise 1: Compute a convolutional layer (4 points)
#
# A layer has many filters and gets many pictures at once.
# Write `conv_layer_forward(x, W, b)`:
#
# - `x` holds N pictures, (N, H, W, C).
# - `W` holds F filters, (kh, kw, C, F), in the order that TensorFlow uses; `W[..., f]` is filter f.
# - `b` holds F biases; `b[f]` is added once to every value of feature map f.
# - The result is (N, H − kh + 1, W − kw + 1, F): windows stay inside the picture and move one pixel at a time.
#
# Pictures and kernels need not be square.
# Do not rotate the kernel, do not apply an activation, and leave `x` as it is.
# Write your own NumPy code: functions from SciPy, scikit-image, scikit-learn, TensorFlow and Keras, and `np.convolve` and `np.correlate`, are not allowed anywhere in this lab's exercises.
# Nor is `np.fft`: a Fourier transform counts as a ready-made convolution.
#
# The first lines are given.
# 3 points are for the sums, checked with zero biases, and 1 is for the biases.


# %% nbgrader={"solution": "conv_layer_forward"}
def conv_layer_forward(x, W, b):
    """Compute the feature maps of a convolutional layer, without an activation.

    Args:
        x: pictures, (N, H, W, C), of whole or decimal numbers; not changed.
        W: filters, (kh, kw, C, F).
        b: biases, (F,).

    Returns:
        Feature maps, (N, H - kh + 1, W - kw + 1, F).
    """
    pictures, height, width, _ = x.shape
    kh, kw, _, filters = W.shape
    maps = np.zeros((pictures, height - kh + 1, width - kw + 1, filters))
    places = np.ndindex(maps.shape)  # every (n, i, j, f), one after the other
    ### BEGIN SOLUTION
    for n, i, j, f in places:
        maps[n, i, j, f] = np.sum(x[n, i : i + kh, j : j + kw, :] * W[..., f]) + b[f]
    return maps
    ### END SOLUTION


# %% nbgrader={"check": "conv_layer_forward"}
check("lab05.conv_layer_forward")

# %% [markdown]
# *Optional, for no points:* look inside your function.
# The next cell opens at the first value that is wrong, if there is one; move over the values with the mouse or the arrow keys, and see which pixels and which numbers each is made of.
# Choose other inputs, and your function is called again.

# %%
from grader import explore

explore("lab05.conv_layer_forward")

# %% [markdown]
# ## Turn a photo into feature maps
#
# Four filters of size 3x3 for three channels are an array of shape (3, 3, 3, 4).
# Two of them look for edges and treat all colours alike.
# One adds red and subtracts blue, and does not care for edges.
# The last one averages everything.
#
# If your function has passed its check, it makes the maps; until then SciPy's stands in.
# Either moves a block of shape (3, 3, 3) through a block of shape (128, 128, 3).
# Along the third axis the kernel is as deep as the picture, so there is exactly one place for it: that is why one filter gives one map.

# %%
sobel = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]) / 4
all_colours = np.array([1, 1, 1]) / 3
red_minus_blue = np.array([1, 0, -1])
mean_of_nine = np.ones((3, 3)) / 9
bank = {
    "vertical edges": sobel[..., None] * all_colours,
    "horizontal edges": sobel.T[..., None] * all_colours,
    "red minus blue": mean_of_nine[..., None] * red_minus_blue,
    "blur": mean_of_nine[..., None] * all_colours,
}

# %%
from scipy.signal import correlate

from grader import yours_or_given


def by_scipy(x, W, b):
    """Slide each filter over each picture, by SciPy."""
    maps = [[correlate(p, W[..., f], "valid") for f in range(len(b))] for p in x]
    return np.stack([np.concatenate(each, axis=-1) for each in maps]) + b


layer = yours_or_given("lab05", conv_layer_forward=by_scipy).conv_layer_forward
kernels = np.stack(list(bank.values()), axis=-1)  # (3, 3, 3, 4)
maps = layer(photo[np.newaxis], kernels, np.zeros(4))[0]
photo_maps = {name: maps[..., f] for f, name in enumerate(bank)}
for name, feature_map in photo_maps.items():
    print(f"{name:17} kernel {bank[name].shape} -> feature map {feature_map.shape}")

# %% [markdown]
# Three channels went in and four maps came out: the number of maps is the number of **filters**, whatever the number of channels was.
# Each map lost two rows and two columns, as in lab 03.
# Now draw them, blue for negative values and red for positive ones.

# %%
figure, axes = plt.subplots(1, 4, figsize=(10, 2.9), layout="constrained")
for axis, (name, feature_map) in zip(axes, photo_maps.items(), strict=True):
    shown = axis.imshow(feature_map, cmap="RdBu_r", vmin=-1, vmax=1)
    axis.set_title(name)
    axis.set_axis_off()
_ = figure.colorbar(shown, ax=axes, label="value of the map", shrink=0.8)

# %% [markdown]
# *Picture in words:* four maps of the photo; the first two are pale with thin red and blue lines along upright and level edges, the third is red on the suit, pale red on skin and hair and pale blue on the round badge, the fourth is red wherever the photo is bright.
#
# The edge filters answer to shapes, the third to a colour: orange has much red and little blue.
# No filter that reads a grey picture could make the third map.
# The blur is never negative, because neither its weights nor the pixels are.
# A trained network finds weights like these by itself; here you saw what they would do.

# %% [markdown]
# ## Exercise 2: Mix channels pixel by pixel (2 points)
#
# A kernel of size 1x1 sees one pixel, so it finds no edge and no shape.
# It still sees all channels of that pixel.
# Inception, which the lecture names, uses such layers to turn many channels into few before an expensive convolution.
#
# Write `conv1x1(x, W, b)` with `x` (N, H, W, C), `W` (1, 1, C, F) and `b` (F,).
# The result is (N, H, W, F).
# No loop is needed: at each pixel, a vector of C channels is multiplied by the C x F matrix `W[0, 0]`.


# %% nbgrader={"solution": "conv1x1"}
def conv1x1(x, W, b):
    """Mix the channels of each pixel.

    Args:
        x: pictures, (N, H, W, C); not changed.
        W: filters, (1, 1, C, F).
        b: biases, (F,).

    Returns:
        Feature maps, (N, H, W, F).
    """
    ### BEGIN SOLUTION
    return x @ W[0, 0] + b
    ### END SOLUTION


# %% nbgrader={"check": "conv1x1"}
check("lab05.conv1x1")

# %% [markdown]
# ## Exercise 3: Write grey as a convolution (2 points)
#
# Turning colours into grey is a 1x1 convolution with a single filter.
# The eye is most sensitive to green, so the usual weights differ: scikit-image takes 0.2125 of red, 0.7154 of green and 0.0721 of blue.
#
# Write `grayscale_as_1x1()`, which takes nothing and returns the pair `W, b` for a layer that reads an RGB picture and gives that grey picture as its one feature map.
# Both are arrays with all the axes that Exercise 1 describes.
# Black stays black.


# %% nbgrader={"solution": "grayscale_as_1x1"}
def grayscale_as_1x1():
    """Return (W, b) of a 1x1 convolution that turns RGB into grey."""
    ### BEGIN SOLUTION
    W = np.array([0.2125, 0.7154, 0.0721]).reshape(1, 1, 3, 1)
    return W, np.zeros(1)
    ### END SOLUTION


# %% nbgrader={"check": "grayscale_as_1x1"}
check("lab05.grayscale_as_1x1")

# %% [markdown]
# ## See what three weights can do
#
# Every choice of three weights is a 1x1 filter.
# This function draws the photo's feature map for weights of your choice, as a grey picture in which mid-grey is 0.


# %%
def show_mix(red=0.2, green=0.7, blue=0.1):
    """Draw the photo beside its feature map under a 1x1 filter."""
    mixed = photo @ [red, green, blue]
    _, axes = plt.subplots(1, 2, figsize=(6, 3.1), layout="constrained")
    axes[0].imshow(photo)
    axes[0].set_title("photo")
    axes[1].imshow(mixed, cmap="gray", vmin=-1, vmax=1)
    axes[1].set_title(f"{red:g} red {green:+g} green {blue:+g} blue")
    for axis in axes:
        axis.set_axis_off()
    plt.show()


show_mix(red=1, green=0, blue=-1)

# %% [markdown]
# *Picture in words:* the photo, and a mostly mid-grey map of it in which the orange suit is light, the face a little lighter than its surroundings, and the round blue badge dark.
#
# White, grey and black all become the same mid-grey: their red equals their blue, so the difference is 0.
# Only colours survive, and they keep their sign: orange is light, blue is dark.
#
# With sliders you can look for weights that make the suit vanish.

# %%
sliders(show_mix, red=(-1, 1, 0.1), green=(-1, 1, 0.1), blue=(-1, 1, 0.1))

# %% [markdown]
# ## Lay the windows out as rows
#
# Loops in Python are slow, while a product of two matrices is the fastest thing a processor does.
# The trick that joins them is called *im2col*: copy every window into a row of a matrix.
# The copy takes memory, since a pixel appears in several rows, and it pays.
#
# Here is a picture of 3x4 pixels with one channel and windows of 2x2.
# There are 2·3 = 6 windows of 4 values each, so expect a matrix of 6 rows and 4 columns.

# %%
small = np.arange(12).reshape(3, 4)
rows = [small[i : i + 2, j : j + 2].ravel() for i in range(2) for j in range(3)]
figure, axes = plt.subplots(1, 2, figsize=(7, 3.6), layout="constrained")
for axis, table in zip(axes, [small, np.array(rows)], strict=True):
    axis.imshow(table == 5, cmap="Greys", vmax=2)
    for (i, j), number in np.ndenumerate(table):
        axis.text(j, i, number, ha="center", va="center", color="black")
    axis.set_xticks(range(table.shape[1]))
    axis.set_yticks(range(table.shape[0]))
axes[0].set(title="picture (pixel 5 shaded)", xlabel="column", ylabel="row")
_ = axes[1].set(title="its windows", xlabel="value of the window", ylabel="window")

# %% [markdown]
# *Picture in words:* a table of 3 rows and 4 columns with the numbers 0 to 11, and beside it a table of 6 rows and 4 columns whose first row is 0, 1, 4, 5; the number 5 is shaded once on the left and four times on the right.
#
# Row 0 is the window at the top left, read row by row: 0, 1, 4, 5.
# Pixel 5 appears four times, because four windows hold it.
# The windows come in the order of reading too: along the first row of positions, then down.
#
# How much is copied for real?
# Count the values for eight pictures of 28x28x3 and windows of 3x3.

# %%
print("picture values:", 8 * 28 * 28 * 3, " matrix values:", 8 * 26 * 26 * 3 * 3 * 3)

# %% [markdown]
# Nearly eight times as many: an inner pixel lies in nine windows, one at the border in fewer.
#
# ## Exercise 4: Write im2col (3 points)
#
# Write `im2col(x, kh, kw)` for pictures `x` (N, H, W, C).
# The result is a matrix with one row for each window and kh·kw·C columns:
#
# - **Rows**: all windows of picture 0 first, then those of picture 1, and so on; within a picture row by row, from left to right.
# - **Columns**: the window read row by row, from left to right, and for each pixel its channels side by side.
#
# Windows stay inside the picture and move one pixel at a time.
# This order of columns is that of `W.reshape(kh * kw * C, F)`, which is why it was chosen.
# Loops are fine here, and so is `np.lib.stride_tricks.sliding_window_view`.


# %% nbgrader={"solution": "im2col"}
def im2col(x, kh, kw):
    """Copy every window of every picture into a row.

    Args:
        x: pictures, (N, H, W, C); not changed.
        kh, kw: height and width of a window.

    Returns:
        A matrix, (N * (H - kh + 1) * (W - kw + 1), kh * kw * C).
    """
    ### BEGIN SOLUTION
    pictures, height, width = x.shape[:3]
    positions = np.ndindex(pictures, height - kh + 1, width - kw + 1)
    return np.array([x[n, i : i + kh, j : j + kw, :].ravel() for n, i, j in positions])
    ### END SOLUTION


# %% nbgrader={"check": "im2col"}
check("lab05.im2col")

# %% [markdown]
# ## Exercise 5: Convolve with one product (3 points)
#
# Write `conv_via_matmul(x, W, b)`, which gives the same feature maps as Exercise 1 by **one** product of two matrices:
#
# 1. make a matrix of patches, one row for each window;
# 2. reshape `W` into a matrix with one column for each filter;
# 3. multiply, add the biases, and give the result its four axes back.
#
# So that a mistake in Exercise 4 does not cost you twice, let NumPy cut out the windows: `np.lib.stride_tricks.sliding_window_view(x, (kh, kw), axis=(1, 2))` has the shape (N, H', W', **C, kh, kw**) with H' = H − kh + 1 and W' = W − kw + 1.
# Mind where it puts the channels, and compare with the order of the axes of `W`; `.transpose(...)` moves axes, `.reshape(...)` never does.


# %% nbgrader={"solution": "conv_via_matmul"}
def conv_via_matmul(x, W, b):
    """Compute the feature maps of a convolutional layer by one matrix product.

    Args:
        x: pictures, (N, H, W, C), of whole or decimal numbers; not changed.
        W: filters, (kh, kw, C, F).
        b: biases, (F,).

    Returns:
        Feature maps, (N, H - kh + 1, W - kw + 1, F).
    """
    ### BEGIN SOLUTION
    kh, kw, channels, filters = W.shape
    views = np.lib.stride_tricks.sliding_window_view(x, (kh, kw), axis=(1, 2))
    pictures, height, width = views.shape[:3]
    patches = views.transpose(0, 1, 2, 4, 5, 3).reshape(-1, kh * kw * channels)
    maps = patches @ W.reshape(-1, filters) + b
    return maps.reshape(pictures, height, width, filters)
    ### END SOLUTION


# %% nbgrader={"check": "conv_via_matmul"}
check("lab05.conv_via_matmul")

# %% [markdown]
# ## Race your two layers
#
# Now measure your two functions against each other, on one to eight pictures of 28x28 pixels with 3 channels, and 16 filters of 3x3.
# Both do the same multiplications.
# Of three runs of the loops and nine of the product, the one in the middle counts, the *median*: whatever else your computer does in between moves it least.
# Each line of the table is one batch size.
# If you used loops in Exercise 1 and a product in Exercise 5, expect a large ratio in the last column.

# %%
from statistics import median
from timeit import repeat


def milliseconds(function, *arguments, runs):
    """Return the median time of some runs."""
    return 1000 * median(repeat(lambda: function(*arguments), number=1, repeat=runs))


# %%
rng = np.random.default_rng(5)
race_filters, race_biases = rng.normal(size=(3, 3, 3, 16)), rng.normal(size=16)
batch_sizes = [1, 2, 4, 8]
loop_ms, product_ms = [], []
for batch_size in batch_sizes:
    batch = rng.uniform(size=(batch_size, 28, 28, 3))
    layer = batch, race_filters, race_biases
    loops = milliseconds(conv_layer_forward, *layer, runs=3)
    product = milliseconds(conv_via_matmul, *layer, runs=9)
    loop_ms.append(loops)
    product_ms.append(product)
    print(
        f"{batch_size} pictures: loops {loops:7.1f} ms, "
        f"product {product:6.2f} ms, ratio {loops / product:5.0f}"
    )

# %% [markdown]
# The same numbers as a picture.
# Both axes are logarithmic, so a constant ratio shows as a constant gap between the lines.

# %%
figure, axis = plt.subplots(figsize=(6, 3.6), layout="constrained")
measured = batch_sizes[: len(loop_ms)]
axis.loglog(measured, loop_ms, "o-", color="#D55E00", label="Exercise 1")
axis.loglog(measured, product_ms, "s--", color="#0072B2", label="Exercise 5")
axis.set_xticks(batch_sizes, batch_sizes)
axis.minorticks_off()
axis.set(xlabel="pictures in the batch", ylabel="time (ms)", title="Your two layers")
axis.grid(alpha=0.3)
_ = axis.legend()

# %% [markdown]
# *Picture in words:* two rising lines over the number of pictures; with loops in Exercise 1, its line runs far above the line of the matrix product.
#
# Eight pictures cost the loops about eight times as much time as one; a busy computer blurs that, and a product this short still more.
# The gap is not saved arithmetic: both functions multiply and add the same numbers.
# It is the price of returning to Python for each of the output values, against once for the whole product.
# When this lab was written, loops over all output values took several hundred times as long on a quiet computer; the printed ratio is yours.

# %% [markdown]
# ## Explain (2 points)
#
# A friend says: "My picture has 3 channels and my layer has 16 filters, so I get 3 · 16 = 48 feature maps."
# In three or four sentences: what happens to the 3 channels, why are there 16 maps, and where in the layer can you find the factor 3 after all?

# %% [markdown] nbgrader={"written": "explain", "points": 2}
# ### BEGIN SOLUTION
# Each filter has weights for all 3 channels, and at each position it adds up the products of all of them, so the channels disappear in one sum.
# One filter therefore gives one feature map, and 16 filters give 16.
# The factor 3 is in the weights and in the work: each filter has 3·3·3 weights where a filter for grey pictures has 3·3, and each output value needs three times as many multiplications.
#
# **What counts:**
#
# - A filter has weights for all three channels, and their products go into one sum, so no channel is left in the output.
# - One filter makes one feature map, so 16 filters make 16.
# - The factor 3 stands in the weights, or in the multiplications: 27 for each value where a grey picture needs 9.
# ### END SOLUTION

# %% [markdown]
# Once you have written at least two sentences, save the notebook and run this cell: it shows what counts in an answer.

# %%
from grader import compare

compare("lab05.explain")

# %% [markdown]
# ## Recap
#
# This cell shows where you stand, and which checks did not pass.

# %%
from grader import progress

progress("lab05")

# %% [markdown]
# Compare your predictions with these numbers, and the third one with the last ratio of your race.
# The last column counts multiplications for one picture of 28x28 pixels.

# %%
for channels, filters in [(1, 16), (3, 16), (3, 32), (16, 32)]:
    n_weights = 3 * 3 * channels * filters + filters
    n_products = 26 * 26 * 3 * 3 * channels * filters
    print(
        f"{channels:2} channels, {filters} filters of 3x3: {filters} feature maps, "
        f"{n_weights:5,} weights and biases, {n_products:9,} multiplications"
    )

# %% [markdown]
# The lecture calls the number of channels a key parameter.
# Your numbers say what it does, and that two numbers are behind the one word:
#
# - The channels **in** are given by the layer before.
#   They multiply the weights and the work, and leave the number of maps alone.
# - The channels **out** are the number of filters, and that is the one you choose.
#   They multiply everything: maps, weights and work.
# - A bias is counted once for each filter, so it does not grow with the channels in.
# - A convolution is a matrix product in disguise.
#   Libraries know many ways to compute it, and this one is a classic.
#
# ## On your own
#
# No points here:
#
# - Rewrite Exercise 4 without a loop, with `sliding_window_view`.
#   How much faster is it?
# - A *depthwise* convolution does what Exercise 1 forbids: one filter for each channel, and no sum over channels.
#   How many weights does it have for 16 channels and 3x3 kernels?
#   How many with a 1x1 convolution to 32 maps after it, compared with the last line of the table?
# - How many values does `im2col` store for one 8-megapixel RGB photo and 3x3 windows?
#   At 4 bytes each, does that fit into your memory?
#
# **Next:** lab 06 lets the window leave the picture, and skip pixels.
