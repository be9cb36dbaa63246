# %% [markdown]
# # Slide a filter by hand
#
# **What you'll do.** Lay a small filter on a photo, multiply, add up, move on, and write that as a function with loops of your own.
#
# **What you'll learn.**
#
# - Why a feature map is smaller than its image, and by how much.
# - What blur, sharpen and Sobel filters see in a photo.
# - Why a "convolutional" layer does not convolve, and why nobody minds.
#
# **What you'll need.** About 45 minutes, NumPy slicing, and the weight counts of lab 01. No TensorFlow.
#
# **The lecture** says that a convolution works by *imitating a filter sliding over image pixels*.
# Does anything really slide, and what does it compute on the way?

# %% [markdown]
# ## Predict first (1 point)
#
# Replace the line below with `predictions = [..., ..., ...]`, three numbers of your own.
# You get the point for answering; the recap shows who was right.
#
# 1. A filter of 5 by 5 weights slides over a handwritten digit of 28 by 28 pixels and never hangs over the edge.
#    At each position it gives one number.
#    How many numbers are there in the end?
# 2. An image of 5 by 5 pixels is 0 everywhere but for a single 1 in its middle.
#    The filter `[[1, 2, 3], [4, 5, 6], [7, 8, 9]]` slides over it.
#    At each position the pixels are multiplied by the weights that lie on them, and the products are added up.
#    Which number is at the top left of the 3 by 3 result?
# 3. How many *million* multiplications does a 3 by 3 filter need to slide over a grey photo of 512 by 512 pixels?

# %% nbgrader={"solution": "predictions"}
### BEGIN SOLUTION
predictions = [576, 9, 2.3]
### END SOLUTION

# %% nbgrader={"check": "predictions"}
from grader import check, sliders

check("lab03.predictions")

# %% [markdown]
# ## A worked example: slide along a line
#
# Begin with one row of pixels and a filter `w` of three weights.
# Lay the filter on the first three pixels, multiply each pixel by the weight on it, and add up the products: that is the first value of the result.
# Move the filter on by one pixel and do it again, as long as it lies wholly inside the row.
#
# This is called *cross-correlation*.
# *Valid* means that the filter never hangs over the edge.

# %%
import numpy as np


def correlate1d_valid(x, w):
    """Slide `w`, shape (k,), along `x`, shape (n,); give one value per position."""
    values = []
    start = 0
    while start + len(w) <= len(x):
        under = x[start : start + len(w)]
        values.append(np.sum(under * w))
        start += 1
    return np.array(values)


# %% [markdown]
# Try it on a row that is dark, then bright, then dark again.
# The filter `[-1, 0, 1]` takes the pixel on the right minus the pixel on the left.
# Expect zeros where the row is even, a positive number where it gets brighter and a negative one where it gets darker.

# %%
row = np.array([20, 20, 20, 200, 200, 200, 200, 20, 20])
step = np.array([-1, 0, 1])
print(f"{len(row)} pixels, {len(step)} weights:", correlate1d_valid(row, step))

# %% [markdown]
# The two steps of the row stand out as 180 and −180, each seen from two positions, and everything else is 0.
# The filter finds *edges*, and its sign says in which direction the row gets brighter.
#
# Count the values: nine pixels gave only seven.
#
# ## Exercise 1: Count the positions (2 points)
#
# Write `output_size_valid(n, k)`: the number of positions at which a filter of `k` weights lies wholly inside a row of `n` pixels.
# Both are integers with 1 ≤ k ≤ n, and the filter moves by one pixel at a time.
# An image has two axes, and the same count holds for each of them.
#
# Draw a row of six boxes and a filter of three before you write.


# %% nbgrader={"solution": "output_size_valid"}
def output_size_valid(n, k):
    """Count the positions of a filter inside a row.

    Args:
        n: pixels in the row.
        k: weights in the filter, from 1 to n.

    Returns:
        The number of positions, an integer.
    """
    ### BEGIN SOLUTION
    return n - k + 1
    ### END SOLUTION


