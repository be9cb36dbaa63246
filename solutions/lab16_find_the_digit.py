# %% [markdown]
# # Find the digits on a page
#
# **What you'll do.** Turn a network that names one digit into one that reads a whole page in a single pass, and measure what it finds.
#
# **What you'll learn.**
#
# - How a dense layer becomes a convolution, and why one pass over a page is far cheaper than a window that slides.
# - What a classifier says where there is nothing, and what a class "nothing" changes.
# - How boxes are compared, thinned out and counted: intersection over union, non-maximum suppression, precision and recall.
#
# **What you'll need.** Labs 08, 10 and 11, and 60 minutes, and 20 more for the two parts marked *optional*.
#
# **The lecture** ends where an image has a name.
# This lab goes beyond it: where on a page are the digits, how many, and which?

# %% [markdown]
# ## Predict first (1 point)
#
# Replace the line below with `predictions = [..., ..., ...]`, three numbers of your own; right or wrong, they earn the point:
#
# 1. A page has 112x140 pixels.
#    A window of 28x28 pixels moves over it in steps of 4, and a network reads each window.
#    A single pass of the same network over the whole page gives the same scores.
#    How many **times** less work is that?
# 2. A network has been trained on digits only.
#    At how many **percent** of the windows that hold no digit, or only a part of one, is it at least 90 % sure of a digit?
# 3. A second network has also learned what "nothing" looks like.
#    What **percentage** of the digits on new pages will it find, at the right place and with the right name?

# %% nbgrader={"solution": "predictions"}
### BEGIN SOLUTION
predictions = [100, 10, 80]
### END SOLUTION

# %% nbgrader={"check": "predictions"}
from grader import check, sliders

check("lab16.predictions")

# %% [markdown]
# ## A page of digits
#
# The next cell loads the digits, and `draw_page` pastes some at random places of an empty page.
# It says where they are, as *boxes*.
#
# A box is four whole numbers, `(top, left, bottom, right)`, and it is **half-open** as a slice in Python: it holds the pixels `page[top:bottom, left:right]`.
# So its height is `bottom - top`, and the row `bottom` is no longer inside.
# Here the box of a digit is the square frame that it came in, 28x28 pixels, with its empty margin.

# %%
import keras
import matplotlib.pyplot as plt
import numpy as np

from grader import digits
from grader.training import live

plt.style.use("grader.labs")

data = digits.load(limit=1500)
x_train, x_test = (x.astype("float32") / 255 for x in (data.x_train, data.x_test))
y_train, y_test = data.y_train.astype(int), data.y_test.astype(int)


def draw_page(rng, images, labels, apart=24):
    """Paste square images on a page of 112x140, their corners at least `apart` apart.

    Returns:
        The page (112, 140), the boxes (n, 4) and their labels (n,).
    """
    page, side, corners = np.zeros((112, 140), "float32"), images.shape[1], []
    for corner in rng.integers(0, (113 - side, 141 - side), size=(500, 2)):
        near = [np.abs(corner - other).max() < apart for other in corners]
        if len(corners) < len(images) and not any(near):
            frame = page[corner[0] :, corner[1] :][:side, :side]
            np.maximum(frame, images[len(corners)], out=frame)
            corners.append(corner)
    boxes = np.hstack([corners, np.add(corners, side)])
    return page, boxes, labels[: len(boxes)]


# %% [markdown]
# Draw one page, with eight digits that the networks will not be trained on.
# All exercises on boxes use these four numbers, so look at those of the first box, too.

# %%
BLUE, RED, GREY = "#0072B2", "#D55E00", "0.35"


def draw_boxes(axis, boxes, texts, colour=BLUE, line="-"):
    """Draw boxes on a page, each with a text at its upper left corner."""
    for (top, left, bottom, right), text in zip(boxes, texts, strict=True):
        size = (right - left, bottom - top)
        place = (left - 0.5, top - 0.5)  # a pixel's middle has the whole number
        axis.add_patch(
            plt.Rectangle(place, *size, fill=False, ec=colour, ls=line, lw=2)
        )
        axis.text(left + 1, top + 1, text, color=colour, va="top", weight="bold")


def show_page(axis, page, title):
    """Draw a page in grey, with a frame and a title."""
    axis.imshow(page, cmap="gray_r", vmin=0, vmax=1)
    axis.set(title=title, xticks=[], yticks=[])


rng = np.random.default_rng(16)
page, true_boxes, true_labels = draw_page(rng, x_test[:8], y_test[:8])
_, axis = plt.subplots(figsize=(6, 4.8), layout="constrained")
show_page(axis, page, "eight digits and their boxes")
draw_boxes(axis, true_boxes, true_labels)
print("the first box:", true_boxes[0], "holds a", true_labels[0])

# %% [markdown]
# *Picture in words:* a wide white page with eight handwritten digits at random places, each in a blue square with its name in the upper left corner; some squares overlap a little, the ink of two digits does not.
#
# ## A network that names one digit
#
# First a classifier as in lab 10, only smaller, and with one difference: all convolutions have the padding "valid".
# Why, you will see below.

# %%
NOTHING = 10  # the class of a place without a digit, which comes later


