# %% [markdown]
# # Choose where the window goes
#
# **What you'll do.** Build the full convolution with padding, stride and dilation, and let it count liberties on a Go board.
#
# **What you'll learn.**
#
# - How many windows fit, and why some sizes leave pixels unread.
# - What `padding="same"` means in TensorFlow, to the pixel.
# - What zeros at the border do to the numbers near it.
#
# **What you'll need.** Labs 03 and 05 (sliding a filter, sums over channels) and about 60 minutes. No TensorFlow.
#
# **The lecture** names padding and stride length among the key parameters of a convolution, and says that convolutional networks play Go against the best humans.
# What do these parameters do, and what does a convolution see on a Go board?

# %% [markdown]
# ## Predict first (1 point)
#
# Replace the line below with `predictions = [..., ..., ...]`, three numbers of your own:
#
# 1. A picture is 28 pixels wide, a window 3 pixels, and the window moves by 2.
#    How many windows lie side by side inside the picture?
# 2. The same with TensorFlow's `padding="same"`.
#    How many columns of zeros are added, left and right together?
# 3. A white picture (all values 1) is blurred with the mean of 3x3 pixels, and zeros are put around it.
#    What is the new value of a corner pixel?
#
# Three numbers, right or wrong, pass the check.

# %% nbgrader={"solution": "predictions"}
### BEGIN SOLUTION
predictions = [13, 1, 0.44]
### END SOLUTION

# %% nbgrader={"check": "predictions"}
from grader import check, sliders

check("lab06.predictions")

# %% [markdown]
# ## A worked example: list the windows
#
# Height and width follow the same rule, so one row of pixels is enough to find it.
# A window is known by the pixel where it starts.
# The first starts at 0, the next one `stride` pixels later, and the last must still end inside the row.
#
# Expect the starts 0, 2 and 4 for 7 pixels, a window of 3 and stride 2.


# %%
def window_starts(n, k, stride):
    """List where windows of `k` pixels start in a row of `n` pixels."""
    found = [0]
    while found[-1] + stride + k <= n:
        found.append(found[-1] + stride)
    return found


print("7 pixels:", window_starts(7, k=3, stride=2))
print("8 pixels:", window_starts(8, k=3, stride=2))

# %% [markdown]
# One more pixel, and not one more window.
# A drawing shows why; the function below draws the row of pixels and its windows, and says in the title what is left over.
# Padding is drawn as hatched cells; a cross marks a cell that is left over.
# Then compare 7 pixels with 8, for a window of 3 and stride 2.

# %%
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import Rectangle

plt.style.use("grader.labs")