# %% nbgrader={"check": "output_size_valid"}
check("lab03.output_size_valid")

# %% [markdown]
# ## From a row to a photo
#
# Now two axes.
# The photo is scikit-image's `camera`, a man with a film camera, cut to the part around his head.
# A photo stores one byte per pixel, 0 is black and 255 is white, and a byte cannot hold more than that.
# The second line that is printed shows what happens to 200 + 100 in bytes.

# %%
from skimage import data

photo = data.camera()[60:240, 150:360].astype(float)
print("photo:", photo.shape, "from", photo.min(), "to", photo.max())
print("in bytes, 200 + 100 =", np.array([200], np.uint8) + np.array([100], np.uint8))

# %% [markdown]
# The sum wraps around at 256, without a warning.
# That is why the photo was made an array of floats first.
# Note its shape, (180, 210): height first, then width.
# It is not square on purpose, because a mix-up of the two stays hidden in a square image.
#
# ## Exercise 2: Cut out a window (3 points)
#
# The part of the image under the filter is called its *window*.
# Write `window(x, i, j, kh, kw, stride=1)`: the part of the image `x` that belongs to row `i` and column `j` of the result.
#
# - It is `kh` pixels high and `kw` pixels wide.
# - The window of result [0, 0] starts at `x[0, 0]`.
# - From one result to the next, down or to the right, the window moves by `stride` pixels.
#
# Return an array of shape (kh, kw).
# All windows asked for lie inside `x`.
# Two lines are given: where the window's rows start and end.


# %% nbgrader={"solution": "window"}
def window(x, i, j, kh, kw, stride=1):
    """Cut out the window that feeds one value of the result.

    Args:
        x: image, shape (height, width).
        i, j: row and column of the value in the result.
        kh, kw: height and width of the window.
        stride: pixels from one window to the next.

    Returns:
        Array of shape (kh, kw).
    """
    top = i * stride
    bottom = top + kh
    ### BEGIN SOLUTION
    left = j * stride
    right = left + kw
    return x[top:bottom, left:right]
    ### END SOLUTION


# %% nbgrader={"check": "window"}
check("lab03.window")

# %% [markdown]
# ## Look through one window
#
# The filter of the worked example grows a second axis.
# `SOBEL_X` takes the pixels on the right minus those on the left in three rows at once, and counts the middle row twice.
# Two small functions draw it: one a table of numbers, the other a piece of the photo with a window on it, where the man's dark hair meets the bright sky.

# %%
import matplotlib.pyplot as plt

plt.style.use("grader.labs")

SOBEL_X = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
hairline = photo[40:50, 108:120]


def draw_table(ax, values, title, cmap, lowest, highest):
    """Draw a small array as a coloured table with its numbers."""
    ax.imshow(values, cmap=cmap, vmin=lowest, vmax=highest)
    paper = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}
    for (r, c), number in np.ndenumerate(values):
        ax.text(c, r, f"{number:g}", ha="center", va="center", c="k", bbox=paper)
    ax.set(title=title, xticks=[], yticks=[])


# %% [markdown]
# The second function marks the window of the value at row `i` and column `j` of the result, and shows the multiplication in three tables.
# Blue stands for negative numbers and red for positive ones.
# Expect a large sum, because this window lies across the edge between hair and sky.


