# %% [markdown]
# # Pool feature maps, and test what it buys
#
# **What you'll do.** Write max, average and global pooling, move pictures about, and train four small networks to see which of them still read a digit that has moved.
#
# **What you'll learn.**
#
# - What a pooling layer computes, to the last cell at the border.
# - Two words that are often mixed up: *equivariant* (the map moves along) and *invariant* (nothing changes).
# - How far a digit may move before a network with pooling loses it.
# - How much computing pooling saves, and where.
#
# **What you'll need.** Labs 06 and 07, and an hour.
#
# **The lecture** says that pooling detects patterns "regardless of their location" and reduces the computational requirements.
# Are both true?

# %% [markdown]
# ## Predict first (1 point)
#
# Replace the line below with `predictions = [..., ..., ...]`, three numbers of your own:
#
# 1. Max pooling over 2x2 halves the height and the width of the feature maps.
#    By what factor does it cut the multiplications of the 3x3 convolution behind it, in a network for 28x28 pixels?
# 2. A trained network with two pooling layers reads nearly all test digits.
#    What percentage does it still read if you move every digit by 2 pixels?
# 3. By how many pixels must you move the digits until it reads fewer than half of them?
#
# Any three numbers pass; you meet them again in the recap.

# %% nbgrader={"solution": "predictions"}
### BEGIN SOLUTION
predictions = [4, 90, 5]
### END SOLUTION

# %% nbgrader={"check": "predictions"}
from grader import check, sliders

check("lab08.predictions")

# %% [markdown]
# ## A worked example: one number from each window
#
# Pooling lays windows over a feature map, like a convolution, and makes one number of each.
# It has no weights: *max pooling* keeps the largest value of a window, *average pooling* takes the mean.
# If nothing else is said, the windows lie side by side: the stride is the size of the window.
#
# scikit-image calls this `block_reduce`.
# Try it on a map of 4x6 numbers with windows of 2x3, and find the four maxima yourself before you run the cells.
# The drawing shows the map and both results; thick lines mark the windows.

# %%
import matplotlib.pyplot as plt
import numpy as np
import skimage

plt.style.use("grader.labs")

small_map = np.array(
    [
        [3, -1, 0, -4, -2, -8],
        [5, 2, -6, -3, -5, -2],
        [0, 0, 1, 7, -7, 9],
        [1, 0, 4, 6, 3, 6],
    ]
)
largest = skimage.measure.block_reduce(small_map, (2, 3), np.max)
means = skimage.measure.block_reduce(small_map, (2, 3), np.mean)


# %%
def draw_numbers(axis, values, title, window=(1, 1)):
    """Draw an array as a grid of numbers, with thick lines around windows."""
    axis.imshow(values, cmap="RdBu_r", vmin=-12, vmax=12)
    for (i, j), value in np.ndenumerate(values):
        ink = "white" if abs(value) > 7 else "black"
        axis.text(j, i, f"{value:.3g}", ha="center", va="center", color=ink)
    rows, columns = values.shape
    for i in range(0, rows + 1, window[0]):
        axis.axhline(i - 0.5, color="black", linewidth=2)
    for j in range(0, columns + 1, window[1]):
        axis.axvline(j - 0.5, color="black", linewidth=2)
    axis.set(title=title, xticks=range(columns), yticks=range(rows))
    axis.set(xlabel="column", ylabel="row")


figure, axes = plt.subplots(
    1, 3, figsize=(9, 2.8), layout="constrained", width_ratios=[3, 1.4, 1.4]
)
draw_numbers(axes[0], small_map, "feature map, 4 x 6", window=(2, 3))
draw_numbers(axes[1], largest, "max pooling")
draw_numbers(axes[2], means, "average pooling")

# %% [markdown]
# *Picture in words:* a grid of 4 rows and 6 columns of whole numbers, divided by thick lines into four windows of 2x3, and beside it two grids of 2x2: the maxima 5, −2, 4, 9 and the averages 0.5, −4, 1, 4.
#
# Look at the window at the top right: all its values are negative, and its maximum is −2.
# A maximum that starts at 0 would be wrong there, and nobody would notice behind a ReLU, where nothing is negative.
#
# ## What happens at the border
#
# With `padding="same"` windows may stick out, as in lab 06.
# What do they read there?
# For a convolution, zeros.
# Ask TensorFlow about pooling: average a picture of ones, and take the maximum of a picture of −1, both with windows of 2x2 on 3x3 pixels.

# %%
import tensorflow as tf