def build_classifier(num_classes):
    """Return a network: images (n, 28, 28, 1) -> scores (n, num_classes)."""
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            keras.layers.Conv2D(filters=8, kernel_size=5, activation="relu"),
            keras.layers.MaxPooling2D(pool_size=2),
            keras.layers.Conv2D(filters=16, kernel_size=3, activation="relu"),
            keras.layers.MaxPooling2D(pool_size=2),
            keras.layers.Flatten(),
            keras.layers.Dense(units=48, activation="relu"),
            keras.layers.Dense(units=num_classes),
        ]
    )


build_classifier(10).summary(line_length=70)

# %% [markdown]
# The training images are cut out of pages as well: windows of 28x28 pixels whose corner is at most 2 pixels away from that of a digit, in both directions.
# So the digits are not quite in the middle, and a neighbour may look in from the side, as it will be later.
# The function also cuts windows with **nothing** in the middle, whose corner is at least 7 pixels away from every digit's; for now they are put aside.

# %%
from numpy.lib.stride_tricks import sliding_window_view


def cut_windows(rng, images, labels):
    """Cut 24 windows with a digit and 24 with none out of each page of eight.

    Returns:
        Windows (n, 28, 28), their classes (n,) and distances from a digit (n,).
    """
    windows, classes, distances = [], [], []
    for start in range(0, len(images), 8):
        eight = slice(start, start + 8)
        page, boxes, names = draw_page(rng, images[eight], labels[eight])
        every = sliding_window_view(page, (28, 28))
        corners = np.argwhere(np.ones(every.shape[:2]))
        away = np.abs(corners[:, np.newaxis] - boxes[:, :2]).max(axis=2)
        distance = away.min(axis=1)
        for chosen in (distance <= 2, distance >= 7):
            places = rng.choice(np.flatnonzero(chosen), 24)
            windows.append(every[tuple(corners[places].T)])
            classes.append(names[away[places].argmin(axis=1)])
            distances.append(distance[places])
    return tuple(map(np.concatenate, (windows, classes, distances)))


windows, classes, distances = cut_windows(rng, x_train, y_train)
is_digit = distances <= 2
print(f"{is_digit.sum():,} windows with a digit, {(~is_digit).sum():,} with nothing")

# %% [markdown]
# Train on the windows with a digit.
# That takes some seconds.

# %%
EPOCHS = 8


def trained(windows, classes, num_classes):
    """Return a classifier, trained on windows (n, 28, 28) and their classes (n,)."""
    keras.utils.set_random_seed(16)
    model = build_classifier(num_classes)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile("adam", loss=loss)
    settings = {"batch_size": 32, "epochs": EPOCHS, "verbose": 0}
    model.fit(windows[..., np.newaxis], classes, **settings, callbacks=[live()])
    return model


namer = trained(windows[is_digit], classes[is_digit], 10)

# %% [markdown]
# Does it read the digits of the test pages?
# Cut windows out of pages with test digits, and look at the digits first and then at the rest.
# A softmax turns the scores into probabilities; the network is "sure" where the largest one is at least 90 %.

# %%
from scipy.special import softmax

test_windows, test_classes, test_distances = cut_windows(rng, x_test, y_test)
holds_digit = test_distances <= 2
chances = softmax(namer.predict(test_windows[..., np.newaxis], verbose=0), axis=-1)
right = chances.argmax(axis=1) == test_classes
sure = chances.max(axis=1) >= 0.9
print(f"digits read rightly:             {right[holds_digit].mean():.1%}")
print(f"sure where there is a digit:     {sure[holds_digit].mean():.1%}")
sure_of_nothing = sure[~holds_digit].mean()
print(f"sure where there is no digit:    {sure_of_nothing:.1%}")

# %% [markdown]
# It reads digits well.
# Where there is none it is sure less often, but still far too often: a page has hundreds of windows without a digit and about a dozen with one, a place or two for each of its eight digits, so even one false alarm in ten would bury the digits.
# Nobody has taught it otherwise: its ten probabilities sum to 1 whatever it sees, and every training image was a digit.
# That will have to change.
# But first the page.
#
# ## Slide the classifier over the page
#
# The plain way to search a page is to cut out every window and to ask the network about each.
# The two poolings halve the size twice, so moving the window by 4 pixels moves every map by whole positions: 4 is the *total stride* of the network (lab 07 called it the jump).


# %%
def slide(model, page, stride=4):
    """Ask a model about every window of a page: (H, W) -> scores (rows, columns, n)."""
    every = sliding_window_view(page, (28, 28))[::stride, ::stride]
    scores = model.predict_on_batch(every.reshape(-1, 28, 28, 1))
    return scores.reshape(*every.shape[:2], -1)


slid = slide(namer, page)
print(f"{slid.shape[0]} x {slid.shape[1]} = {slid[..., 0].size} windows")

# %% [markdown]
# Draw the largest probability at each place of the window.
# Expect eight dark spots, if the network knows what it does not know.

# %%
figure, axes = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
show_page(axes[0], page, "the page")
centres = (11.5, 127.5, 99.5, 11.5)  # left, right, bottom and top of all middles
certainty = axes[1].imshow(
    softmax(slid, axis=-1).max(axis=-1), cmap="Blues", vmin=0, vmax=1, extent=centres
)
axes[1].set(title="how sure, by the window's middle", xlim=(0, 139), ylim=(111, 0))
axes[1].set(xticks=[], yticks=[])
_ = figure.colorbar(certainty, label="largest probability")