# %%
def show_window(i, j):
    """Show one window of the hairline, the filter, and their products."""
    framed = hairline[i : i + 3, j : j + 3]
    weighted = framed * SOBEL_X
    ratios = {"width_ratios": [1.7, 1, 1, 1]}
    _, axes = plt.subplots(
        1, 4, figsize=(11, 3), layout="constrained", gridspec_kw=ratios
    )
    axes[0].imshow(hairline, cmap="gray", vmin=0, vmax=255)
    frame = plt.Rectangle((j - 0.5, i - 0.5), 3, 3, fill=False, color="#E69F00", lw=4)
    axes[0].add_patch(frame)
    axes[0].set(title="image x", xlabel="column (pixels)", ylabel="row (pixels)")
    draw_table(axes[1], framed, f"window of result [{i}, {j}]", "gray", 0, 255)
    draw_table(axes[2], SOBEL_X, "times filter k", "RdBu_r", -2, 2)
    title = f"products, sum {weighted.sum():g}"
    draw_table(axes[3], weighted, title, "RdBu_r", -400, 400)
    plt.show()


show_window(i=2, j=5)

# %% [markdown]
# *Picture in words:* on the left a piece of the photo, ten rows by twelve columns, with an orange frame around three by three pixels; then three tables, the nine pixels in the frame, the nine weights of the filter, and the nine products with their sum in the title.
#
# Each number of the third table is the product of the two numbers in the same place of the first and the second.
# Their sum is *one* value of the result.
# The column of zeros in the filter ignores the middle of the window; the other two weigh left against right.
#
# If your notebook runs live, move the window with the sliders.
# Find a window with a sum near 0 and one with a large sum, and look at the pixels that make the difference.
# Without sliders, change `i` and `j` in the call of `show_window` above.

# %%
sliders(show_window, i=(0, 7), j=(0, 9))

# %% [markdown]
# ## Exercise 3: Slide a filter over an image (5 points)
#
# Write `correlate2d_valid(x, k)`: the cross-correlation of an image and a filter, everywhere where the filter lies wholly inside the image.
#
# - `x` is an array of shape (height, width), `k` one of shape (kh, kw); neither has to be square, and `k` is never larger than `x`.
# - Value [i, j] of the result is the sum of the products of the window that starts at `x[i, j]` with `k`, each pixel with the weight in the same place.
# - The filter moves by one pixel, and there is no padding.
# - The result is a two-dimensional array, of as many rows and columns as there are positions; it keeps fractions and negative numbers, also for an image of integers or bytes.
# - `x` and `k` stay as they are.
#
# 4 points are for images of floats, 1 is for images of integers.
# Use loops and slices of your own.
# Not allowed here: `scipy.signal`, `scipy.ndimage`, `numpy.convolve`, `numpy.correlate`, `skimage`, `tensorflow` and `keras`.
# A Fourier transform (`numpy.fft`, `scipy.fft`, `scipy.fftpack`) counts as a ready-made convolution and is not allowed either.


# %% nbgrader={"solution": "correlate2d_valid"}
def correlate2d_valid(x, k):
    """Slide a filter over an image.

    Args:
        x: image, shape (height, width), floats or integers.
        k: filter, shape (kh, kw), not larger than the image.

    Returns:
        Array with one float for each position of the filter.
    """
    ### BEGIN SOLUTION
    kh, kw = k.shape
    rows, columns = x.shape[0] - kh + 1, x.shape[1] - kw + 1
    result = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            result[i, j] = np.sum(x[i : i + kh, j : j + kw] * k)
    return result
    ### END SOLUTION


# %% nbgrader={"check": "correlate2d_valid"}
check("lab03.correlate2d_valid")

# %% [markdown]
# *Optional, for no points:* look inside your function.
# The next cell opens at the first value that is wrong, if there is one; move over the values with the mouse or the arrow keys, and see which pixels and which numbers each is made of.
# Choose other inputs, and your function is called again.

# %%
from grader import explore

explore("lab03.correlate2d_valid")

# %% [markdown]
# ## Five filters from before 2012
#
# People designed filters by hand long before networks learned them.
# Here are five of the best known.
# *Identity* has a single weight that is not 0, *blur* takes the mean of 25 pixels, *sharpen* makes a pixel stand out from its four neighbours, and the two Sobel filters look for edges.

