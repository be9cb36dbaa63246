# %% [markdown]
# # Look inside a trained network, and find its errors
#
# **What you'll do.** Take a small network that comes trained, find out which digits it misreads, look at the filters it has learned, and ask it which pixels an answer rests on.
#
# **What you'll learn.**
#
# - How a confusion matrix turns "so many per cent are right" into a list of suspects.
# - What learned filters look like beside the hand-made ones of lab 04, in numbers.
# - Three ways to draw where a network looks (occlusion, saliency, Grad-CAM), and how to test whether such a picture is true.
#
# **What you'll need.** Labs 04 and 10, and about an hour.
#
# **The lecture** says that the filters of a convolutional network "are learned during training itself".
# What has been learned, then, and what has not?

# %% [markdown]
# ## Predict first (1 point)
#
# The network was trained on MNIST's 60,000 training digits and has seen no others.
# Replace the line below with `predictions = [..., ..., ...]`, three numbers of your own:
#
# 1. What percentage of *your* digits will it read? (They are MNIST's test digits, or other people's: the next section says which.)
# 2. Its first layer has 16 filters of 7x7.
#    How many of them look like one of lab 04's Gabor filters, with a correlation of at least 0.8? (1 would be the same picture, 0 nothing in common.)
# 3. *Grad-CAM* is a well-known way to draw where a network looks.
#    You cut a digit into 49 squares and cover the 5 that Grad-CAM marks most strongly.
#    For what percentage of digits does the answer change?

# %% nbgrader={"solution": "predictions"}
### BEGIN SOLUTION
predictions = [95, 8, 50]
### END SOLUTION

# %% nbgrader={"check": "predictions"}
from grader import check, sliders

check("lab11.predictions")

# %% [markdown]
# ## Meet the network
#
# `pretrained.small_cnn()` gives a Keras model with its weights.
# Before you run the cell, guess which layer has most of them.

# %%
import keras
import matplotlib.pyplot as plt
import numpy as np

from grader import digits, pretrained

plt.style.use("grader.labs")

model = pretrained.small_cnn()
model.summary(line_length=70)

# %% [markdown]
# Three convolutions, and at the end something new: `average` makes one number of each of the 24 maps of `conv3` (global pooling, lab 08), and `scores` gives ten plain scores (logits, lab 10).
#
# Now let it read digits that it has never seen: MNIST's test images if you have them, else all of scikit-learn's digits.
# An answer is the class with the largest score; `favourite` gives it for a single image.

# %%
data = digits.load()
images, labels = data.x_test, data.y_test
if data.source == "embedded":
    images = np.concatenate([data.x_train, images])
    labels = np.concatenate([data.y_train, labels])
x = images[..., np.newaxis].astype("float32") / 255
y = labels.astype("int64")
scores = model.predict(x, batch_size=500, verbose=0)
answers = scores.argmax(axis=1)
print(f"{np.mean(answers == y):.1%} of {len(y):,} digits are read rightly.")


def favourite(model, img):
    """Give the class with the largest score for one image (H, W, C)."""
    return int(np.argmax(model(img[np.newaxis])))


# %% [markdown]
# It reads about 98.9 % of MNIST's test digits and 89.6 % of the embedded ones.
# The network is the same, so the difference must lie in the digits.
# But one number for thousands of answers cannot say where.
#
# ## A worked example: two digits
#
# Split the answers up, by what is written and by what was read.
# For 4 and 9 that gives four numbers.

# %%
for truth in (4, 9):
    for answer in (4, 9):
        count = np.sum((y == truth) & (answers == answer))
        print(f"a {truth} is written, {answer} is read: {count:4d} times")

# %% [markdown]
# The two kinds of error need not be equally frequent: reading a 4 as a 9 and a 9 as a 4 are different mistakes.
#
# ## Exercise 1: Build a confusion matrix (3 points)
#
# Write `confusion_matrix(y, p, n)` for `n` classes.
# Row i, column j of the result counts the images that **are** an i and were **read as** a j, for all pairs of classes.
#
# - So each row sums to the number of images of its class, and the right answers stand on the diagonal.
# - A class that does not occur keeps its row and its column.
#
# scikit-learn, pandas, TensorFlow and Keras have functions for this; in the exercises 1 and 2 write your own.