def draw_windows(axis, n, k, stride, before=0, after=0):
    """Draw a padded row of pixels and every window that fits."""
    for place in range(-before, n + after):
        pixel = 0 <= place < n
        style = {"fc": "#56B4E9"} if pixel else {"fc": "white", "hatch": "///"}
        axis.add_patch(Rectangle((place, 0), 1, 1, ec="black", **style))
        number = place if pixel else ""
        axis.text(place + 0.5, 0.5, number, ha="center", va="center", color="black")
    first_pixels = range(-before, n + after - k + 1, stride)
    lanes = -(-k // stride)
    for number, start in enumerate(first_pixels):
        bar = (start + 0.1, -0.7 - 0.6 * (number % lanes))
        axis.add_patch(Rectangle(bar, k - 0.2, 0.4, fc="#E69F00", ec="black"))
    end = first_pixels[-1] + k if first_pixels else -before
    for place in range(end, n + after):
        axis.plot(place + 0.5, -0.5, "x", color="#D55E00", ms=9, mew=2.5)
    left_over = n + after - end
    axis.set_title(f"windows: {len(first_pixels)}, cells left over: {left_over}")
    axis.set(xlim=(-before - 0.5, n + after + 0.5), ylim=(-0.5 - 0.6 * lanes, 1.2))
    axis.set(xlabel="pixel", xticks=[], yticks=[], aspect="equal")


# %%
figure, axes = plt.subplots(2, 1, figsize=(7, 4), sharex=True, layout="constrained")
draw_windows(axes[0], n=7, k=3, stride=2)
draw_windows(axes[1], n=8, k=3, stride=2)

# %% [markdown]
# *Picture in words:* two rows of numbered blue cells with orange bars of three cells below them; in the upper row the bars end at pixel 6, the last one, and in the lower row too, so that pixel 7 has a cross below it and no bar.
#
# After the first window, 7 − 3 = 4 pixels remain, which are exactly two steps of 2.
# With 8 pixels 5 remain: two steps and one pixel over.
# A third step would stick out, so that pixel is **never read**, whatever is in it.
# That is what "the size does not fit" means: no error, just pixels that the layer cannot see.
#
# ## Spread the window: dilation
#
# A *dilated* window takes every d-th pixel.
# It has as many weights as before and reaches further.
# With dilation 1 it is the plain window, and with dilation 2 it leaves one pixel out between two that it reads.

# %%
figure, axes = plt.subplots(1, 3, figsize=(8, 2.9), layout="constrained")
for axis, dilation in zip(axes, [1, 2, 3], strict=True):
    touched = np.zeros((7, 7))
    touched[: 2 * dilation + 1 : dilation, : 2 * dilation + 1 : dilation] = 1
    axis.pcolormesh(touched, cmap="Greys", edgecolor="grey", vmax=1.5)
    axis.invert_yaxis()
    axis.set(xticks=np.arange(7) + 0.5, xticklabels=range(7), xlabel="column")
    axis.set(yticks=np.arange(7) + 0.5, yticklabels=range(7), ylabel="row")
    axis.set(title=f"dilation {dilation}", aspect="equal")

# %% [markdown]
# *Picture in words:* three grids of 7x7 cells with nine dark cells each: side by side with dilation 1, with one light cell between them with dilation 2, with two between them with dilation 3, where they span the whole grid.
#
# Nine weights each time, and the window reaches over 3, 5 and 7 pixels.
# Between k pixels there are k − 1 gaps; that is all you need to find the reach for any k and d.
#
# ## Exercise 1: Count the windows (2 points)
#
# Write `output_size(n, k, stride, pad_total, dilation=1)`: how many windows lie side by side in a row of `n` pixels?
#
# - The window has `k` weights and moves by `stride`.
# - `pad_total` pixels of padding are added, both sides together.
# - With `dilation` d it reads every d-th pixel; a window counts if its **last** pixel is still inside.
#
# A window that would stick out is not counted.
# At least one window always fits in the check.


# %% nbgrader={"solution": "output_size"}
def output_size(n, k, stride, pad_total, dilation=1):
    """Return how many windows of `k` weights lie side by side.

    Args:
        n: pixels of the row.
        k: weights of the window.
        stride: pixels from one window to the next.
        pad_total: pixels of padding, both sides together.
        dilation: distance between two pixels of a window.
    """
    ### BEGIN SOLUTION
    reach = (k - 1) * dilation + 1
    return (n + pad_total - reach) // stride + 1
    ### END SOLUTION


# %% nbgrader={"check": "output_size"}
check("lab06.output_size")

# %% [markdown]
# ## Draw the whole grid
#
# A picture has two directions, so draw the whole grid: on the left the input with its padding and one window of the kernel, on the right the output with the value that this window gives.
# The title says in words why the size fits, or why not.

# %%
import itertools


def explain_fit(cells, k, stride):
    """Say why windows of `k` cells fit into a side of `cells` cells, or why not."""
    if k > cells:
        return f"a window of {k} is longer than {cells} cells: no output"
    starts = window_starts(cells, k, stride)
    rest = cells - k - starts[-1]
    text = f"{cells} cells = window of {k} + {len(starts) - 1} steps of {stride}"
    return f"{text} + {rest}: does not fit" if rest else f"{text}: fits"


def draw_cells(axis, n, padding, unread):
    """Draw n x n pixels and their padding; a cross marks the cells in `unread`."""
    cells = range(-padding, n + padding)
    for i, j in itertools.product(cells, cells):
        pixel = i in range(n) and j in range(n)
        style = {"fc": "#56B4E9"} if pixel else {"fc": "white", "hatch": "///"}
        axis.add_patch(Rectangle((j, i), 1, 1, ec="black", **style))
        if i in unread or j in unread:
            axis.plot(j + 0.5, i + 0.5, "x", color="#D55E00", ms=9, mew=2.5)


# %%
def draw_grid(n=8, k=3, stride=2, padding=0, window=4):
    """Draw an input of n x n pixels, one window, and the output value it gives."""
    cells = n + 2 * padding
    starts = [s - padding for s in window_starts(cells, k, stride) if k <= cells]
    read = {start + tap for start in starts for tap in range(k)}
    figure, axes = plt.subplots(1, 2, figsize=(8, 4.4), layout="constrained")
    draw_cells(axes[0], n, padding, set(range(-padding, n + padding)) - read)
    for number, (i, j) in enumerate(itertools.product(starts, starts)):
        shown = number == window % len(starts) ** 2
        fill = {"fc": "#E69F00" if shown else "white", "ec": "black"}
        place = divmod(number, len(starts))[::-1]
        axes[1].add_patch(Rectangle(place, 1, 1, **fill))
        if shown:
            axes[0].add_patch(Rectangle((j, i), k, k, **fill, lw=3, alpha=0.85))
    titles = [f"input: {n} x {n}", f"output: {len(starts)} x {len(starts)}"]
    for axis, title in zip(axes, titles, strict=True):
        axis.autoscale_view()
        axis.invert_yaxis()
        axis.set(xticks=[], yticks=[], xlabel="column", ylabel="row")
        axis.set(aspect="equal", title=title)
    _ = figure.suptitle(explain_fit(cells, k, stride))
    plt.show()


draw_grid()

# %% [markdown]
# *Picture in words:* on the left a blue grid of 8x8 cells with an orange square of 3x3 from row and column 2 on, and crosses in the last row and the last column; on the right a white grid of 3x3 cells, the middle one orange; the title reads "8 cells = window of 3 + 2 steps of 2 + 1: does not fit".
#
# One row and one column are never read: 15 of the 64 pixels.
# Move the sliders; `window` slides the kernel, and its place in the output goes with it.
# For which paddings does an input of 8x8 fit?
# What is left unread if the stride is larger than the window?

# %%
sliders(draw_grid, n=(3, 10), k=(1, 5), stride=(1, 4), padding=(0, 2), window=(0, 24))

# %% [markdown]
# The same amount on both sides never makes 8 pixels fit: it adds an even number to an odd rest.
# And with a stride larger than the window, pixels between two windows are skipped as well.
# TensorFlow has an answer to that, which comes below.

# %% [markdown]
# ## Exercise 2: Put a border around pictures (2 points)
#
# Write `pad2d(x, top, bottom, left, right, value=0)` for pictures `x` (N, H, W, C).
# It adds `top` rows above, `bottom` rows below, and columns in the same way, all filled with `value`.
#
# - Any of the four numbers may be 0.
# - The batch and the channels stay as they are, and so does the caller's `x`.
# - A border of 0.5 is really 0.5, also around a picture of whole numbers, and a border of 0 cuts no decimals off a picture that has them.
#
# Use your own NumPy code: `np.pad` is not allowed here.
# As in lab 05, functions from SciPy, scikit-image, scikit-learn, TensorFlow and Keras, and `np.convolve`, `np.correlate` and `np.fft`, are not allowed in any exercise of this lab.
# The first lines are given.


# %% nbgrader={"solution": "pad2d"}
def pad2d(x, top, bottom, left, right, value=0):
    """Add a border to every picture.

    Args:
        x: pictures, (N, H, W, C), of whole or decimal numbers; not changed.
        top, bottom, left, right: rows and columns to add, 0 or more.
        value: what the border holds.

    Returns:
        Pictures, (N, top + H + bottom, left + W + right, C).
    """
    pictures, height, width, channels = x.shape
    shape = (pictures, top + height + bottom, left + width + right, channels)
    ### BEGIN SOLUTION
    padded = np.full(shape, value, dtype=np.result_type(x, value))
    padded[:, top : top + height, left : left + width, :] = x
    return padded
    ### END SOLUTION


# %% nbgrader={"check": "pad2d"}
check("lab06.pad2d")

# %% [markdown]
# ## See what zeros do to the border
#
# Padding keeps the picture's size, but a border of zeros is not neutral: black pixels that nobody photographed take part in every sum near the edge.
# First the most extreme case, your third prediction: a white picture of 6x6 pixels, blurred with the mean of 3x3.

# %%
import scipy

white = np.ones((6, 6))
blurred_white = scipy.ndimage.uniform_filter(white, size=3, mode="constant")
print(blurred_white.round(2))

# %% [markdown]
# Inside, the mean of nine ones is 1.
# At an edge three of the nine values are zeros from the padding, in a corner five are, and 4/9 is left.
#
# Now real pictures: 256 pieces of 32x32 pixels, cut out of scikit-image's photo of a brick wall.
# Blur them one or four times with zeros around them, then four times with the picture mirrored at its edge.
# The plot shows the mean over all pieces in the middle rows, column by column.
# On average the columns of the wall are about equally bright, so a fair blur gives a nearly level line.

# %%
import skimage

wall = skimage.data.brick() / 255
pieces = wall.reshape(16, 32, 16, 32).swapaxes(1, 2).reshape(256, 32, 32)


def column_means(layers, mode):
    """Blur all pieces `layers` times and return the mean of each column."""
    blurred = pieces
    for _ in range(layers):
        blurred = scipy.ndimage.uniform_filter(blurred, size=(1, 3, 3), mode=mode)
    return blurred[:, 8:24].mean(axis=(0, 1))


# %%
figure, axis = plt.subplots(figsize=(7, 3.6), layout="constrained")
axis.plot(column_means(1, "constant"), "s--", color="#E69F00", label="zeros, 1 layer")
axis.plot(column_means(4, "constant"), "o-", color="#D55E00", label="zeros, 4 layers")
axis.plot(column_means(4, "mirror"), "^:", color="#0072B2", label="mirrored, 4 layers")
axis.set(xlabel="column (pixel)", ylabel="mean brightness", ylim=(0, None))
axis.grid(alpha=0.3)
_ = axis.legend(loc="lower center")

# %% [markdown]
# *Picture in words:* brightness over 32 columns; the mirrored line is nearly level, the line of one layer with zeros drops at the two outermost columns only, and the line of four layers bends down over several columns on each side.
#
# One layer darkens the outermost column by a third: one column of three is zeros.
# Each further layer passes the loss on by one pixel, so four layers reach four pixels in from each side.
# The bricks are not darker there; the padding made them so.
# A network can even use this to find out how far from the border it is.
# Mirroring avoids the dark rim and pays with pixels that are read twice; layers in Keras pad with zeros.

# %% [markdown]
# ## Understand "same" in TensorFlow
#
# `padding="valid"` means no padding.
# `padding="same"` is often explained as "the output has the same size", which holds only for stride 1.
# TensorFlow's rule has three parts, for each axis on its own:
#
# 1. The number of windows is n divided by the stride, **rounded up**.
# 2. Add as few zeros as it takes for that many windows to fit, and never fewer than none.
# 3. Share them between both sides; if their number is odd, the extra one goes **at the end**: bottom or right.
#
# Here is MNIST's width, 28, with a window of 3 and stride 2: 14 windows.
# The upper row follows TensorFlow, the lower one has one zero on each side, a habit from other libraries.

# %%
figure, axes = plt.subplots(2, 1, figsize=(10, 3), sharex=True, layout="constrained")
draw_windows(axes[0], n=28, k=3, stride=2, before=0, after=1)
draw_windows(axes[1], n=28, k=3, stride=2, before=1, after=1)

# %% [markdown]
# *Picture in words:* two rows of 28 numbered cells, each with 14 bars in two lanes; the upper row has one hatched cell at the right end and its first bar starts at pixel 0; the lower row has one at each end, its first bar starts on the hatched cell at the left, and the one at the right has a cross.
#
# Both give 14 windows, so no shape tells them apart, and yet **every** window starts one pixel further left in the lower row.
# There the zero at the right end is not even used.
# The values differ, as a small example shows: the numbers 1 to 36 in a 6x6 picture, summed over windows of 3x3 with stride 2.

# %%
numbers = np.arange(1, 37).reshape(6, 6)
for name, sides in [("TensorFlow, (0, 1)", (0, 1)), ("both sides, (1, 1)", (1, 1))]:
    sheet = np.pad(numbers, sides)
    sums = np.lib.stride_tricks.sliding_window_view(sheet, (3, 3))[::2, ::2]
    print(f"{name}: first row", sums.sum(axis=(2, 3))[0])

# %% [markdown]
# Same size, other numbers.
# To weights that were trained with one of these paddings, the other one looks like a shifted picture.
#
# ## Exercise 3: Find TensorFlow's padding (3 points)
#
# Write `same_pads(n, k, stride, dilation=1)`, which returns the pair `(before, after)`: how many zeros TensorFlow puts before and after a row of `n` pixels for a window of `k` weights.
# The rule stands above; a dilated window counts with its full reach.
#
# Some answers to test yourself against: 28 pixels with a window of 3 and stride 2 get (0, 1), and 5 pixels with a window of 2 and stride 1 get (0, 1) too.


# %% nbgrader={"solution": "same_pads"}
def same_pads(n, k, stride, dilation=1):
    """Return TensorFlow's padding (before, after) for one axis.

    Args:
        n: pixels of the row.
        k: weights of the window.
        stride: pixels from one window to the next.
        dilation: distance between two pixels of a window.
    """
    ### BEGIN SOLUTION
    windows = -(-n // stride)  # rounded up
    reach = (k - 1) * dilation + 1
    total = max((windows - 1) * stride + reach - n, 0)
    return total // 2, total - total // 2
    ### END SOLUTION


# %% nbgrader={"check": "same_pads"}
check("lab06.same_pads")

# %% [markdown]
# ## Exercise 4: Convolve with all settings (4 points)
#
# Write `conv2d(x, W, b, stride=(1, 1), padding="valid", dilation=1)`.
#
# - `x` (N, H, W, C), `W` (kh, kw, C, F) and `b` (F,) are those of lab 05; so is the sum over all channels.
# - `stride` is (down, across).
# - `padding` is `"valid"`, without padding, or `"same"`, TensorFlow's rule with zeros, for height and width each with its own size, kernel and stride.
# - `dilation` is one number for both axes.
#
# A hint for the window: output (i, j) starts at row i·down, and a slice with a step, `start:stop:dilation`, takes every d-th pixel.
# Put zeros around the pictures with `np.pad` if you like, it is allowed here.
#
# 3 points are for `"valid"`, with all strides and dilations, and 1 is for `"same"`.
# You may call your own `same_pads`, but then a mistake in it costs that point as well.


# %% nbgrader={"solution": "conv2d"}
def conv2d(x, W, b, stride=(1, 1), padding="valid", dilation=1):
    """Compute the feature maps of a convolutional layer, without an activation.

    Args:
        x: pictures, (N, H, W, C), of whole or decimal numbers; not changed.
        W, b: filters, (kh, kw, C, F), and their biases, (F,).
        stride: (down, across), in pixels.
        padding: "valid" or "same".
        dilation: distance between two pixels of a window, on both axes.

    Returns:
        Feature maps, (N, H', W', F).
    """
    ### BEGIN SOLUTION
    kh, kw, _, filters = W.shape
    down, across = stride
    if padding == "same":
        rows = same_pads(x.shape[1], kh, down, dilation)
        columns = same_pads(x.shape[2], kw, across, dilation)
        x = np.pad(x, [(0, 0), rows, columns, (0, 0)])
    tall, wide = (kh - 1) * dilation + 1, (kw - 1) * dilation + 1
    height = (x.shape[1] - tall) // down + 1
    width = (x.shape[2] - wide) // across + 1
    maps = np.zeros((len(x), height, width, filters))
    for i, j in np.ndindex(height, width):
        top, left = i * down, j * across
        block = x[:, top : top + tall : dilation, left : left + wide : dilation]
        maps[:, i, j] = np.tensordot(block, W, axes=3) + b
    return maps
    ### END SOLUTION


# %% nbgrader={"check": "conv2d"}
check("lab06.conv2d")

# %% [markdown]
# *Optional, for no points:* look inside your function.
# The next cell opens at the first value that is wrong, if there is one; move over the values with the mouse or the arrow keys, and see which pixels and which numbers each is made of.
# Choose another kernel, stride, padding or dilation, and your function is called again.

# %%
from grader import explore

explore("lab06.conv2d")

# %% [markdown]
# ## Compare strides and dilations on a photo
#
# SciPy computes three maps of scikit-image's photo of coins: an edge filter with stride 1, with stride 4, and with dilation 4.
# A dilated kernel is a larger one with zeros between its weights, and a strided map is the full map with rows and columns left out.
# Expect three maps of the same scene; look at the numbers along their axes.

# %%
coins = skimage.data.coins() / 255
edge = np.array([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]]) / 4
wide_edge = np.zeros((9, 9))
wide_edge[::4, ::4] = edge
every_edge = scipy.signal.correlate(coins, edge, mode="valid")
wide_edges = scipy.signal.correlate(coins, wide_edge, mode="valid")

# %%
shown_maps = {
    "stride 1": every_edge,
    "stride 4": every_edge[::4, ::4],
    "dilation 4": wide_edges,
}
figure, axes = plt.subplots(1, 3, figsize=(10, 2.9), layout="constrained")
for axis, (name, shown_map) in zip(axes, shown_maps.items(), strict=True):
    axis.imshow(shown_map, cmap="RdBu_r", vmin=-0.5, vmax=0.5)
    height, width = shown_map.shape
    axis.set(title=f"{name}: {height} x {width}", xlabel="column", ylabel="row")

# %% [markdown]
# *Picture in words:* three maps of coins with red and blue rims; the second has a quarter of the rows and columns and looks coarse, the third is nearly as large as the first and its rims are thicker and stronger.
#
# Stride 4 keeps one value of sixteen, and so costs a sixteenth of the multiplications.
# Dilation 4 costs as much as the plain window for each value; it compares pixels that are further apart, so soft edges answer more strongly and thin details get blurred.
# Stride saves work, dilation buys reach, padding keeps the border: three settings for three needs.

# %% [markdown]
# ## Look at a Go board
#
# The board of Go is a picture of 19x19 points; we take a smaller one of 9x9, with 0 for an empty point, 1 for a black stone and 2 for a white one.
# A stone needs empty points beside it, left, right, above or below: its *liberties*.
# In a corner a stone has at most two.
# What must the padding be, so that a convolution finds two there?
#
# A kernel in the shape of a plus, applied to a picture of the **empty** points, counts the empty neighbours.
# Here SciPy does it twice: outside the board every point counts as "not empty" (padding with 0), then as "empty" (padding with 1).

# %%
go_board = np.zeros((9, 9), dtype=int)
for black in [(0, 0), (2, 2), (2, 3), (3, 2), (8, 4), (5, 6), (0, 5)]:
    go_board[black] = 1
for white in [(1, 2), (2, 1), (3, 3), (8, 8), (5, 5), (6, 6), (5, 8)]:
    go_board[white] = 2
print(go_board)

# %%
plus = np.array([[0, 1, 0], [1, 0, 1], [0, 1, 0]])
is_empty = (go_board == 0).astype(int)
zeros_outside = scipy.ndimage.correlate(is_empty, plus, mode="constant", cval=0)
ones_outside = scipy.ndimage.correlate(is_empty, plus, mode="constant", cval=1)

# %% [markdown]
# Draw both counts on the stones, and put a square around each stone for which they differ.


# %%
def draw_board(axis, shown_counts, title):
    """Draw the stones with their counts, and mark those that padding changes."""
    axis.set_facecolor("#E8D5A8")
    axis.hlines(range(9), 0, 8, color="grey", lw=0.8)
    axis.vlines(range(9), 0, 8, color="grey", lw=0.8)
    for (i, j), stone in np.ndenumerate(go_board):
        if stone == 0:
            continue
        fill, ink = ("black", "white") if stone == 1 else ("white", "black")
        axis.plot(j, i, "o", ms=19, mfc=fill, mec="black")
        axis.text(j, i, shown_counts[i, j], color=ink, ha="center", va="center")
        if zeros_outside[i, j] != ones_outside[i, j]:
            corner = (j - 0.48, i - 0.48)
            axis.add_patch(
                Rectangle(corner, 0.96, 0.96, fill=False, ec="#D55E00", lw=2)
            )
    axis.set(xlim=(-0.7, 8.7), ylim=(8.7, -0.7), title=title, aspect="equal")
    axis.set(xlabel="column", ylabel="row")


# %%
figure, axes = plt.subplots(1, 2, figsize=(9, 4.7), layout="constrained")
draw_board(axes[0], zeros_outside, "padded with zeros")
draw_board(axes[1], ones_outside, "padded with ones")

# %% [markdown]
# *Picture in words:* the same board twice, with black and white stones that carry numbers; the stones at the edge stand in squares, the corner stones with 2 on the left board and 4 on the right one, the stones along an edge with one more on the right.
#
# Zeros are right: a point outside the board is not empty, and the corner stones have 2 liberties.
# With ones they would have 4, as if the board went on.
# So the right padding is not a matter of taste; it says what is true beyond the border, **in the picture that the kernel reads**.
# For a photo nobody knows that; for Go everybody does.

# %% [markdown]
# ## Exercise 5: Count liberties (2 points)
#
# Write `liberties(board)` for a board of any height and width, with 0 for empty, 1 for black and 2 for white.
# The result has the shape of the board: for each stone, the number of empty points among its direct neighbours (left, right, above, below); for each empty point, 0.
#
# In a real game connected stones share their liberties; here each stone counts for itself.
# A stone of either colour counts, and the board stays unchanged.
# `np.pad` is allowed.


# %% nbgrader={"solution": "liberties"}
def liberties(board):
    """Count the empty neighbours of every stone.

    Args:
        board: (rows, columns) of 0 (empty), 1 (black) and 2 (white); not changed.

    Returns:
        Counts of the same shape, 0 where no stone is.
    """
    ### BEGIN SOLUTION
    empty = np.pad(board == 0, 1)  # outside is not empty: False
    above, below = empty[:-2, 1:-1], empty[2:, 1:-1]
    left, right = empty[1:-1, :-2], empty[1:-1, 2:]
    return (above.astype(int) + below + left + right) * (board > 0)
    ### END SOLUTION


# %% nbgrader={"check": "liberties"}
check("lab06.liberties")

# %% [markdown]
# ## Explain (2 points)
#
# A colleague moves a network from a library that pads both sides equally to TensorFlow, and sets `padding="same"` with stride 2.
# All shapes agree, and the accuracy is worse.
# In three or four sentences: what differs, why did no shape show it, and for which stride and kernel sizes would nothing have gone wrong?

# %% [markdown] nbgrader={"written": "explain", "points": 2}
# ### BEGIN SOLUTION
# TensorFlow adds as few zeros as needed and puts an odd one at the end, so for 28 pixels, kernel 3 and stride 2 it pads (0, 1) where the other library pads (1, 1).
# All windows therefore start one pixel further right, and the trained filters see shifted windows.
# Both ways give 14 windows, since the number is rounded to the same value, so the shapes agree.
# With stride 1 and a kernel of odd size both libraries pad (k − 1) / 2 on each side, and nothing changes.
# The same holds for stride 2 wherever TensorFlow's total is even and shared equally, such as 7 pixels with kernel 3.
#
# **What counts:**
#
# - TensorFlow pads as little as it needs and puts an odd zero at the end, (0, 1), where the other library pads (1, 1).
# - So the windows lie one pixel further on, and the trained filters see other pixels than before.
# - The number of windows is the same in both, so no shape shows it.
# - It names a case in which both agree, such as stride 1 with an odd kernel.
# ### END SOLUTION

# %% [markdown]
# Once you have written at least two sentences, save the notebook and run this cell: it shows what counts in an answer.

# %%
from grader import compare

compare("lab06.explain")

# %% [markdown]
# ## Recap
#
# This cell shows where you stand, and which checks did not pass.

# %%
from grader import progress

progress("lab06")

# %% [markdown]
# Compare your predictions with these numbers, computed from the drawings and maps above.

# %%
print("windows of 3 with stride 2 inside 28 pixels:", len(window_starts(28, 3, 2)))
print("zeros of SAME for it:", (14 - 1) * 2 + 3 - 28, "at the right end")
print("corner of the blurred white picture:", blurred_white[0, 0].round(2))
for stride in [1, 2, 4]:
    side = len(range(0, 28, stride))
    print(f"28x28, SAME, stride {stride}: {side}x{side} = {side * side} windows")
print("corner stone, zeros outside:", zeros_outside[0, 0])
print("corner stone, ones outside:", ones_outside[0, 0])

# %% [markdown]
# The lecture lists padding and stride length as settings that you choose.
# Your numbers say what you choose with them:
#
# - **Stride** sets how many windows are computed, and so the work: twice the stride in both directions, a quarter of the windows.
#   Pixels at the end may remain unread.
# - **Padding** sets what is true outside.
#   Zeros are a claim: right on the Go board, a dark rim on a photo.
# - **Dilation**, which the lecture leaves out, widens the view without more weights.
# - **"same"** keeps the size at stride 1 only, and TensorFlow puts the odd zero at the end.
#
# About Go the lecture's sentence needs a word more: AlphaGo read the board as 19x19 points with 48 channels, many of them counts like yours, made by people.
# Its networks of convolutions proposed and judged moves, and a **tree search** chose among them.
#
# ## On your own
#
# No points here:
#
# - Give `conv2d` a `padding="reflect"`.
#   What becomes of the dark rim of the bricks?
# - A *transposed* convolution goes from the small map to the large picture.
#   If a row of n pixels gives `output_size(n, k, stride, 0)` windows, which sizes n belong to 13 windows of 3 with stride 2?
#   Why is there more than one answer?
# - Count the liberties of whole chains of stones, as the game does.
#   How many times would a 3x3 convolution have to run to join a chain of ten stones?
#
# **Next:** lab 07 puts something between two convolutions that no convolution can do.