ones = tf.ones((1, 3, 3, 1))
same_average = tf.nn.avg_pool2d(ones, ksize=2, strides=2, padding="SAME")
same_maximum = tf.nn.max_pool2d(-ones, ksize=2, strides=2, padding="SAME")
print("averages:", same_average.numpy().ravel())
print("maxima:  ", same_maximum.numpy().ravel())

# %% [markdown]
# With zeros in the padding, the averages at the border would be 0.5 and 0.25, and the maxima 0.
# TensorFlow gives 1 and −1 everywhere: **padded cells take no part**, neither in the maximum nor in the average.
# Only the *place* of the windows is the one of lab 06: as many windows as the size divided by the stride, rounded up; as little padding as needed; an odd pixel at the end.
#
# That part is done, so here it is as a function for you: it lays the border of "same" around pictures and fills it with whatever you say.


# %%
def pad_for(x, size, stride, padding, value):
    """Lay the border of "same" around pictures (N, H, W, C), filled with `value`."""
    if padding == "valid":
        return x.astype(float)
    sides = [(0, 0)]
    for n, k, step in zip(x.shape[1:3], size, stride, strict=True):
        total = max((-(-n // step) - 1) * step + k - n, 0)
        sides.append((total // 2, total - total // 2))
    return np.pad(x.astype(float), [*sides, (0, 0)], constant_values=value)


pad_for(np.ones((1, 3, 3, 1)), (2, 2), (2, 2), "same", value=7)[0, ..., 0]

# %% [markdown]
# One row below and one column on the right, filled with sevens here.
# The result is always a new array of floats, which can hold any number.
#
# ## Exercise 1: Pool with the maximum (4 points)
#
# Write `max_pool2d(x, size, stride=None, padding="valid")` for feature maps `x` (N, H, W, C).
#
# - `size` and `stride` are pairs (down, across); without `stride` it equals `size`.
# - `"valid"`: only windows that lie inside count.
# - `"same"`: windows lie where TensorFlow puts them, and padded cells take no part.
# - Every channel of every picture is pooled for itself, and `x` stays as it is.
#
# Values may be negative, and whole or decimal numbers.
# 3 points are for `"valid"`, 1 is for `"same"`.
# In the exercises 1 to 5 functions from SciPy, scikit-image, scikit-learn, TensorFlow and Keras are not allowed; all of NumPy is, but for `np.convolve`, `np.correlate` and `np.fft`.
#
# The first line is given.
# A hint: call `pad_for` with a number that can never be the largest, however small the values are.
# In what you get, every window that fits counts, for `"valid"` and for `"same"` alike.


# %% nbgrader={"solution": "max_pool2d"}
def max_pool2d(x, size, stride=None, padding="valid"):
    """Keep the largest value of each window.

    Args:
        x: feature maps, (N, H, W, C); not changed.
        size: (down, across), the window in pixels.
        stride: (down, across), by default the size.
        padding: "valid" or "same".

    Returns:
        Feature maps, (N, H', W', C).
    """
    stride = stride or size
    ### BEGIN SOLUTION
    maps = pad_for(x, size, stride, padding, value=-np.inf)
    (tall, wide), (down, across) = size, stride
    height = (maps.shape[1] - tall) // down + 1
    width = (maps.shape[2] - wide) // across + 1
    pooled = np.zeros((len(x), height, width, x.shape[3]))
    for i, j in np.ndindex(height, width):
        top, left = i * down, j * across
        window = maps[:, top : top + tall, left : left + wide]
        pooled[:, i, j] = window.max(axis=(1, 2))
    return pooled
    ### END SOLUTION


# %% nbgrader={"check": "max_pool2d"}
check("lab08.max_pool2d")

# %% [markdown]
# *Optional, for no points:* look inside your function.
# The next cell opens at the first value that is wrong, if there is one; move over the values with the mouse or the arrow keys, and see which pixels and which numbers each is made of.
# Choose another size, stride or padding, and your function is called again.

# %%
from grader import explore

explore("lab08.max_pool2d")

# %% [markdown]
# ## Exercise 2: Pool with the average (3 points)
#
# Write `avg_pool2d(x, size, stride=None, padding="valid")`, with the same arguments and the same rules.
# With `"same"`, the average is that of the cells that are really there: the average of ones is 1, at the border too.
#
# The maps may be bytes (`uint8`), as photos are; the averages are decimal numbers all the same.
# 2 points are for `"valid"`, 1 is for `"same"`.


# %% nbgrader={"solution": "avg_pool2d"}
def avg_pool2d(x, size, stride=None, padding="valid"):
    """Average the values of each window.

    Args:
        x: feature maps, (N, H, W, C); not changed.
        size: (down, across), the window in pixels.
        stride: (down, across), by default the size.
        padding: "valid" or "same".

    Returns:
        Feature maps, (N, H', W', C).
    """
    ### BEGIN SOLUTION
    stride = stride or size
    maps = pad_for(x, size, stride, padding, value=np.nan)
    (tall, wide), (down, across) = size, stride
    height = (maps.shape[1] - tall) // down + 1
    width = (maps.shape[2] - wide) // across + 1
    pooled = np.zeros((len(x), height, width, x.shape[3]))
    for i, j in np.ndindex(height, width):
        top, left = i * down, j * across
        window = maps[:, top : top + tall, left : left + wide]
        pooled[:, i, j] = np.nanmean(window, axis=(1, 2))
    return pooled
    ### END SOLUTION


# %% nbgrader={"check": "avg_pool2d"}
check("lab08.avg_pool2d")

# %% [markdown]
# ## See what each pooling keeps
#
# Take the whiskers and the mouth of the cat in scikit-image's collection.
# A filter that answers where it gets brighter from top to bottom, and a ReLU, make a feature map in which whiskers are thin lines.
# Then make it four times smaller in both directions, in three ways: with max pooling, with average pooling, and by keeping every fourth value, as a convolution with stride 4 would.
#
# All four pictures have the same scale from white (0) to black (1 and more).
# Look for the whiskers on the left and for the mouth, which has the form of a V.

# %%
import scipy

cat = skimage.color.rgb2gray(skimage.data.chelsea())[144:288, 88:312]
edges = np.maximum(scipy.ndimage.sobel(cat, axis=0), 0)
poolings = {
    "feature map": edges,
    "max pooling 4x4": skimage.measure.block_reduce(edges, 4, np.max),
    "average pooling 4x4": skimage.measure.block_reduce(edges, 4, np.mean),
    "stride 4, no pooling": edges[::4, ::4],
}

# %%
figure, axes = plt.subplots(2, 2, figsize=(9, 6.4), layout="constrained")
for axis, (name, shown_map) in zip(axes.flat, poolings.items(), strict=True):
    axis.imshow(shown_map, cmap="gray_r", vmin=0, vmax=1)
    height, width = shown_map.shape
    axis.set(title=f"{name}: {height} x {width}", xlabel="column", ylabel="row")

# %% [markdown]
# *Picture in words:* four pictures of dark edges on white; the feature map shows fine whiskers that fan out to the left and a mouth like a V; with max pooling they are thick and dark, and the fur between them is grey; with average pooling they are pale; with the stride alone the mouth can be guessed, and scattered cells are left of the whiskers.
#
# Three ways to throw away 15 of 16 values:
#
# - **Max pooling** says *whether* the pattern was found anywhere in the window, as strongly as it was found.
#   It forgets where.
# - **Average pooling** says *how much* of the window shows it, and one thin line is not much.
# - **A stride alone** says whether it was found at one particular pixel, and misses the rest.
#
# So a maximum is the natural choice for "is there a whisker here?".
#
# ## Exercise 3: Average whole maps (1 point)
#
# The largest possible window is the whole map.
# *Global* pooling leaves one number for each channel, whatever the size of the picture, and often stands just before the last dense layer.
#
# Write `global_avg_pool(x)` for feature maps (N, H, W, C): the average of each channel of each picture, as an array (N, C).


# %% nbgrader={"solution": "global_avg_pool"}
def global_avg_pool(x):
    """Average each feature map.

    Args:
        x: feature maps, (N, H, W, C).

    Returns:
        One number for each channel of each picture, (N, C).
    """
    ### BEGIN SOLUTION
    return x.mean(axis=(1, 2))
    ### END SOLUTION


# %% nbgrader={"check": "global_avg_pool"}
check("lab08.global_avg_pool")

# %% [markdown]
# ## Exercise 4: Take the maximum of whole maps (1 point)
#
# Write `global_max_pool(x)` in the same way: the largest value of each channel of each picture, (N, C).


# %% nbgrader={"solution": "global_max_pool"}
def global_max_pool(x):
    """Keep the largest value of each feature map.

    Args:
        x: feature maps, (N, H, W, C).

    Returns:
        One number for each channel of each picture, (N, C).
    """
    ### BEGIN SOLUTION
    return x.max(axis=(1, 2))
    ### END SOLUTION


# %% nbgrader={"check": "global_max_pool"}
check("lab08.global_max_pool")

# %% [markdown]
# ## Exercise 5: Move pictures (2 points)
#
# To test "regardless of their location" you have to change locations.
#
# Write `shift_images(x, dx, dy)` for pictures (N, H, W, C).
# It moves every picture `dx` pixels to the right and `dy` pixels **down** and keeps its size.
#
# - Negative numbers move to the left and up, 0 not at all.
# - What leaves the picture is gone, and 0 comes in.
#   Nothing comes back on the other side.
# - If a move is larger than the picture, only zeros are left.
#
# The caller's pictures stay as they are.


# %% nbgrader={"solution": "shift_images"}
def shift_images(x, dx, dy):
    """Move pictures to the right and down, and fill up with zeros.

    Args:
        x: pictures, (N, H, W, C); not changed.
        dx, dy: pixels to the right and down; may be negative.

    Returns:
        Pictures of the same shape.
    """
    ### BEGIN SOLUTION
    _, height, width, _ = x.shape
    moved = np.zeros_like(x)
    rows = np.arange(max(dy, 0), min(height + dy, height))
    columns = np.arange(max(dx, 0), min(width + dx, width))
    moved[:, rows[:, None], columns] = x[:, rows[:, None] - dy, columns - dx]
    return moved
    ### END SOLUTION


# %% nbgrader={"check": "shift_images"}
check("lab08.shift_images")

# %% [markdown]
# ## Equivariant is not invariant
#
# If the cat moves three pixels to the right, what happens to a feature map?
#
# - *Invariant* would mean: nothing changes.
# - *Equivariant* means: the map moves along, by three cells, and is otherwise the same.
#
# A convolution should be equivariant, since it applies the same filter everywhere.
# To test that, go two ways and compare: **move, then filter**, and **filter, then move**.
# SciPy does both steps here: a Sobel kernel filters the cat, once moved before and once after, by 3 pixels.


# %%
def move(image, dx, dy):
    """Move an image (H, W) to the right and down; 0 comes in."""
    return scipy.ndimage.shift(image, (dy, dx), order=0)


def filter_image(image, kernel, stride=1):
    """Correlate an image (H, W) with a kernel, inside only, and keep every stride-th."""
    return scipy.signal.correlate(image, kernel, mode="valid")[::stride, ::stride]


# %%
sobel = np.array([[-1.0, -2, -1], [0, 0, 0], [1, 2, 1]])
move_first = filter_image(move(cat, 3, 0), sobel)
filter_first = move(filter_image(cat, sobel), 3, 0)
gap = np.abs(move_first - filter_first)
print(f"largest gap in the whole map: {gap.max():.3f}")
print(f"without 3 columns on each side: {gap[:, 3:-3].max():.3f}")

# %% [markdown]
# Inside, the two maps are the same: the convolution is equivariant.
# At the border they are not, because zeros came in: into the image one way, where the kernel finds an edge that nobody photographed, and into the map the other way.
# So compare the **interior** only.
# (With `np.roll` instead of zeros the border would be wrong in another way: pixels from the other side.)
#
# ## Exercise 6: Measure the gap (3 points)
#
# Write `equivariance_gap(x, kernel, dx, dy, stride=1)` for one image `x` (H, W) and one kernel.
#
# 1. Move the image by (`dx`, `dy`), then filter it with this `stride`.
# 2. Filter the image with this `stride`, then move the **map**.
#    With a stride the map is smaller, so it moves by `dx // stride` and `dy // stride` cells.
# 3. Leave out the border: `abs(dy)` rows at the top and as many at the bottom, `abs(dx)` columns on the left and as many on the right.
# 4. Return the largest absolute difference of the rest, one number.
#
# Use `move` and `filter_image`; SciPy is allowed here.
# Some interior is always left in the check.


# %% nbgrader={"solution": "equivariance_gap"}
def equivariance_gap(x, kernel, dx, dy, stride=1):
    """Compare move-then-filter with filter-then-move in the interior.

    Args:
        x: an image, (H, W).
        kernel: weights, (kh, kw).
        dx, dy: pixels to the right and down; may be negative.
        stride: of the filter, in both directions.

    Returns:
        The largest absolute difference, a number.
    """
    ### BEGIN SOLUTION
    move_first = filter_image(move(x, dx, dy), kernel, stride)
    filter_first = move(filter_image(x, kernel, stride), dx // stride, dy // stride)
    difference = np.abs(filter_first - move_first)
    height, width = difference.shape
    return difference[abs(dy) : height - abs(dy), abs(dx) : width - abs(dx)].max()
    ### END SOLUTION


# %% nbgrader={"check": "equivariance_gap"}
check("lab08.equivariance_gap")

# %% [markdown]
# Let your function move the cat by 0 to 8 pixels, with strides of 1, 2 and 4.
# Where do you expect a gap of 0?

# %%
steps = range(9)
looks = {1: ("o-", "#0072B2"), 2: ("s--", "#D55E00"), 4: ("^:", "#009E73")}
figure, axis = plt.subplots(figsize=(7, 3.4), layout="constrained")
for stride, (style, colour) in looks.items():
    gaps = [equivariance_gap(cat, sobel, dx, 0, stride) for dx in steps]
    axis.plot(steps, gaps, style, color=colour, label=f"stride {stride}")
axis.set(xlabel="moved to the right (pixels)", ylabel="largest gap", xticks=steps)
_ = axis.legend()

# %% [markdown]
# *Picture in words:* the line of stride 1 lies on 0 everywhere; the line of stride 2 jumps between 0 at even moves and large gaps at odd ones; the line of stride 4 is 0 at 0, 4 and 8 only.
#
# A stride breaks equivariance, except for moves that it divides.
# After an odd move, a filter of stride 2 looks at pixels that it had skipped before.
# Pooling windows move in strides too, so the same holds for them: pooling does not make a map invariant; it makes it *coarse*.
#
# ## Watch a digit move under its pools
#
# Now digits, from the best source that this computer has.

# %%
from grader import digits

data = digits.load(limit=3000)
x_train, x_test = (
    np.expand_dims(skimage.util.img_as_float32(images), axis=-1)
    for images in (data.x_train, data.x_test[:500])
)
y_train, y_test = data.y_train, data.y_test[:500]

# %% [markdown]
# The function below moves one digit and compares four things with what they were before: the edge map itself, max pooling over 2x2 and over 4x4, and the one number of global max pooling.
# The title says how much changed: 0 % is "nothing", 100 % is "nothing in common".


# %%
def show_change(dx, number=0):
    """Draw how much pooled maps of a digit change when it moves."""
    images = [x_test[number, ..., 0], move(x_test[number, ..., 0], dx, 0)]
    edges = [np.maximum(scipy.ndimage.sobel(image, axis=1), 0) for image in images]
    _, axes = plt.subplots(2, 4, figsize=(9, 4.8), layout="constrained")
    windows = {"edge map": 1, "pooled 2x2": 2, "pooled 4x4": 4, "global": 28}
    for (name, size), (top, bottom) in zip(windows.items(), axes.T, strict=True):
        before, after = (
            skimage.measure.block_reduce(image, size, np.max) for image in edges
        )
        change = np.abs(after - before).sum() / (after + before).sum()
        for axis, shown_map in ((top, before), (bottom, after)):
            axis.imshow(shown_map, cmap="gray_r", vmin=0, vmax=4)
            axis.set(xticks=[], yticks=[])
        top.set_title(name)
        bottom.set_title(f"changed: {change:.0%}")
    axes[0, 0].set_ylabel("in place")
    axes[1, 0].set_ylabel(f"moved by {dx}")
    plt.show()


show_change(dx=2)

# %% [markdown]
# *Picture in words:* two rows of four pictures, a digit's edges in place and moved; from left to right the full map, a coarser one, a very coarse one and a single cell; the title of each pair says how much changed, and the single cell changed least.
#
# Compare the percentages: as a rule, the larger the window, the less changes.
# But only the global pool, which has forgotten *all* places, does not care at all, as long as the digit stays in the picture.
# Move the sliders: how far can you go before the pooled maps have little in common with those in place?

# %%
sliders(show_change, dx=(-8, 8), number=(0, 49))

# %% [markdown]
# ## Explore: which networks still read a moved digit?
#
# Train four networks on digits in their usual place:
#
# - **dense**: 32 hidden units;
# - **conv, no pool**: two convolutions, then a dense layer that reads every place;
# - **conv + pool**: the same with max pooling over 2x2 behind each convolution;
# - **conv + global max**: one pooling between two convolutions, then global max pooling.
#   One number for each map is little to decide with, so its second convolution has more and larger filters.
#
# All are trained in the same way, and a curve below the cell shows how far it is.
# MNIST is large enough for few epochs; the embedded digits need more.

# %%
import keras
from keras import layers


def make_dense():
    """Build a dense network; like the others, it gives one score for each digit."""
    return keras.Sequential(
        [
            keras.Input(shape=(28, 28, 1)),
            layers.Flatten(),
            layers.Dense(units=32, activation="relu"),
            layers.Dense(units=10),
        ]
    )


def make_conv():
    """Build two convolutions without pooling."""
    return keras.Sequential(
        [
            keras.Input(shape=(28, 28, 1)),
            layers.Conv2D(filters=8, kernel_size=3, activation="relu"),
            layers.Conv2D(filters=16, kernel_size=3, activation="relu"),
            layers.Flatten(),
            layers.Dense(units=10),
        ]
    )


def make_pooled():
    """Build two convolutions with max pooling behind each."""
    return keras.Sequential(
        [
            keras.Input(shape=(28, 28, 1)),
            layers.Conv2D(filters=8, kernel_size=3, activation="relu"),
            layers.MaxPooling2D(pool_size=2),
            layers.Conv2D(filters=16, kernel_size=3, activation="relu"),
            layers.MaxPooling2D(pool_size=2),
            layers.Flatten(),
            layers.Dense(units=10),
        ]
    )


def make_global():
    """Build two convolutions whose last maps are pooled as a whole."""
    return keras.Sequential(
        [
            keras.Input(shape=(28, 28, 1)),
            layers.Conv2D(filters=8, kernel_size=3, activation="relu"),
            layers.MaxPooling2D(pool_size=2),
            layers.Conv2D(filters=32, kernel_size=5, activation="relu"),
            layers.GlobalMaxPooling2D(),
            layers.Dense(units=10),
        ]
    )


# %%
from grader.training import live

MAKERS = {
    "dense": make_dense,
    "conv, no pool": make_conv,
    "conv + pool": make_pooled,
    "conv + global max": make_global,
}
EPOCHS, BATCH_SIZE = (4, 64) if data.source == "mnist" else (6, 32)
models = {}
watch = live("network")
for kind, make in MAKERS.items():
    keras.utils.set_random_seed(8)
    models[kind] = make()
    models[kind].compile(
        optimizer=keras.optimizers.Adam(learning_rate=0.003),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    models[kind].fit(x_train, y_train, BATCH_SIZE, EPOCHS, verbose=0, callbacks=[watch])
    print(f"{kind:18s} {models[kind].count_params():7,} parameters")

# %% [markdown]
# Now move the test digits by 0 to 6 pixels, to the left and to the right, and count the right answers.
# The four networks have never seen a moved digit.
# Then draw the same numbers as curves.

# %%
moves = range(7)
moved_digits = np.concatenate(
    [
        scipy.ndimage.shift(x_test, (0, 0, sign * pixels, 0), order=0)
        for pixels in moves
        for sign in (1, -1)
    ]
)
accuracies = {}
for kind, model in models.items():
    answers = model.predict(moved_digits, batch_size=500, verbose=0).argmax(axis=1)
    right = answers.reshape(len(moves), -1) == np.tile(y_test, 2)
    accuracies[kind] = right.mean(axis=1)
    print(f"{kind:18s}", " ".join(f"{value:6.1%}" for value in accuracies[kind]))

# %%
looks = dict(zip(MAKERS, ("^:", "D-.", "s--", "o-"), strict=True))
colours = dict(zip(MAKERS, ("0.5", "#E69F00", "#D55E00", "#0072B2"), strict=True))
figure, axis = plt.subplots(figsize=(7.5, 4), layout="constrained")
for kind, values in accuracies.items():
    axis.plot(moves, 100 * values, looks[kind], color=colours[kind], label=kind)
axis.set(xlabel="moved sideways (pixels)", ylabel="right answers (%)", ylim=(0, 102))
axis.grid(alpha=0.3)
_ = axis.legend(loc="lower left")

# %% [markdown]
# *Picture in words:* four curves over moves of 0 to 6 pixels; all start high; the dense network falls first, the convolutional ones without and with pooling follow in this order, and the one with global max pooling falls far more slowly than all others.
#
# Read the curves from left to right:
#
# - **In place** all four read most digits.
#   Pooling brings nothing here that you can count on: which network leads depends on the digits you have and on how long you train.
# - **A move of 2 pixels** costs the dense network most and the network with pooling less than the one without.
#   So pooling does help.
# - **A move of 5 pixels** ruins all but one.
#   The pooled maps still have places, 5x5 of them, and the dense layer behind them reads each place with weights of its own.
# - **Global max pooling** is the only one that comes near to "regardless of their location": it asks whether a pattern is anywhere.
#   The price is that it cannot know what was above what, except inside the reach of a filter.
#
# So the lecture's sentence is half true: pooling moves the curve of the network to the right, by less than a pixel here, and does not make it level.
#
# ## What pooling saves
#
# The other half of the claim is about computing.
# Pooling itself multiplies nothing, but all layers behind it have less to do.
# To see how much, describe a network as a list of dictionaries, one for the input and one for each layer, and count.

# %%
with_pools = [
    {"layer": "input", "shape": (28, 28, 1)},
    {"layer": "conv", "filters": 32, "kernel_size": 3, "strides": 1},
    {"layer": "pool", "size": 2},
    {"layer": "conv", "filters": 64, "kernel_size": 3, "strides": 1},
    {"layer": "pool", "size": 2},
    {"layer": "dense", "units": 10},
]

# %% [markdown]
# This is a small and well-known example network of Keras for MNIST.
#
# ## Exercise 7: Count the work of a network (3 points)
#
# Write `model_macs(layers)`: the multiply-accumulates (MACs, lab 01) of each layer, for **one** picture.
# It returns a list with one whole number for each entry of `layers` **behind** the first, which is always the input with its `shape` (H, W, C).
#
# - `"conv"`: `filters` filters of `kernel_size` x `kernel_size` that span all channels, with `strides` in both directions and without padding ("valid").
#   Biases are not counted.
# - `"pool"`: windows of `size` x `size`, side by side, "valid".
#   It multiplies nothing: 0.
# - `"global_pool"`: leaves one number for each channel.
#   Also 0.
# - `"dense"`: each of its `units` reads **every** value of what comes in (the layer flattens it first).
#
# Go from layer to layer and keep track of height, width and channels.
# For comparison: in `with_pools` the second convolution needs 2,230,272.


# %% nbgrader={"solution": "model_macs"}
def model_macs(layers):
    """Count the multiply-accumulates of each layer for one picture.

    Args:
        layers: dictionaries, the input first; see above.

    Returns:
        A list of whole numbers, one for each layer behind the input.
    """
    counts = []
    ### BEGIN SOLUTION
    height, width, channels = layers[0]["shape"]
    for layer in layers[1:]:
        macs, kind = 0, layer["layer"]
        if kind == "conv":
            k, filters = layer["kernel_size"], layer["filters"]
            height = (height - k) // layer["strides"] + 1
            width = (width - k) // layer["strides"] + 1
            macs = height * width * filters * k * k * channels
            channels = filters
        elif kind == "pool":
            height, width = height // layer["size"], width // layer["size"]
        elif kind == "global_pool":
            height, width = 1, 1
        else:
            macs = height * width * channels * layer["units"]
            height, width, channels = 1, 1, layer["units"]
        counts.append(macs)
    return counts
    ### END SOLUTION


# %% nbgrader={"check": "model_macs"}
check("lab08.model_macs")

# %% [markdown]
# Let your function count the network with both pools, with the first one only, and without any.
# Expect most of the work in one layer.
# The drawing stacks the layers of each network in one bar.

# %%
networks = {
    "no pool": [item for item in with_pools if item["layer"] != "pool"],
    "first pool only": [*with_pools[:4], with_pools[5]],
    "both pools": with_pools,
}
work = {}
for name, network in networks.items():
    conv1, conv2, head = (count for count in model_macs(network) if count)
    work[name] = {"first conv": conv1, "second conv": conv2, "dense": head}
    print(f"{name:16s}", work[name])

# %%
fills = {"first conv": ("#0072B2", ""), "second conv": ("#E69F00", "//")}
fills["dense"] = ("#009E73", "..")
figure, axis = plt.subplots(figsize=(9, 2.9), layout="constrained")
for position, (name, counts) in enumerate(work.items()):
    left = 0
    for layer, count in counts.items():
        colour, hatch = fills[layer]
        label = layer if position == 0 else None
        axis.barh(
            name, count / 1e6, 0.6, left / 1e6, color=colour, hatch=hatch, label=label
        )
        left += count
    axis.text(left / 1e6, position, f"  {left:,}", va="center")
axis.set(xlabel="multiply-accumulates for one picture (millions)", xlim=(0, 13.5))
axis.invert_yaxis()
_ = axis.legend(loc="lower right")

# %% [markdown]
# *Picture in words:* three horizontal bars; without a pool 11.2 million multiply-accumulates, nearly all of them in the second convolution; with the first pool 2.5 million and with both 2.4 million, still mostly in the second convolution.
#
# The first pool cuts the second convolution from 10,616,832 to 2,230,272, by a factor of **4.76**.
# That is more than 4, because without padding a convolution loses two rows and columns at the rim, and a small map loses a larger part of itself.
# The first convolution gains nothing: it stands before the pool.
#
# The second pool hardly shows in this picture, and it matters elsewhere: in the **parameters** of the dense layer.

# %%
for name, side in {"no pool": 24, "both pools": 5}.items():
    values = side * side * 64
    print(f"{name:10s} {side}x{side}x64 = {values:,} values,", end=" ")
    print(f"{(values + 1) * 10:,} parameters in the dense layer")

# %% [markdown]
# From 368,650 to 16,010 parameters, 23 times fewer.
# About computing, then, the lecture is right without any "but".
#
# ## Explain (2 points)
#
# The policy network of AlphaGo, which learned to propose moves in the game of Go, reads the board as 19x19 points with 48 channels.
# It has thirteen convolutional layers with up to 192 filters, all with padding that keeps 19x19, and **not a single pooling layer**.
# Its output is a probability for each of the 361 points.
#
# In three to five sentences: why would pooling hurt here, although it helps with digits?
# Use what you measured, and what you know about liberties from lab 06.

# %% [markdown] nbgrader={"written": "explain", "points": 2}
# ### BEGIN SOLUTION
# On a Go board the exact place of a stone decides: one point further left, a group may have one liberty more, so it lives instead of dying.
# Pooling throws exactly that away; a 2x2 max pool cannot tell on which of four points a stone stands.
# For a digit it is different: it stays the same digit if a stroke lies one pixel further left.
# The answer is also a place: the network has to give a probability for each of the 19x19 points, so it needs maps of full size, and it should be equivariant (if the position moves, the move moves along), not invariant.
# And there is little to save, since a board has only 361 points, while a photo has millions of pixels.
#
# **What counts:**
#
# - In Go the exact point decides, for example over a liberty and so over a group's life, and pooling gives the exact point away.
# - A digit stays the same digit one pixel further on, so there it does no harm.
# - The answer is a place as well: 361 probabilities need maps of full size, equivariant and not invariant.
# - It uses something that you measured, such as the gap or the accuracies of moved digits.
# ### END SOLUTION

# %% [markdown]
# Once you have written at least two sentences, save the notebook and run this cell: it shows what counts in an answer.

# %%
from grader import compare

compare("lab08.explain")

# %% [markdown]
# ## Recap
#
# This cell shows where you stand, and which checks did not pass.

# %%
from grader import progress

progress("lab08")

# %% [markdown]
# Here are your numbers, beside your predictions.

# %%
pooled = accuracies["conv + pool"]
below_half = [
    pixels for pixels, share in zip(moves, pooled, strict=True) if share < 0.5
]
print("your predictions:", globals().get("predictions", "none"))
print(f"1. the second convolution: {24 * 24 / (11 * 11):.2f} times less work")
print(f"2. with pooling, moved by 2 pixels: {pooled[2]:.0%} are right")
print(f"3. fewer than half are right from {(below_half or ['?'])[0]} pixels on")
for kind in MAKERS:
    first, second, fourth = (accuracies[kind][[0, 2, 4]] * 100).round().astype(int)
    print(f"{kind:18s} in place {first} %, by 2: {second} %, by 4: {fourth} %")

# %% [markdown]
# The lecture made two claims about pooling:
#
# - **"While reducing the computational requirements"**: yes.
#   The layer behind a 2x2 pool does about a quarter of the work, and a dense head shrinks with the square of the side.
# - **"Regardless of their location"**: for small moves only, and even there not fully.
#   Convolution is *equivariant*: the map moves along.
#   Pooling makes the map coarse, so that a move within a window changes little.
#   Only *global* pooling forgets the place, and with it everything that depends on places.
#
# Whether you want that depends on the question: a digit's name does not depend on its place, a move in Go does.
#
# ## On your own
#
# No points here:
#
# - **Stride instead of pooling.** Replace each pool and the convolution before it by a convolution with `"strides": 2` in `with_pools`.
#   What does `model_macs` say, and what do the curves say if you train it?
# - **Blur before you pool.** Max pooling with stride 1, then a blur, then every second value: this is called *blur pooling*.
#   Does the gap of an odd move get smaller than with plain max pooling?
# - **Pooling backwards.** In training, the gradient of a maximum goes to the cell that was the largest.
#   Where should it go if two cells are equally large?
#   Lab 12 chooses a rule.
# - Move the digits up and down instead of sideways.
#   Do the curves change?
#
# **Next:** lab 09 hands all that you have built over to TensorFlow and Keras.