# %% nbgrader={"solution": "confusion_matrix"}
def confusion_matrix(y, p, n):
    """Count what was read for what.

    Args:
        y: true classes, integer array (images,), from 0 to n - 1.
        p: predicted classes, integer array (images,).
        n: number of classes.

    Returns:
        Array (n, n) of counts; rows are the truth, columns the predictions.
    """
    ### BEGIN SOLUTION
    matrix = np.zeros((n, n), dtype=int)
    np.add.at(matrix, (y, p), 1)
    return matrix
    ### END SOLUTION


# %% nbgrader={"check": "confusion_matrix"}
check("lab11.confusion_matrix")

# %% [markdown]
# Draw the matrix of all ten digits.
# From here on scikit-learn counts, so that the cells work whatever stands in yours.
# The right answers are left out of the colours, or they would outshine the rest: expect a few dark squares.

# %%
from sklearn import metrics

matrix = metrics.confusion_matrix(y, answers)
errors = matrix - np.diag(np.diag(matrix))
figure, axis = plt.subplots(figsize=(6, 5.2), layout="constrained")
axis.imshow(errors, cmap="Blues")
for (i, j), count in np.ndenumerate(matrix):
    colour = "white" if errors[i, j] > errors.max() / 2 else "black"
    weight = "bold" if i == j else "normal"
    axis.text(j, i, count or "", ha="center", va="center", color=colour, weight=weight)
axis.set(xlabel="read as", ylabel="written", xticks=range(10), yticks=range(10))
_ = axis.set_title("how often each digit was read as which")

# %% [markdown]
# *Picture in words:* a grid of ten rows for the digits written and ten columns for the digits read; large bold counts on the diagonal, most other squares empty or pale, and a few dark blue ones where one digit is often taken for another.
#
# Errors are not spread evenly.
# Find your darkest square: which digit is read as which, and is the square on the other side of the diagonal as dark?
#
# ## Exercise 2: Find the weakest class (2 points)
#
# Write `per_class_recall(matrix)` for a confusion matrix as above.
# The *recall* of a class is the share of its images that were read rightly: of all that **are** a 9, how many were found?
#
# Return an array with one number between 0 and 1 for each class; `np.nan` for a class without images, about which nothing is known.


# %% nbgrader={"solution": "per_class_recall"}
def per_class_recall(matrix):
    """Give the share of each class that was found.

    Args:
        matrix: array (n, n) of counts; rows are the truth, columns the predictions.

    Returns:
        Array (n,): shares from 0 to 1, nan for a class without images.
    """
    ### BEGIN SOLUTION
    with np.errstate(invalid="ignore"):
        return np.diag(matrix) / matrix.sum(axis=1)
    ### END SOLUTION


# %% nbgrader={"check": "per_class_recall"}
check("lab11.per_class_recall")

# %% [markdown]
# Print the recall of each digit, beside its *precision*: of all that were **read as** a 9, how many are one?

# %%
recall = metrics.recall_score(y, answers, average=None)
precision = metrics.precision_score(y, answers, average=None)
print("digit    ", *(f"{digit:6d}" for digit in range(10)))
print("recall   ", *(f"{value:6.1%}" for value in recall))
print("precision", *(f"{value:6.1%}" for value in precision))

# %% [markdown]
# The two tell different stories.
# A class with low recall is missed; a class with low precision is the drawer into which the others are put.
# Where one digit has a low recall, another one usually has a low precision: look for the pair.
#
# ## Exercise 3: Find the hardest images (2 points)
#
# Now look at single images.
# Which ones?
# Write `hardest_examples(probs, y, k)` for probabilities `probs` (images, classes).
# It returns the **positions** of the `k` images that give the smallest probability to their own label, the smallest first; all of them if there are fewer than `k`.


# %% nbgrader={"solution": "hardest_examples"}
def hardest_examples(probs, y, k):
    """Find the images whose label gets the smallest probability.

    Args:
        probs: array (images, classes), rows sum to 1.
        y: true classes, integer array (images,).
        k: how many images to give.

    Returns:
        Array (k,) of positions, the hardest image first.
    """
    ### BEGIN SOLUTION
    own = probs[np.arange(len(y)), y]
    return np.argsort(own)[:k]
    ### END SOLUTION


# %% nbgrader={"check": "hardest_examples"}
check("lab11.hardest_examples")

# %% [markdown]
# A small probability for the label is a large loss, so Keras's loss finds the same images.
# Show the twelve hardest.
# Read each one yourself before you read what the network made of it.