# %% [markdown]
# *Picture in words:* on the left the page; on the right a map in blue, pale where the paper is empty and dark in large patches wherever some ink is near: over the digits, between them and beside them; where exactly the eight digits stand cannot be told from it.
#
# ## The same in one pass
#
# Two neighbouring windows share six sevenths of their pixels, and the convolutions compute most of it anew each time.
# A convolution does not care how large its input is: let it read the whole page once.
# What stops us is the head: `Flatten` and `Dense` want maps of exactly 5x5x16.
#
# ## A worked example: a dense layer sees places
#
# `Flatten` only writes the values of its maps one after another.
# In which order?
# Here are maps of 2x3 places with 2 channels that hold the numbers 0 to 11:

# %%
maps = np.arange(12).reshape(1, 2, 3, 2)
print("row 0, column 1:", maps[0, 0, 1], "  row 1, column 0:", maps[0, 1, 0])
print("flattened:", keras.ops.convert_to_numpy(keras.layers.Flatten()(maps)))

# %% [markdown]
# A unit of a dense layer has a weight for each of these twelve values.
# Put each weight back where its value came from, and you have a filter of 2x3 places and 2 channels: the unit's sum is what this filter gives at one position.
# On larger maps the filter can slide.
#
# ## Exercise 1: Turn dense weights into a kernel (2 points)
#
# Write `dense_kernel(weights, shape)`.
#
# - `weights` (H * W * C, units) belong to a dense layer behind a `Flatten` that reads maps of the shape `(H, W, C)`.
# - Return the kernel `(H, W, C, units)` of a convolution that gives the same sums where the maps have just that shape.
# - The caller's `weights` stay as they are.
#
# The biases need no change: one for each unit, one for each filter.
# Use NumPy here; TensorFlow and Keras are not allowed in this exercise.


# %% nbgrader={"solution": "dense_kernel"}
def dense_kernel(weights, shape):
    """Turn the weights of a dense layer into the kernel of a convolution.

    Args:
        weights: array (H * W * C, units); not changed.
        shape: (H, W, C) of the maps that were flattened.

    Returns:
        Array (H, W, C, units).
    """
    ### BEGIN SOLUTION
    return weights.reshape(*shape, -1)
    ### END SOLUTION


# %% nbgrader={"check": "dense_kernel"}
check("lab16.dense_kernel")

# %% [markdown]
# ## Exercise 2: Build a network that reads any size (3 points)
#
# Write `build_finder(num_classes=11)`; the eleventh class comes later.
# It returns a Keras model that computes what `build_classifier(num_classes)` computes, for images `(n, H, W, 1)` of **any** height and width:
#
# - The convolutions and poolings before `Flatten` stay as they are.
# - In place of `Flatten` and the first `Dense` comes a `Conv2D` with one filter for each unit, each as large as the maps that `Flatten` read (the summary above has their size).
#   Its activation is that of the dense layer.
# - In place of the second `Dense` comes a `Conv2D` with one filter of 1x1 for each class.
#   Its outputs are plain scores.
# - The result has the shape `(n, rows, columns, num_classes)`, and for images of 28x28 that is `(n, 1, 1, num_classes)`.
#
# All paddings are "valid".
# In Keras, `None` stands for a size that is not known yet.


# %% nbgrader={"solution": "build_finder"}
def build_finder(num_classes=11):
    """Build the classifier as a network of convolutions.

    Args:
        num_classes: number of scores at each place.

    Returns:
        A Keras model: images (n, H, W, 1) -> scores (n, rows, columns, num_classes).
    """
    ### BEGIN SOLUTION
    model = keras.Sequential([keras.Input((None, None, 1))])
    for filters, kernel_size in ((8, 5), (16, 3)):
        model.add(keras.layers.Conv2D(filters, kernel_size, activation="relu"))
        model.add(keras.layers.MaxPooling2D())
    model.add(keras.layers.Conv2D(48, 5, activation="relu"))
    model.add(keras.layers.Conv2D(num_classes, 1))
    return model
    ### END SOLUTION


# %% nbgrader={"check": "build_finder"}
check("lab16.build_finder")

# %% [markdown]
# Put the two together and copy the weights of the classifier.
# Where one of them does not pass yet, stand-ins go on: they keep the dense layers and cut patches out of the maps, as lab 05 did.

# %%
from grader import yours_or_given

own = yours_or_given("lab16", "dense_kernel", "build_finder")


def finder_of(classifier):
    """Return a network that reads pages, with the weights of a classifier."""
    weights = classifier.get_weights()  # kernel and biases of each layer in turn
    weights[4] = own.dense_kernel(weights[4], (5, 5, 16))
    weights[6] = own.dense_kernel(weights[6], (1, 1, 48))
    finder = own.build_finder(len(weights[7]))
    finder(
        np.zeros((1, 28, 28, 1))
    )  # a network without an `Input` has no weights before
    finder.set_weights(weights)
    return finder