# %%
FILTERS = {
    "identity": np.array([[0, 0, 0], [0, 1, 0], [0, 0, 0]]),
    "blur 5x5": np.full((5, 5), 1 / 25),
    "sharpen": np.array([[0, -1, 0], [-1, 5, -1], [0, -1, 0]]),
    "Sobel x": SOBEL_X,
    "Sobel y": SOBEL_X.T,
}

# %% [markdown]
# The result of sliding a filter over an image is called its *feature map*.
# If your function has passed its check, it makes the pictures below, in a second or two: this is its work.
# Until then SciPy's `correlate2d` with `mode="valid"` stands in, which does what the exercise asks for in compiled code.
# Expect the first three feature maps to look like photos.
# The Sobel maps have negative values, so they get colours: white is 0, red is positive, blue is negative.

# %%
from functools import partial

from scipy.signal import correlate2d

from grader import yours_or_given

slide = yours_or_given(
    "lab03", correlate2d_valid=partial(correlate2d, mode="valid")
).correlate2d_valid
photo_maps = {name: slide(photo, weights) for name, weights in FILTERS.items()}

# %%
_, axes = plt.subplots(2, 3, figsize=(11, 6.6), layout="constrained")
photo_like = {"cmap": "gray", "vmin": 0, "vmax": 255}
signed = {"cmap": "RdBu_r", "vmin": -600, "vmax": 600}
pictures = {"photo": photo, **photo_maps}
for ax, (name, picture) in zip(axes.flat, pictures.items(), strict=True):
    drawn = ax.imshow(picture, **(signed if "Sobel" in name else photo_like))
    ax.set_title(f"{name}: {picture.shape[0]} x {picture.shape[1]}")
    ax.set(xlabel="column (pixels)", ylabel="row (pixels)")
_ = plt.colorbar(drawn, ax=axes[1, 2], label="sum of products", shrink=0.8)

# %% [markdown]
# *Picture in words:* six panels, the photo and its five feature maps.
# Identity looks like the photo, blur is soft, sharpen has crisp hair and bright rims, Sobel x shows upright outlines and Sobel y level ones, in red and blue on white.
#
# Follow the bright cord that hangs from the film camera, near column 155.
# In Sobel x its left side is red, because the photo gets brighter there from left to right, and its right side is blue.
# In Sobel y it is hardly to be seen.
# The level upper edge of the film camera, near row 80, is the other way round, and the slanted collar shows up in both.
# Two filters of nine weights have split the photo into two kinds of edges.
#
# The sizes differ as well: four maps are two rows smaller than the photo, the blurred one four rows, as your Exercise 1 says.
#
# ### What the weights add up to
#
# One number tells much about a filter: the sum of its weights.
# Compare it with the mean of the feature map.
# Expect nearly the mean of the photo for a sum of 1, and something near 0 for a sum of 0.

# %%
print(f"photo: mean {photo.mean():.1f}")
for name, weights in FILTERS.items():
    print(f"{name:9} weights sum to {weights.sum():4.1f}", end=", ")
    print(f"map's mean {photo_maps[name].mean():6.1f}")

# %% [markdown]
# Filters whose weights sum to 1 keep the brightness; the means differ a little because pixels at the rim of the photo lie under fewer windows.
# Those with sum 0 answer 0 wherever the image is even, bright or dark: they see differences only.
# A Sobel map's mean need not be exactly 0, since one side of the photo is brighter than the other.
#
# ## A single bright pixel
#
# Prediction 2 asked for the answer to an image with a single 1, an *impulse*.
# It is a good test of filter code, because every weight shows up once, and where it shows up tells how the filter was laid on the image.
# The figure has the filter on the left and two results: cross-correlation, and the *convolution* of mathematics.

# %%
from scipy.signal import convolve2d