# %%
losses = keras.losses.sparse_categorical_crossentropy(y, scores, from_logits=True)
hardest = np.argsort(-keras.ops.convert_to_numpy(losses))[:12]
figure, axes = plt.subplots(2, 6, figsize=(10, 4), layout="constrained")
for axis, place in zip(axes.flat, hardest, strict=True):
    axis.imshow(x[place, ..., 0], cmap="gray_r")
    axis.set_title(f"a {y[place]}, read as {answers[place]}", fontsize=12)
    axis.axis("off")

# %% [markdown]
# *Picture in words:* twelve handwritten digits in two rows, dark on white, above each its label and the network's answer.
#
# Sort them into two heaps: those that you find hard as well, and those that are plain to you.
# The second heap is the interesting one.
# With the embedded digits, look at the form of the 1s and the 9s: other people write other digits than those the network learned from, and its errors follow *their* habits.
# That is called a *domain shift*.
# With MNIST you see what is left when there is none.
#
# ## What has been learned: the filters
#
# The 16 filters of `conv1` look at the pixels themselves, so each can be drawn as a picture of 7x7.
# The file with the weights also holds them as they were during training: at the start, after 100, 300 and 1,000 steps, and at the end.

# %%
filters = {
    step: np.moveaxis(kernel[:, :, 0], -1, 0)  # (7, 7, 1, 16) -> (16, 7, 7)
    for step, kernel in pretrained.first_filters().items()
}
last_step = max(filters)


def show_filters(step):
    """Draw the 16 filters after some steps of training."""
    _, axes = plt.subplots(2, 8, figsize=(8, 2.4), layout="constrained")
    for axis, kernel in zip(axes.flat, filters[step], strict=True):
        limit = np.abs(kernel).max()
        axis.imshow(kernel, cmap="RdBu_r", vmin=-limit, vmax=limit)
        axis.axis("off")
    axes[0, 0].set_title(f"after {step:,} steps", loc="left")
    plt.show()


# %% [markdown]
# Red weights are positive, blue ones negative, white is 0.
# Expect noise in the first figure; what do you expect in the second?

# %%
show_filters(0)
show_filters(last_step)

# %% [markdown]
# *Picture in words:* above, sixteen squares of 7x7 cells in red and blue without any order; below, sixteen squares in which red and blue form bars and edges in several directions, a few spots, and some patches without a clear form.
#
# Nobody told the network about bars and edges.
# It was told the right digits, ten times for each of 60,000 images, and the weights moved.
#
# When does the order appear?
# Move the slider.
# (Without it: after 100 steps there is a first trace in half of the filters, after 1,000 most look as at the end.)

# %%
from ipywidgets import SelectionSlider

sliders(show_filters, step=SelectionSlider(options=list(filters)))

# %% [markdown]
# ## How much like Gabor filters are they?
#
# "It looks like one" is easily said.
# So build a bank of Gabor filters with scikit-image: 12 directions, 6 wavelengths, 2 widths, and 2 forms (a bar or an edge).
# For each learned filter take the largest correlation with any of them, without its sign: 1 means the same picture, 0 nothing in common.

# %%
import itertools

from skimage.filters import gabor_kernel


def gabor(turn, wavelength, width, offset):
    """Return a Gabor kernel of 7x7."""
    kernel = gabor_kernel(
        1 / wavelength, np.pi * turn / 12, sigma_x=width, sigma_y=width, offset=offset
    ).real
    row, column = np.array(kernel.shape) // 2
    return kernel[row - 3 : row + 4, column - 3 : column + 4]


settings = (range(12), (4, 5, 6, 8, 10, 14), (2, 3), (0, np.pi / 2))
bank = np.array([gabor(*setting) for setting in itertools.product(*settings)])


def correlations(kernels):
    """Correlate kernels (n, 7, 7) with all filters of the bank: (n, bank)."""
    size = len(kernels)
    return np.corrcoef(kernels.reshape(size, -1), bank.reshape(len(bank), -1))[
        :size, size:
    ]


# %% [markdown]
# With 288 filters to choose from, something always fits a little.
# So the number needs two baselines: pure noise, and *smooth* noise, which has no direction but no hard steps either.

# %%
from scipy.ndimage import gaussian_filter