def read(finder, page):
    """Give the scores of a page in one pass: (H, W) -> (rows, columns, n)."""
    return finder.predict_on_batch(page[np.newaxis, ..., np.newaxis])[0]


first_finder = finder_of(namer)
one_pass = read(first_finder, page)
print("shapes:", slid.shape, one_pass.shape)
print(f"scores up to {np.abs(slid).max():.0f}, ", end="")
print(f"largest difference {np.abs(slid - one_pass).max():.6f}")

# %% [markdown]
# All scores of all windows are the same, but for rounding: sums were added up in another order.
#
# ## Count the work
#
# How much was saved?
# `count_macs` counts multiply-accumulates as in lab 01, with the head as the convolutions that it has become.


# %%
def count_macs(height, width, num_classes=10):
    """Count the multiply-accumulates of one pass over an image of this size."""
    layers = [(5, 1, 8, 2), (3, 8, 16, 2), (5, 16, 48, 1), (1, 48, num_classes, 1)]
    total = 0
    for kernel, channels, filters, pool in layers:
        height, width = height - kernel + 1, width - kernel + 1
        total += height * width * kernel**2 * channels * filters
        height, width = height // pool, width // pool
    return total


sliding_macs = slid[..., 0].size * count_macs(28, 28)
page_macs = count_macs(*page.shape)
print(f"one window:     {count_macs(28, 28):13,} multiply-accumulates")
print(f"all windows:    {sliding_macs:13,}")
print(f"one pass:       {page_macs:13,}, {sliding_macs / page_macs:.1f} times less")

# %% [markdown]
# The count is a promise of the arithmetic.
# What the clock says depends on your machine and on how TensorFlow spreads the work, so measure: processor time, the median of seven runs.

# %%
import time


def median_seconds(work, runs=7):
    """Return the median processor time of some runs."""
    seconds = []
    for _ in range(runs):
        begin = time.process_time()
        work()
        seconds.append(time.process_time() - begin)
    return np.median(seconds)


slide_seconds = median_seconds(lambda: slide(namer, page))
page_seconds = median_seconds(lambda: read(first_finder, page))
print(
    f"all windows {slide_seconds * 1000:6.1f} ms, one pass {page_seconds * 1000:6.1f} ms"
)
print(f"{slide_seconds / page_seconds:.1f} times less time")

# %% [markdown]
# The two ratios need not agree: each call costs something before it computes anything, and layers of different size are computed with different skill.
# The count holds on every machine.
#
# ## Why "valid"? (optional)
#
# With the padding "same" a window cut out of a page is not the same thing as that window on the page.
# Take the two convolutions and poolings of the classifier once with each padding, and one window from the middle of the page.
# Either cut the window out first and compute its maps, or compute the maps of the page and cut there.

# %%
for padding in ("valid", "same"):
    settings = {"padding": padding, "activation": "relu"}
    front = keras.Sequential(
        [
            keras.layers.Conv2D(filters=8, kernel_size=5, **settings),
            keras.layers.MaxPooling2D(pool_size=2),
            keras.layers.Conv2D(filters=16, kernel_size=3, **settings),
            keras.layers.MaxPooling2D(pool_size=2),
        ]
    )
    picture = rng.uniform(size=(1, 112, 140, 1)).astype("float32")
    cut_first = front(picture[:, 40:68, 60:88]).numpy()[0]
    rows, columns, _ = cut_first.shape
    cut_later = front(picture).numpy()[0, 10 : 10 + rows, 15 : 15 + columns]
    difference = np.abs(cut_first - cut_later).max(axis=-1) / cut_later.max()
    print(f'"{padding}": {rows}x{columns} places, difference in % of the largest value')
    print((100 * difference).round().astype(int))

# %% [markdown]
# With "valid" nothing differs at any place.
# With "same" the middle agrees and the border does not: the window that was cut out has zeros around it, and the same window on the page has its neighbours.
# A network with "same" can read pages too, and larger networks do, but its answers are not those of the sliding window.
#
# ## Teach it what nothing looks like
#
# Now the second problem: the network sees digits everywhere.
# Train the same network once more, with an eleventh class for the windows that were put aside.
# They hold empty paper, and halves and corners of digits.

# %%
with_nothing = np.where(is_digit, classes, NOTHING)
finder = finder_of(trained(windows, with_nothing, 11))

# %% [markdown]
# Draw both networks' maps: the probability of the likeliest **digit** at each place, from 0 to 1.
# Expect eight spots in the second one.

# %%
figure, axes = plt.subplots(1, 3, figsize=(13, 3.6), layout="constrained")
show_page(axes[0], page, "the page")
names = ("ten digits only", 'with a class "nothing"')
for axis, network, name in zip(axes[1:], (first_finder, finder), names, strict=True):
    of_digits = softmax(read(network, page), axis=-1)[..., :NOTHING]
    certainty = axis.imshow(
        of_digits.max(axis=-1), cmap="Blues", vmin=0, vmax=1, extent=centres
    )
    axis.set(title=name, xlim=(0, 139), ylim=(111, 0), xticks=[], yticks=[])
_ = figure.colorbar(certainty, label="probability of the likeliest digit")