impulse = np.zeros((5, 5))
impulse[2, 2] = 1
count = np.arange(1, 10).reshape(3, 3)
_, axes = plt.subplots(1, 3, figsize=(8, 3), layout="constrained")
draw_table(axes[0], count, "filter", "cividis", 1, 9)
counted_down = correlate2d(impulse, count, mode="valid")
draw_table(axes[1], counted_down, "cross-correlation", "cividis", 1, 9)
counted_up = convolve2d(impulse, count, mode="valid")
draw_table(axes[2], counted_up, "convolution", "cividis", 1, 9)

# %% [markdown]
# *Picture in words:* three tables of three by three numbers; the filter counts from 1 at the top left to 9 at the bottom right, the cross-correlation counts from 9 down to 1, and the convolution is the filter itself.
#
# In cross-correlation the filter's *last* weight meets the bright pixel first: at the first position, the 9 lies on the 1.
# So the answer comes out turned by half a turn.
# Convolution turns the filter first, and the impulse gives back the filter.
#
# ## Exercise 4: Convolve (3 points)
#
# Write `convolve2d_valid(x, k)`: turn the filter by half a turn, so that its first weight comes last in both directions, then cross-correlate, valid.
#
# - `x` has shape (height, width) and `k` has shape (kh, kw), as in Exercise 3; the result has the same shape as there.
# - `x` and `k` stay as they are.
#
# Let SciPy's `correlate2d(..., mode="valid")`, imported above, do the sliding, so that a slip in Exercise 3 cannot follow you here; loops of your own are welcome too.
# A slice with the step −1 reverses an axis of an array, as `[::-1]` reverses a list.
# Not allowed here: SciPy's `convolve`, `convolve2d`, `fftconvolve` and `oaconvolve`, `scipy.ndimage`, `numpy.convolve`, `skimage`, `tensorflow` and `keras`.
# As in Exercise 3, a Fourier transform counts as ready-made and is not allowed.


# %% nbgrader={"solution": "convolve2d_valid"}
def convolve2d_valid(x, k):
    """Convolve an image with a filter, as mathematics defines it.

    Args:
        x: image, shape (height, width).
        k: filter, shape (kh, kw), not larger than the image.

    Returns:
        Array with one float for each position of the filter.
    """
    ### BEGIN SOLUTION
    return correlate2d(x, k[::-1, ::-1], mode="valid")
    ### END SOLUTION


# %% nbgrader={"check": "convolve2d_valid"}
check("lab03.convolve2d_valid")

# %% [markdown]
# ### Which filters notice?
#
# Mathematics convolves, deep-learning layers cross-correlate, and both call it convolution.
# The cell compares the two on the photo, for each filter: the largest difference of the two feature maps, and the largest value of their sum.
# Guess first which of the five filters give a difference of 0.

# %%
for name, weights in FILTERS.items():
    turned_map = convolve2d(photo, weights, mode="valid")
    largest_gap = np.abs(photo_maps[name] - turned_map).max()
    largest_sum = np.abs(photo_maps[name] + turned_map).max()
    print(f"{name:9} difference {largest_gap:6.1f}   sum {largest_sum:6.1f}")

# %% [markdown]
# Identity, blur and sharpen look the same after half a turn, so nothing changes.
# The Sobel filters turn into their negatives: the difference is large and the *sum* of the two maps is 0, so the convolved map has red and blue exchanged.
# None of these five can show every mistake, and that is why the checks of this lab use filters without any symmetry.
#
# ## Does anything slide?
#
# "Sliding" sounds like one position after the other.
# Test it: cut off the left 100 columns of the photo, filter what is left, and compare with the right part of the feature map of the whole photo.
# If the order mattered, the values would have to differ.

# %%
right_part = correlate2d(photo[:, 100:], SOBEL_X, mode="valid")
print("shapes:", right_part.shape, photo_maps["Sobel x"][:, 100:].shape)
print("equal:", np.array_equal(right_part, photo_maps["Sobel x"][:, 100:]))