noise = np.random.default_rng(11).normal(size=(1000, 21, 21))
smooth_noise = gaussian_filter(noise, sigma=(0, 1, 1))
groups = {
    "pure noise": noise[:, 7:14, 7:14],
    "conv1 before training": filters[0],
    "smooth noise": smooth_noise[:, 7:14, 7:14],
    "conv1 after training": filters[last_step],
}
gabor_like = {}
for name, kernels in groups.items():
    best = np.abs(correlations(kernels)).max(axis=1)
    gabor_like[name] = np.mean(best >= 0.8)
    print(f"{name:22s} mean {best.mean():.2f}, 0.8 or more: {gabor_like[name]:4.0%}")

# %% [markdown]
# Before training the filters are like noise.
# After training half of them reach 0.8, which pure noise never does.
# But look at the third line: a *smooth* patch of noise comes to 0.66 on average, so a good part of the likeness is smoothness alone.
# The honest sentence is: half of the learned filters are bars or edges as a Gabor filter is; the others are something else.
#
# Draw each learned filter above the Gabor filter that fits best.

# %%
fits = correlations(filters[last_step])
figure, axes = plt.subplots(2, 16, figsize=(12, 2), layout="constrained")
for number, (top, bottom) in enumerate(axes.T):
    choice = np.abs(fits[number]).argmax()
    fit = fits[number, choice]
    for axis, kernel in ((top, filters[last_step][number]), (bottom, bank[choice])):
        kernel = kernel if axis is top else kernel * np.sign(fit)
        limit = np.abs(kernel).max()
        axis.imshow(kernel, cmap="RdBu_r", vmin=-limit, vmax=limit)
        axis.set(xticks=[], yticks=[])
    top.set_title(f"{abs(fit):.2f}", fontsize=12)
axes[0, 0].set_ylabel("learned")
_ = axes[1, 0].set_ylabel("Gabor")

# %% [markdown]
# *Picture in words:* two rows of sixteen small squares; above the learned filters, below the best Gabor filter for each, with the correlation as a title; pairs above 0.8 show the same bar or edge in the same direction, while those below 0.6 have little in common.
#
# ## Exercise 4: Take feature maps out (2 points)
#
# What do the filters answer to an image?
# Keras remembers how its layers are connected, so a part of a model is a model again: you name the input and the output.

# %%
front = keras.Model(model.input, model.get_layer("pool1").output)
front(x[:3]).shape

# %% [markdown]
# Three images, 14x14 positions, 16 filters.
#
# Write `feature_maps(model, x, layer)`: the output of the layer with the *name* `layer` for a batch of images `x`, as an array.


# %% nbgrader={"solution": "feature_maps"}
def feature_maps(model, x, layer):
    """Give what a layer of a model makes of some images.

    Args:
        model: a Keras model.
        x: images, array (N, H, W, C).
        layer: the name of a layer.

    Returns:
        The layer's output, array (N, H', W', F), or (N, F) for a layer without places.
    """
    ### BEGIN SOLUTION
    part = keras.Model(model.input, model.get_layer(layer).output)
    return part(x).numpy()
    ### END SOLUTION


# %% nbgrader={"check": "feature_maps"}
check("lab11.feature_maps")

# %% [markdown]
# Show the 16 maps of `conv1` for one digit, in the order of the filters above.
# Expect outlines rather than digits.

# %%
example = np.flatnonzero((y == 5) & (answers == 5))[0]
answered = keras.Model(model.input, model.get_layer("conv1").output)(x[[example]])[0]
figure, axes = plt.subplots(2, 9, figsize=(9, 2.3), layout="constrained")
axes[0, 0].imshow(x[example, ..., 0], cmap="gray_r")
for number, axis in enumerate(axes[:, 1:].flat):
    axis.imshow(answered[..., number], cmap="gray_r")
for axis in axes.flat:
    axis.axis("off")