# %% [markdown]
# *Picture in words:* the page, and two maps; the middle one has large dark patches, the right one is white with eight small dark spots of a few places each, one over the middle of each digit.
#
# Each digit makes a spot of several places, and each place of a spot stands for a window.
# So a digit is found several times, in boxes that nearly coincide.
# Of each bundle one box is to stay, so boxes have to be compared.
#
# ## Exercise 3: Compare boxes (3 points)
#
# Two boxes are compared by their *intersection over union* (IoU): the number of pixels that lie in both, divided by the number of pixels that lie in at least one of them.
# It is 1 for equal boxes and 0 for boxes that share no pixel.
#
# Write `iou(box, boxes)`: the IoU of one box `(4,)` with each of some others `(n, 4)`, an array `(n,)`.
#
# - A box is `(top, left, bottom, right)`, half-open as above, in whole numbers.
# - Boxes may touch, lie inside each other or far apart, and stick out of the page.
# - A box with `top == bottom` or `left == right` holds no pixel; its IoU is 0 with every box, also with itself.
# - `boxes` may be empty.
# - `box` and `boxes` stay as they are.
#
# TensorFlow and Keras have functions for this, which are not allowed here.
# Boxes with pixels are worth 2 points, the others 1.


# %% nbgrader={"solution": "iou"}
def iou(box, boxes):
    """Compare one box with others.

    Args:
        box: whole numbers (4,): top, left, bottom, right.
        boxes: whole numbers (n, 4).

    Returns:
        Array (n,) of numbers from 0 to 1.
    """
    ### BEGIN SOLUTION
    top, left, bottom, right = boxes.T
    height = np.minimum(bottom, box[2]) - np.maximum(top, box[0])
    width = np.minimum(right, box[3]) - np.maximum(left, box[1])
    shared = np.maximum(height, 0) * np.maximum(width, 0)
    own_area = (box[2] - box[0]) * (box[3] - box[1])
    union = own_area + (bottom - top) * (right - left) - shared
    return shared / np.maximum(union, 1)
    ### END SOLUTION


# %% nbgrader={"check": "iou"}
check("lab16.iou")

# %% [markdown]
# From here on Keras compares, all boxes of one list with all of another, so that the cells work whatever stands in your `iou`.
#
# How much does the IoU of two windows fall when one of them moves?

# %%
from keras.utils import bounding_boxes


def overlaps(boxes, others):
    """Return the IoU of each of n boxes with each of m others, (n, m)."""
    pair = (np.asarray(some, "float32").reshape(-1, 4) for some in (boxes, others))
    return keras.ops.convert_to_numpy(bounding_boxes.compute_iou(*pair, "yxyx"))


frame = [[0, 0, 28, 28]]
for move in (0, 2, 4, 5, 8, 12, 28):
    sideways, diagonal = [0, move, 28, 28 + move], [move, move, 28 + move, 28 + move]
    values = overlaps(frame, [sideways, diagonal])[0]
    print(f"moved by {move:2d}: sideways {values[0]:.2f}, diagonally {values[1]:.2f}")

# %% [markdown]
# IoU is strict: 8 pixels of 28 in both directions, and it is down to a third.
# Half is often asked for, which these windows keep up to 5 pixels in both directions.
#
# ## Exercise 4: Keep the best box of each place (4 points)
#
# *Non-maximum suppression* thins out boxes that nearly coincide.
# Write `non_max_suppression(boxes, scores, threshold=0.5)`:
#
# 1. Go through the boxes from the highest score to the lowest.
# 2. Keep a box, unless its IoU with a box that is kept already is **larger** than `threshold`.
#
# Return the positions in `boxes` of those that are kept, as a list or an array of whole numbers, the highest score first.
#
# - A box that is not kept suppresses no other.
# - A box stays if the IoU is just `threshold`.
# - `boxes` (n, 4) are as in exercise 3, each with some pixels; `scores` (n,) are numbers of any sign, all different.
# - Without boxes, nothing is kept.
# - `boxes` and `scores` stay as they are.
#
# Which digit a box stands for plays no part: where one stands, there is no room for a second.
# Use `overlaps` from above, or your `iou`; `tf.image` has the whole algorithm and is not allowed.


# %% nbgrader={"solution": "non_max_suppression"}
def non_max_suppression(boxes, scores, threshold=0.5):
    """Keep the best of the boxes that nearly coincide.

    Args:
        boxes: whole numbers (n, 4): top, left, bottom, right.
        scores: array (n,).
        threshold: boxes with a larger IoU nearly coincide.

    Returns:
        The positions of the boxes that are kept, the highest score first.
    """
    ### BEGIN SOLUTION
    kept = []
    for place in np.argsort(scores)[::-1]:
        if not np.any(overlaps(boxes[[place]], boxes[kept]) > threshold):
            kept.append(place)
    return kept
    ### END SOLUTION


# %% nbgrader={"check": "non_max_suppression"}
check("lab16.non_max_suppression")

# %% [markdown]
# From here on TensorFlow suppresses.
# `find` does it all: a pass, the probabilities, the places that are sure enough of a digit as boxes, and the suppression.
# The place (row, column) of the map stands for the window whose corner is at 4 times row and column.

# %%
import tensorflow as tf