# %% [markdown]
# Every value depends on its own window and on nothing else.
# So the positions can be computed in any order, or all at once, and that is what a graphics processor does: *imitating* is the right word.
# The cell also showed something that a dense layer does not do by itself: when the picture moves by 100 columns, the feature map moves along.
#
# ## Explain (2 points)
#
# The Keras layer is called `Conv2D`, but it computes what `correlate2d` computes.
# In two to four sentences: why does this not matter to a network that *learns* its filters, and when would it matter?

# %% [markdown] nbgrader={"written": "explain", "points": 2}
# ### BEGIN SOLUTION
# Turning a filter by half a turn is only another order of its weights.
# A network that learns them ends up with the turned filter in one case and the other in the other case, and computes the same feature map.
# It matters when weights come from elsewhere, such as a filter designed by hand for true convolution or weights from a library that convolves: then an asymmetric filter has to be turned first.
#
# **What counts:**
#
# - Convolution turns the filter by half a turn, which is another order of the same weights.
# - Learning finds the weights in whichever order the layer needs, and the feature map is the same.
# - It matters where weights come from elsewhere, designed by hand or taken from a library that convolves.
# - It matters only for filters that look different after half a turn.
# ### END SOLUTION

# %% [markdown]
# Once you have written at least two sentences, save the notebook and run this cell: it shows what counts in an answer.

# %%
from grader import compare

compare("lab03.explain")

# %% [markdown]
# ## Recap
#
# This cell shows where you stand, and which checks did not pass.

# %%
from grader import progress

progress("lab03")

# %% [markdown]
# Compare your predictions with the numbers of this lab.
# The last line is a comparison with lab 01: the weights of the filter, and those of a dense layer from every pixel of a 512 by 512 photo to every value of its feature map.

# %%
digit_map = correlate2d(np.zeros((28, 28)), np.ones((5, 5)), mode="valid")
camera_map = correlate2d(data.camera(), SOBEL_X, mode="valid")
print("prediction 1:", digit_map.size, "numbers")
print("prediction 2:", counted_down[0, 0], "at the top left")
print(f"prediction 3: {camera_map.size * SOBEL_X.size / 1e6:.2f} million")
print(f"weights: filter {SOBEL_X.size}, dense layer {512 * 512 * camera_map.size:,}")

# %% [markdown]
# - **"Imitating a filter sliding over image pixels"** holds: at every position the same few weights are multiplied with the window and added up.
#   Nothing has to slide, because no position needs another one.
# - **Few weights, many multiplications.**
#   Nine weights do what the dense layer would need billions for, but each is used at every position: over two million multiplications for one small filter and one photo in grey.
# - **The feature map is smaller than the image**, because the filter has to lie wholly inside.
#   Lab 06 changes that with padding.
# - **Layers cross-correlate.**
#   Convolution turns the filter first; only a filter without symmetry tells them apart fully.
# - You chose the weights by hand here.
#   Lab 04 asks how far that leads, and what it takes to learn them.
#
# ## On your own
#
# No points here:
#
# - **A cheaper Sobel.**
#   `SOBEL_X` is the column `[[1], [2], [1]]` times the row `[[-1, 0, 1]]`.
#   Slide the column first and the row over its result, and compare with `photo_maps["Sobel x"]`.
#   How many multiplications does each value need in both ways?
#   And for a filter of 7 by 7?
# - **Which filters can be split like that?**
#   Print `np.linalg.matrix_rank` of each of the five, and explain what the number says.
# - **How slow is your loop?**
#   Time `correlate2d_valid(photo, SOBEL_X)` and SciPy's `correlate2d` with `%timeit`.
#   Lab 05 makes yours fast.
# - **Edges in all directions.**
#   Plot `np.hypot` of the two Sobel maps.
#
# ## Further reading
#
# - Goodfellow, Bengio and Courville, *Deep Learning*, section 9.1, on convolution and cross-correlation.
# - The documentation of `scipy.signal.correlate2d`, for the modes "full", "same" and "valid".
#
# **Next:** lab 04 finds a cat's eyes with filters from before 2012.