# %% [markdown]
# *Picture in words:* on the left a handwritten 5; beside it two rows of eight maps, in most of which only some strokes or one side of the strokes are dark; in a few nearly the whole digit is dark, and blurred.
#
# Filters that are bars answer along strokes of their direction, edges on one side of a stroke.
# It is what lab 04 did to the cat, with filters that nobody designed.
#
# ## Where does it look? Cover a part and see
#
# Now to single answers: why was this digit misread?
# The plainest way to ask is to cover a part of the image and to look how far the score falls.
# Where the score falls far, the network needed what was there.
#
# ## Exercise 5: Draw an occlusion map (4 points)
#
# Write `occlusion_map(model, img, size, label=None)` for **one** image (H, W, C).
#
# - Lay square *patches* of `size` x `size` pixels side by side over the image, from the top left.
#   If the size does not divide the height or the width, the last patches are smaller.
# - Cover one patch at a time with background: all its channels become 0, and the rest stays as it was.
# - An entry of the map is the score of `label` for the whole image **minus** the score of `label` with that patch covered.
#   It is positive where the image speaks for the label, negative where it speaks against it.
#
# A Keras model wants a batch, so an image has to become a batch of one: `img[np.newaxis]`.
# The first line is given: without a `label`, the network's own answer is asked about.
# Patches that divide the image are worth 3 points, the smaller ones at the border 1.


# %% nbgrader={"solution": "occlusion_map"}
def occlusion_map(model, img, size, label=None):
    """Cover one square after another and give how far a score falls.

    Args:
        model: a Keras model that gives scores.
        img: one image, array (H, W, C); not changed.
        size: side of a square, in pixels.
        label: the class whose score counts, by default the favourite.

    Returns:
        Array (rows, columns) with one number for each square.
    """
    label = favourite(model, img) if label is None else label
    ### BEGIN SOLUTION
    before = model(img[np.newaxis])[0, label]
    tops, lefts = range(0, img.shape[0], size), range(0, img.shape[1], size)
    drops = np.zeros((len(tops), len(lefts)))
    for i, top in enumerate(tops):
        for j, left in enumerate(lefts):
            covered = img.copy()
            covered[top : top + size, left : left + size] = 0
            drops[i, j] = before - model(covered[np.newaxis])[0, label]
    return drops
    ### END SOLUTION


# %% nbgrader={"check": "occlusion_map"}
check("lab11.occlusion_map")

# %% [markdown]
# Ask your function about a digit that was misread: once for the wrong answer, once for the digit it is.
# Red squares speak for the label in the title, blue ones against it.
# Expect different squares to be red.


# %%
def overlay(axis, img, heat, title):
    """Lay a map in red and blue over a digit in grey."""
    limit = np.abs(heat).max() or 1
    axis.imshow(img[..., 0], cmap="gray_r")
    extent = (-0.5, img.shape[1] - 0.5, img.shape[0] - 0.5, -0.5)
    axis.imshow(heat, "RdBu_r", vmin=-limit, vmax=limit, alpha=0.6, extent=extent)
    axis.set(title=title, xticks=[], yticks=[])


misread = hardest[0]
figure, axes = plt.subplots(1, 3, figsize=(7.5, 2.8), layout="constrained")
axes[0].imshow(x[misread, ..., 0], cmap="gray_r")
axes[0].set(title=f"a {y[misread]}, read as {answers[misread]}", xticks=[], yticks=[])
for axis, label in zip(axes[1:], (answers[misread], y[misread]), strict=True):
    heat = occlusion_map(model, x[misread], 4, label)
    overlay(axis, x[misread], heat, f"for or against {label}")

# %% [markdown]
# *Picture in words:* a misread digit, and twice the same digit under a grid of 7x7 coloured squares; in the first grid the squares that hold up the network's wrong answer are red; in the second other squares are red, and some are blue, because what is there speaks against the true label.
#
# Imagine the reddest square of the middle picture gone: would you still read what the network read?
#
# Covering costs one run of the network for each square.
# A *slope* gets an answer for all pixels in a single run, forwards and back.
#
# ## A worked example: slopes from a tape
#
# TensorFlow notes what it computes on a tape and can run it backwards.
# For the function a² + 3b at a = 2, b = 5 the slopes are 2a = 4 and 3:

# %%
import tensorflow as tf

values = tf.Variable([2.0, 5.0])
with tf.GradientTape() as notes:
    squared = values[0] ** 2
    result = squared + 3 * values[1]
notes.gradient(result, values).numpy()

# %% [markdown]
# If a grows by a tiny step, the result grows by four such steps.
# Training uses such slopes of the *loss* by the *weights*.
# Nothing forbids other questions: the slope of a *score* by the *pixels*, or by something that was computed on the way, as `squared` here.
#
# ## Exercise 6: Draw a saliency map (3 points)
#
# Finish `saliency(model, img, label=None)`: the slope of the score of `label` by each value of the image, with its sign, as an array of the image's shape (H, W, C).
# Positive means that more ink at this pixel would raise the score.
#
# Two lines are given: `x` is the image as a batch of one, in a form that a tape watches.
# The tape follows TensorFlow only, and only while it runs: behind `.numpy()`, `float` or `predict` it sees nothing, and the slope comes out as `None` or as an error.
# In the exercises 6 and 7 use tapes; the older `tf.gradients` is not allowed.