def places_of(finder, page, sure):
    """Return boxes (n, 4), labels (n,) and probabilities (n,) of places that are sure."""
    chances = softmax(read(finder, page), axis=-1)[..., :NOTHING]
    rows, columns = np.nonzero(chances.max(axis=-1) >= sure)
    corners = 4 * np.stack([rows, columns], axis=1)
    chances = chances[rows, columns]
    boxes = np.hstack([corners, corners + 28])
    return boxes, chances.argmax(axis=1), chances.max(axis=1)


def find(finder, page, sure=0.5):
    """Find digits: as `places_of`, but one box for each digit.

    Two boxes of one digit may lie farther apart than an IoU of one half allows, so boxes
    go above a quarter.
    """
    found = boxes, _, chances = places_of(finder, page, sure)
    kept = tf.image.non_max_suppression(
        boxes.astype("float32"), chances, max_output_size=999, iou_threshold=0.25
    ).numpy()
    return tuple(values[kept] for values in found)


# %% [markdown]
# Draw what is there before and after.
# Expect a bundle of boxes at each digit, and then one.

# %%
_, axes = plt.subplots(1, 2, figsize=(12, 4.8), layout="constrained")
for axis, method, title in zip(
    axes, (places_of, find), ("before", "after"), strict=True
):
    found_boxes, found_labels, _ = method(finder, page, sure=0.5)
    show_page(axis, page, f"{title}: {len(found_boxes)} boxes")
    draw_boxes(axis, found_boxes, found_labels)

# %% [markdown]
# *Picture in words:* twice the same page; on the left each digit wears several blue squares that lie a few pixels apart, with their names written over each other, on the right one square each.
#
# A box that is left may still have a wrong name: only its place was decided here.
#
# ## Exercise 5: Count what was found (4 points)
#
# How good is that?
# *Precision* is the share of the found boxes that are right, *recall* the share of the true boxes that were found.
# Both need a rule for which found box belongs to which true one.
#
# Write `precision_recall(boxes, labels, scores, true_boxes, true_labels, threshold=0.5)`.
# Go through the found boxes from the highest score to the lowest:
#
# - A found box is right if there is a true box with the same label that no earlier one has taken, and their IoU is **larger** than `threshold`.
# - It takes that true box; of several it takes the one with the largest IoU.
# - Every other found box is wrong, also a second one at the same digit.
#
# Return both shares as a pair, `(precision, recall)`, from 0 to 1.
# Without found boxes the precision is 1, since nothing is wrong; without true boxes the recall is 1, since nothing is missed.
# All five arrays stay as they are.
#
# Use `overlaps` from above, or your `iou`.
# Pages with boxes on both sides are worth 3 points, the others 1.


# %% nbgrader={"solution": "precision_recall"}
def precision_recall(boxes, labels, scores, true_boxes, true_labels, threshold=0.5):
    """Count found boxes that are right, as shares of those found and of those there.

    Args:
        boxes: the found boxes, whole numbers (n, 4): top, left, bottom, right.
        labels: their labels, whole numbers (n,).
        scores: array (n,), all different.
        true_boxes: the true boxes, whole numbers (m, 4).
        true_labels: their labels, whole numbers (m,).
        threshold: the IoU of a pair is larger.

    Returns:
        The pair (precision, recall).
    """
    ### BEGIN SOLUTION
    values = overlaps(boxes, true_boxes)
    free = set(range(len(true_boxes)))
    for place in np.argsort(scores)[::-1]:
        fits = [
            there
            for there in free
            if true_labels[there] == labels[place] and values[place, there] > threshold
        ]
        if fits:
            free.remove(max(fits, key=lambda there: values[place, there]))
    right = len(true_boxes) - len(free)
    precision = right / len(boxes) if len(boxes) else 1.0
    recall = right / len(true_boxes) if len(true_boxes) else 1.0
    return precision, recall
    ### END SOLUTION


# %% nbgrader={"check": "precision_recall"}
check("lab16.precision_recall")

# %% [markdown]
# ## Measure both networks
#
# Draw 40 pages with test digits, and let both networks find what they can.
# Which pairs fit, SciPy decides from here on: it looks for the largest number of pairs of a found and a true box with the same label and an IoU above one half.
# On pages like these that is the number your rule gives.
#
# How sure a place has to be is decided afterwards.
# Each page is searched once, with the low limit 0.05, and the less sure boxes are dropped later: that gives the boxes of a search with a higher limit, because a weaker box never suppresses a stronger one.

# %%
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_bipartite_matching


def finds(finder, pages):
    """Return for each page which found and true boxes fit, and how sure each find is."""
    result = []
    for page, true_boxes, true_labels in pages:
        boxes, labels, chances = find(finder, page, sure=0.05)
        same = labels[:, np.newaxis] == true_labels
        result.append((same & (overlaps(boxes, true_boxes) > 0.5), chances))
    return result


def measured(result, sure):
    """Return precision and recall over all pages, for finds that are so sure."""
    fits = [fit[chances >= sure] for fit, chances in result]
    right = sum(np.sum(maximum_bipartite_matching(csr_array(f)) >= 0) for f in fits)
    found, there = np.sum([fit.shape for fit in fits], axis=0)
    return right / max(found, 1), right / there


test_pages = []
for start in range(0, 320, 8):
    eight = slice(start, start + 8)
    test_pages.append(draw_page(rng, x_test[eight], y_test[eight]))
names = ("ten digits only", 'with a class "nothing"')
networks = dict(zip(names, (first_finder, finder), strict=True))
results = {name: finds(network, test_pages) for name, network in networks.items()}
for name, result in results.items():
    precision, recall = measured(result, sure=0.5)
    print(f"{name:24s} precision {precision:6.1%}, recall {recall:6.1%}")

# %% [markdown]
# The class "nothing" makes the difference between a page full of false alarms and one that can be used.
# For the second network both shares are nearly equal: nearly every digit has exactly one box, and what is wrong is mostly the name.
#
# A single limit is one choice of many.
# Raise it, and fewer boxes are found, of which more are right; lower it, and more digits are found, among more that are none.
# Draw precision against recall for limits from 0.05 to 0.999.
# The best corner is at the top right.

# %%
limits = 1 - np.geomspace(0.95, 0.001, 25)
figure, axis = plt.subplots(figsize=(7, 4.2), layout="constrained")
for (name, result), look, colour in zip(
    results.items(), ("s--", "o-"), (RED, BLUE), strict=True
):
    precisions, recalls = np.transpose([measured(result, sure) for sure in limits])
    axis.plot(recalls, precisions, look, color=colour, label=name, markersize=5)
axis.set(xlabel="recall: found, of all digits", ylabel="precision: right, of all found")
axis.set(xlim=(-0.03, 1.03), ylim=(-0.03, 1.03))
axis.grid()
_ = axis.legend(loc="lower left")

# %% [markdown]
# *Picture in words:* two falling curves; the blue one, of the network with a class "nothing", ends near the top right corner, the dashed red one runs below it and to the left; each has its lowest limits at the right end, where recall is largest.
#
# - **The limit cannot mend the first network.**
#   Even its surest boxes are often wrong, and its recall stays low at every limit: where a window beside a digit is surer of something else, its box suppresses the right one.
# - **Both curves are a trade.**
#   From right to left the limit rises: the blue precision grows by some points, at the price of a good part of the digits.
#   Which limit is best depends on what a false alarm costs and what a missed digit.
#
# Move the limit yourself.
# A box is blue if it is right and red if it is wrong; a dotted grey one was missed.
# A digit with a wrong name has both, a red box and a grey one.


# %%
def draw_judged(axis, drawn, sure, title):
    """Draw what is found on a page: right in blue, wrong in red, missed in grey."""
    page, true_boxes, true_labels = drawn
    boxes, labels, _ = find(finder, page, sure)
    same = labels[:, np.newaxis] == true_labels
    fits = same & (overlaps(boxes, true_boxes) > 0.5)
    right, missed = fits.any(axis=1), ~fits.any(axis=0)
    show_page(axis, page, title)
    draw_boxes(axis, true_boxes[missed], [""] * missed.sum(), GREY, ":")
    draw_boxes(axis, boxes[~right], labels[~right], RED, "--")
    draw_boxes(axis, boxes[right], labels[right])


def draw_limit(number=0, percent=50):
    """Draw what is found on a test page by places that are so sure."""
    _, axis = plt.subplots(figsize=(6, 4.8), layout="constrained")
    title = f"page {number}, at least {percent} % sure"
    draw_judged(axis, test_pages[number], percent / 100, title)
    plt.show()


draw_limit()

# %% [markdown]
# *Picture in words:* a page with eight digits, most of them in a solid blue square with the right name; a dashed red square marks a wrong find, a dotted grey one a digit that was missed.

# %%
sliders(draw_limit, number=(0, 39), percent=(5, 99))

# %% [markdown]
# ## Where it fails (optional)
#
# The network was trained on digits of one size, whole and apart.
# Give it others: digits that stand closer, smaller and larger ones, and upper halves alone.
# Before you run it: which of the three is the worst?
# The last column says how many boxes were found for each digit that is there.

# %%
from scipy.ndimage import zoom


def pages_of(images, apart, number=20):
    """Draw pages with eight images each, or as many as there is room for."""
    eights = [slice(start, start + 8) for start in range(0, 8 * number, 8)]
    return [draw_page(rng, images[eight], y_test[eight], apart) for eight in eights]


def report(title, pages):
    """Print precision, recall and the number of boxes on pages."""
    result = finds(finder, pages)
    precision, recall = measured(result, sure=0.5)
    found, there = np.sum(
        [fits[chances >= 0.5].shape for fits, chances in result], axis=0
    )
    print(f"{title:18s} {precision:9.1%} {recall:7.1%} {found / there:6.2f}")


print(f"{'':18s} precision  recall  boxes")
for apart in (24, 16, 12, 8):
    report(f"{apart} pixels apart", pages_of(x_test, apart))
for side in (21, 28, 35, 42):
    resized = zoom(x_test[:160], (1, side / 28, side / 28), order=1)
    report(f"{side} pixels large", pages_of(resized, max(24, side)))
upper_halves = np.where(np.arange(28)[:, np.newaxis] < 14, x_test, 0)
report("upper halves", pages_of(upper_halves, 24))