# %% nbgrader={"solution": "saliency"}
def saliency(model, img, label=None):
    """Give the slope of a score by each pixel.

    Args:
        model: a Keras model that gives scores.
        img: one image, array (H, W, C).
        label: the class whose score counts, by default the favourite.

    Returns:
        Array (H, W, C).
    """
    label = favourite(model, img) if label is None else label
    x = tf.Variable(img[np.newaxis])
    ### BEGIN SOLUTION
    with tf.GradientTape() as tape:
        score = model(x)[0, label]
    return tape.gradient(score, x)[0].numpy()
    ### END SOLUTION


# %% nbgrader={"check": "saliency"}
check("lab11.saliency")

# %% [markdown]
# ## Exercise 7: Write Grad-CAM (5 points)
#
# Slopes by single pixels are restless.
# *Grad-CAM* asks one of the last layers instead, where a filter stands for a larger part of a digit.
#
# Write `grad_cam(model, img, layer, label=None)` for one image, with the layer's name:
#
# 1. Under a tape, run the model and keep both the maps of `layer` and the scores.
#    `keras.Model(model.input, [..., ...])` has two outputs at once.
# 2. Take the slope of the label's score by each value of the maps: for each filter a map of slopes.
# 3. The **weight** of a filter is the mean of its slopes over all positions.
# 4. Multiply each map by its filter's weight and add them all up.
# 5. Keep what speaks for the label: negative values become 0.
# 6. Enlarge the result to (H, W): each of its values becomes a block of equal values (`np.repeat` does that along one axis).
#    Height and width are multiples of those of the maps.
#
# Do not scale the result.
# Layers whose maps are as large as the image are worth 4 points, smaller ones 1.


# %% nbgrader={"solution": "grad_cam"}
def grad_cam(model, img, layer, label=None):
    """Draw where the maps of a layer speak for a label.

    Args:
        model: a Keras model that gives scores.
        img: one image, array (H, W, C).
        layer: the name of a layer that gives maps.
        label: the class whose score counts, by default the favourite.

    Returns:
        Array (H, W), nothing negative.
    """
    label = favourite(model, img) if label is None else label
    ### BEGIN SOLUTION
    both = keras.Model(model.input, [model.get_layer(layer).output, model.output])
    with tf.GradientTape() as tape:
        maps, scores = both(img[np.newaxis])
        score = scores[0, label]
    slopes = tape.gradient(score, maps)[0]
    weights = tf.reduce_mean(slopes, axis=(0, 1))
    heat = tf.nn.relu(tf.reduce_sum(maps[0] * weights, axis=-1)).numpy()
    rows, columns = img.shape[0] // heat.shape[0], img.shape[1] // heat.shape[1]
    return heat.repeat(rows, axis=0).repeat(columns, axis=1)
    ### END SOLUTION


# %% nbgrader={"check": "grad_cam"}
check("lab11.grad_cam")

# %% [markdown]
# ## Three pictures of one answer
#
# Put your three maps side by side for one of the hardest digits, for the wrong answer above and for the true label below.
# Expect them to disagree.


# %%
def show_maps(rank=0):
    """Draw three maps of a hard digit, for its answer and for its label."""
    place = hardest[rank]
    img = x[place]
    _, axes = plt.subplots(2, 4, figsize=(9, 4.8), layout="constrained")
    for row, label in zip(axes, (answers[place], y[place]), strict=True):
        row[0].imshow(img[..., 0], cmap="gray_r")
        row[0].set(title=f"why a {label}?", xticks=[], yticks=[])
        overlay(row[1], img, occlusion_map(model, img, 4, label), "occlusion")
        overlay(row[2], img, saliency(model, img, label)[..., 0], "saliency")
        overlay(row[3], img, grad_cam(model, img, "conv3", label), "Grad-CAM")
    plt.show()


show_maps(rank=0)

# %% [markdown]
# *Picture in words:* two rows of four pictures of the same misread digit; the occlusion maps are red and blue squares on and beside the strokes, the saliency maps a fine red and blue pattern along their edges, the Grad-CAM maps a few broad red blocks.
#
# The slider shows the other hard digits.
# Which map would you put into a report?

# %%
sliders(show_maps, rank=(0, 11))

# %% [markdown]
# ## Explore: is the picture true?
#
# A map may look convincing and say nothing about the network.
# There is a test: if a map is right about what matters, then covering **what it marks** must hurt more than covering anything else.
#
# Take 200 digits that were read rightly and cut each into 7x7 squares of 4x4 pixels.
# The next cell covers any choice of squares.

# %%
rng = np.random.default_rng(11)
chosen = rng.permutation(np.flatnonzero(answers == y))[:200]
sample, truth = x[chosen], y[chosen]


def scores_without(squares):
    """Cover squares, boolean (images, 7, 7), in the sample and give all scores."""
    kept = np.kron(~squares, np.ones((4, 4), "float32"))
    return model(sample * kept[..., np.newaxis]).numpy()


# %% [markdown]
# Three methods say how important each square is.
#
# - Occlusion covers one square at a time, in all 200 digits at once.
# - For saliency the strengths of the slopes are added up in each square.
# - Grad-CAM needs no slopes in this network: behind `conv3` there are only a mean and a sum, so the weight of a filter stands in the last layer.

# %%
left_over = [
    scores_without(np.repeat(square, 200, axis=0))[range(200), truth]
    for square in np.eye(49, dtype=bool).reshape(49, 1, 7, 7)
]
digits_read = tf.constant(sample)
with tf.GradientTape() as slopes:
    slopes.watch(digits_read)
    of_the_label = tf.gather(model(digits_read), truth, batch_dims=1)
label_slopes = slopes.gradient(of_the_label, digits_read).numpy()
maps = keras.Model(model.input, model.get_layer("conv3").output)(sample).numpy()
last_weights = model.get_layer("scores").get_weights()[0][:, truth]


def by_square(values):
    """Add up the values of each square: (200, 28, 28, 1) -> (200, 7, 7)."""
    return values.reshape(-1, 7, 4, 7, 4).sum(axis=(2, 4))


importance = {
    "occlusion": -np.transpose(left_over).reshape(-1, 7, 7),
    "saliency": by_square(np.abs(label_slopes)),
    "Grad-CAM": np.maximum(np.einsum("nhwf,fn->nhw", maps, last_weights), 0),
}

# %% [markdown]
# Two more lists need no network at all: the ink in a square, and chance, among the squares that hold ink.
#
# Cover the 1 to 10 most important squares of each digit, and count how many answers change.
# Before you run it: in which order do you expect the five curves?

# %%
ink = by_square(sample)
importance["most ink"] = ink
importance["chance, with ink"] = rng.random(ink.shape) * (ink > 0)
counts = range(1, 11)
changed = {}
for name, values in importance.items():
    ranks = np.argsort(np.argsort(-values.reshape(-1, 49), axis=1), axis=1)
    changed[name] = [
        np.mean(scores_without((ranks < k).reshape(-1, 7, 7)).argmax(axis=1) != truth)
        for k in counts
    ]
    print(f"{name:17s}", " ".join(f"{share:4.0%}" for share in changed[name]))

# %% [markdown]
# The columns are 1 to 10 squares.
# The same numbers as curves:

# %%
looks = ("o-", "^-", "D-", "s--", "x:")
colours = ("#0072B2", "#009E73", "#D55E00", "#E69F00", "0.5")
figure, axis = plt.subplots(figsize=(7, 3.6), layout="constrained")
for (name, shares), look, colour in zip(changed.items(), looks, colours, strict=True):
    axis.plot(counts, np.multiply(100, shares), look, color=colour, label=name)
axis.set(xlabel="squares covered, of 49", ylabel="answers that change (%)")
axis.grid(alpha=0.3)
_ = axis.legend(loc="upper left", bbox_to_anchor=(1, 1))