# %% [markdown]
# - **Close digits** are missed.
#   One reason is arithmetic: frames that lie 12 pixels apart sideways have an IoU of 0.40, and `find` suppresses above 0.25, so of two right boxes one goes.
#   Ink that runs together is another.
# - **Smaller and larger digits** are named wrongly more often, though nearly each still gets a box.
#   At 42 pixels nothing can be right: a window of 28x28 covers at most 28² of 42² pixels, an IoU of 0.44, whatever its name.
# - **Upper halves** still get a box, most of them.
#   The network knows halves that are cut off by the edge of a window, not halves in the middle of one; so it gives them a name, and mostly a wrong one.
#
# Closest, largest and halved digits in pictures:

# %%
_, axes = plt.subplots(1, 3, figsize=(13, 3.8), layout="constrained")
large = zoom(x_test[:160], (1, 1.5, 1.5), order=1)
kinds = {
    "8 pixels apart": (x_test, 8),
    "42 pixels large": (large, 42),
    "upper halves": (upper_halves, 24),
}
for axis, (title, (images, apart)) in zip(axes, kinds.items(), strict=True):
    draw_judged(axis, pages_of(images, apart, number=1)[0], 0.5, title)

# %% [markdown]
# *Picture in words:* three pages; on the first some digits run into each other, and of these some are missed or misnamed; on the second large digits, of which fewer fit on a page, stand in dotted grey squares, with smaller dashed red ones on parts of them; on the third upper halves of digits, some without a box, some in dashed red squares; hardly one in a blue one.

# %% [markdown]
# ## Explain (2 points)
#
# A shop lets a network count the apples in photos of its shelves.
# On photos of single fruits it is right in 98 of 100.
# On the shelves it reports 60 apples where 12 lie: many twice, some at price tags, some where half an apple looks out behind a pear.
# Somebody raises the limit until no find is wrong; now it reports 5.
#
# In three to five sentences: why do the 98 % say so little, what would you change, and which numbers would you report?

# %% [markdown] nbgrader={"written": "explain", "points": 2}
# ### BEGIN SOLUTION
# The 98 % were measured on photos that show exactly one fruit, while nearly all windows of a shelf show none: there the network has to name something, since its probabilities sum to 1, and among so many windows even rare false alarms outnumber the apples.
# I would train it with a class "nothing", with windows from shelves: price tags, gaps, halves of fruits.
# Apples that were found twice need non-maximum suppression: the surest box of each place stays.
# I would report precision and recall on whole photos, each apple found at most once and only where a box overlaps enough, for all limits as a curve: a limit only trades one for the other, and the shop has to say what a false apple and a missed one cost.
#
# **What counts:**
#
# - The test photos always showed a fruit; on a shelf most windows show none, and the network has to name something.
# - It asks for training on "nothing": tags, gaps, halves from shelves.
# - Double finds are removed by non-maximum suppression.
# - Precision and recall on whole photos, not one accuracy; the limit trades one for the other.
# ### END SOLUTION

# %% [markdown]
# Once you have written at least two sentences, save the notebook and run this cell: it shows what counts in an answer.

# %%
from grader import compare

compare("lab16.explain")

# %% [markdown]
# ## Recap
#
# This cell shows where you stand, and which checks did not pass.

# %%
from grader import progress

progress("lab16")

# %% [markdown]
# Here are your numbers, beside your predictions.

# %%
precision, recall = measured(results[names[1]], sure=0.5)
print("your predictions:", globals().get("predictions", "none"))
print(f"1. one pass: {sliding_macs / page_macs:.1f} times less work, ", end="")
print(f"{slide_seconds / page_seconds:.1f} times less time here")
print(f"2. sure of a digit where there is none: {sure_of_nothing:.0%} of the windows")
print(f"3. digits found: {recall:.0%}, with {precision:.0%} of the boxes right")

# %% [markdown]
# - **A classifier is a finder in disguise.**
#   A dense layer behind maps is a convolution that has room for one position; give it a page, and it slides.
# - **What is not in the training data has no name.**
#   A network that has only seen digits sees digits.
# - **Finding is measured with two numbers and a rule.**
#   Each true box is found once, and a limit trades precision for recall.
#
# ## On your own
#
# No points here:
#
# - **Other sizes.** Shrink the page to two thirds with `zoom`, let the network read it, and enlarge the boxes again.
#   Put the finds of several sizes together before the suppression; that is an *image pyramid*.
# - **Hard negatives.** Let the second network read training pages, cut out the windows of its wrong boxes, and train on with them as "nothing".
# - **One class at a time.** Suppress only boxes with the same label.
#   Which errors come back?
# - **A finer step.** Give `slide` a stride of 1.
#   How much of the recall was lost to the total stride of 4?
# - **Boxes that fit.** Give the network four more outputs at each place: how far the true box's edges are from the window's.
#   It needs windows of several sizes to learn from, and a second loss.
#
# ## Further reading
#
# - Matan, Burges, LeCun and Denker, *Multi-digit recognition using a space displacement neural network* (1992): this lab, thirty years earlier.
# - Sermanet and others, *OverFeat: integrated recognition, localization and detection using convolutional networks* (2013), on dense layers as convolutions.
# - Redmon and others, *You only look once: unified, real-time object detection* (2016), for boxes that a network predicts itself.