# %% [markdown]
# *Picture in words:* five rising curves over 1 to 10 covered squares; occlusion rises steeply and stays on top, most ink comes second, saliency third, and Grad-CAM runs near or below the dotted curve of chance.
#
# This is not what the pictures suggest:
#
# - **Occlusion** leads.
#   It was asked nearly the same question, so it should.
# - **Most ink** comes second, and it knows nothing about the network.
#   A map that only finds the strokes looks wise, and any map of digits does.
# - **Grad-CAM is hardly better than chance among the squares with ink.** It lies a few points above or below; with 200 digits a difference of five points may be luck.
#   One reason you can compute with lab 07: a cell of `conv3` sees 34x34 pixels, more than the whole image.
#   What makes it light up may lie anywhere, not under the block that you colour.
#
# In another network the order may be another, so test the map on the network that you want to explain.
# The test has a weakness of its own: a digit with holes is an image that the network has never been trained on.
#
# ## Explain (2 points)
#
# A hospital's network reads X-rays of the chest and is right in 96 % of its own test images.
# In another hospital it is right in 80 %.
# Grad-CAM often lights up the corner where one of the two hospitals prints a metal marker; but on the image shown in the report, it lights up the lung.
#
# In three to five sentences: what may have happened, what does the one picture in the report prove, and which two measurements would you ask for?

# %% [markdown] nbgrader={"written": "explain", "points": 2}
# ### BEGIN SOLUTION
# The network may have learned the marker: if patients of one hospital are ill more often, the marker predicts the illness in the training images without any look at the lung.
# In the other hospital that hint is missing or means something else, so the accuracy falls; that is a domain shift, as with digits of other people.
# The one picture proves nothing: it is one image, chosen by somebody, and a map may light up where the network does not need what is there; my own test found Grad-CAM hardly better than chance.
# I would ask for the recall of each class in each hospital, so that one sees who is missed, and for a covering test on many images: how often does the answer change if the marker is covered, and how often if the lung is?
#
# **What counts:**
#
# - The network may read the marker, which goes with the illness in one hospital and not in the other.
# - One picture proves nothing: somebody chose it, and a map may light up where the network needs nothing.
# - It asks for a measurement of who is missed: the recall of each class in each hospital.
# - It asks for a test on many images: cover the marker, cover the lung, and count the answers that change.
# ### END SOLUTION

# %% [markdown]
# Once you have written at least two sentences, save the notebook and run this cell: it shows what counts in an answer.

# %%
from grader import compare

compare("lab11.explain")

# %% [markdown]
# ## Recap
#
# This cell shows where you stand, and which checks did not pass.

# %%
from grader import progress

progress("lab11")

# %% [markdown]
# Here are your numbers, beside your predictions.

# %%
print("your predictions:", globals().get("predictions", "none"))
print(
    f"1. right answers: {np.mean(answers == y):.1%}; "
    f"of the weakest digit {recall.min():.1%}"
)
like = gabor_like["conv1 after training"]
print(f"2. filters like a Gabor filter: {16 * like:.0f} of 16 (smooth noise: ", end="")
print(f"{gabor_like['smooth noise']:.0%})")
print(
    f"3. five squares of Grad-CAM covered: {changed['Grad-CAM'][4]:.0%} change, ",
    end="",
)
print(f"five with most ink: {changed['most ink'][4]:.0%}")

# %% [markdown]
# The lecture says that filters "are learned during training itself".
#
# - **True for the numbers.** Training began with noise, and bars and edges came out, close to what people drew for lab 04.
# - **Not for the rest.** That there are 16 filters, that they are 7x7, that three layers follow each other, and *which digits are shown*, people decided.
#   The digits decide most: what no training image looks like, no filter learns.
# - **"Learned" does not mean "understood by us".** Half of the filters have no name, and a picture of where a network looks is a claim to be tested, like an accuracy.
#
# ## On your own
#
# No points here:
#
# - **Fool it.** Add `0.1 * np.sign(saliency(model, img, label))` to a digit, for another label than its own, cut it to 0 to 1, and let the network read it.
#   How small a step is enough, and can you see it?
# - **Forget it.** Set the weights of `conv2` and `conv3` to new random numbers and draw the three maps again.
#   A map that hardly changes says more about the image than about the network.
# - **Other layers.** Put Grad-CAM of `conv1` or `conv2` into the test.
#   Their cells see 7x7 and 16x16 pixels.
# - **Keep it.** `model.save("reader.keras")` and `keras.models.load_model("reader.keras")` give the same scores; show it.
#   Keras 3 refuses `model.save("reader")` without the ending.
#   `model.export("reader")` writes what a server needs, but no Keras model comes back from it.
# - **Teach it.** Train the last layer on some of your own digits, with the other layers frozen (`layer.trainable = False`).
#   Which rows of the confusion matrix change?
#
# **Next:** lab 12 takes the large networks apart that made these ideas famous.
