# %% [markdown]
# # Shuffle the pixels
#
# **What you'll do.** Shuffle the pixels of handwritten digits until nobody can read them, and find out which networks still can.
#
# **What you'll learn.**
#
# - Why a dense network does not notice a shuffle, if its weights are shuffled along.
# - Why a convolutional network does notice.
# - How to measure that neighbouring pixels belong together.
#
# **What you'll need.** About 45 minutes, NumPy indexing, and lab 01.
# Keras trains four small networks; below the cells you see how far it is.
#
# **The lecture** says that in a dense layer it *does not matter which neuron is trained to process which input*, and that shuffled pixels leave its performance the same, while to people the image *just looks like noise*.
# Is that exactly so, and for every network?

# %% [markdown]
# ## Predict first (1 point)
#
# Replace the line below with `predictions = [..., ..., ...]`, three numbers of your own.
# You get the point for answering.
#
# 1. A small dense network reads about 90 of 100 digits.
#    Now shuffle the pixels of all images, training and test, in one and the same way, and train it again.
#    How many of 100 shuffled digits does it read?
# 2. A convolutional network with as many parameters reads about 95 of 100.
#    Trained again on the shuffled images, how many does it read?
# 3. In a photo of a cat, two pixels side by side differ by 5.5 on average, on a scale from 0 to 255.
#    By how much do they differ after shuffling?

# %% nbgrader={"solution": "predictions"}
### BEGIN SOLUTION
predictions = [90, 90, 50]
### END SOLUTION

# %% nbgrader={"check": "predictions"}
from grader import check

check("lab02.predictions")

# %% [markdown]
# ## A worked example: six pixels
#
# Number the places of an image row by row, starting with 0, as `reshape` does.
# A *permutation* is a list in which each place stands once.
# We read it like this: place `p` of the shuffled image **gets the pixel from** place `perm[p]`.
#
# Below, place 0 gets the pixel from place 4, place 1 the one from place 0, and so on.
# Expect 50 at the top left.

# %%
import numpy as np

small = np.array([[10, 20, 30], [40, 50, 60]])
small_perm = [4, 0, 5, 2, 1, 3]
pixels = small.ravel()
moved = np.array([pixels[source] for source in small_perm])
print(moved.reshape(2, 3))

# %% [markdown]
# All six values are still there, each once.
# Only their places are new, and the list says where each one came from.
#
# ## Exercise 1: Draw a permutation (2 points)
#
# Write `make_permutation(n, seed)`: the whole numbers from 0 to `n - 1`, each exactly once, in a random order.
#
# - The same `n` and `seed` give the same permutation, every time; another seed gives another one.
# - Any random generator will do; `np.random.default_rng(seed)` is a good one.
# - Return a one-dimensional array (or a list) of whole numbers.


# %% nbgrader={"solution": "make_permutation"}
def make_permutation(n, seed):
    """Draw a permutation of n places.

    Args:
        n: the number of places.
        seed: a whole number; the same seed gives the same permutation.

    Returns:
        Array of shape (n,), the numbers 0 to n - 1 in a random order.
    """
    ### BEGIN SOLUTION
    return np.random.default_rng(seed).permutation(n)
    ### END SOLUTION


# %% nbgrader={"check": "make_permutation"}
check("lab02.make_permutation")

# %% [markdown]
# ## Exercise 2: Shuffle the pixels of images (4 points)
#
# Write `permute_pixels(images, perm)`: shuffle the pixels of every image in the same way.
#
# - `images` has shape (n, height, width), and `perm` is an array with one entry for each pixel of an image, `height * width` in all.
# - In every image of the result, place `p` gets the pixel from place `perm[p]` of the same image, places counted row by row as above.
# - The result has the shape of `images`, and the images stay in their order, so that every label still fits.
# - `images` itself is not changed.
#
# The first line is given: it lays each image out as one row of pixels.


# %% nbgrader={"solution": "permute_pixels"}
def permute_pixels(images, perm):
    """Shuffle the pixels of every image with one permutation.

    Args:
        images: array of shape (n, height, width).
        perm: array of shape (height * width,); place p gets pixel perm[p].

    Returns:
        Array of shape (n, height, width).
    """
    flat = images.reshape(len(images), -1)  # (n, height * width)
    ### BEGIN SOLUTION
    return flat[:, perm].reshape(images.shape)
    ### END SOLUTION


# %% nbgrader={"check": "permute_pixels"}
check("lab02.permute_pixels")

# %% [markdown]
# ## Can you still read them?
#
# Load at most 4,000 digits, as numbers from 0 to 1.
# `digits.load` says which digits it found: MNIST, or scikit-learn's small ones in the same frame of 28 by 28 pixels.
# The import takes some seconds, and TensorFlow may print lines about your processor: they are no errors.

# %%
import keras
import matplotlib.pyplot as plt
from keras import layers

from grader import digits

plt.style.use("grader.labs")

d = digits.load(limit=4000)
x_train = d.x_train.reshape(-1, 784).astype("float32") / 255
x_test = d.x_test.reshape(-1, 784).astype("float32") / 255

# %% [markdown]
# From here on the notebook shuffles with a matrix, so that it works whatever your Exercise 2 does.
# `SHUFFLE` is 784 by 784 and holds zeros, but for a single 1 in every row and every column.
# Multiplying by it brings each pixel to a new place: a shuffle is itself a dense layer, whose weights are 0 and 1.
# Keep that in mind, because it explains the rest of this lab.

# %%
PERM = np.random.default_rng(2).permutation(784)
SHUFFLE = np.eye(784, dtype="float32")[:, PERM]
x_train_shuffled = x_train @ SHUFFLE
x_test_shuffled = x_test @ SHUFFLE
print("largest change of a sum:", abs(x_test_shuffled.sum(1) - x_test.sum(1)).max())

# %% [markdown]
# The sum of each image's pixels is the same, up to rounding: nothing was lost, only moved.
# Now guess: which digits are these six?
# Write your guesses down before you run the cell after it.


# %%
def show_digits(rows, titles):
    """Draw rows of six digits; the titles stand to the left of the rows."""
    size = (9, 1.7 * len(rows))
    _, axes = plt.subplots(
        len(rows), 6, figsize=size, squeeze=False, layout="constrained"
    )
    for panels, images, title in zip(axes, rows, titles, strict=True):
        panels[0].set_ylabel(title)
        for ax, image in zip(panels, images, strict=True):
            ax.imshow(image.reshape(28, 28), cmap="gray_r", vmin=0, vmax=1)
            ax.set(xticks=[], yticks=[])
    plt.show()


show_digits([x_test_shuffled[:6]], ["shuffled"])

# %% [markdown]
# *Picture in words:* six squares of dark specks on white, spread evenly, without any shape.
#
# Here is the answer.
# The second row shows the same images, with the pixels in their places.

# %%
show_digits([x_test_shuffled[:6], x_test[:6]], ["shuffled", "in order"])
print("labels:", d.y_test[:6].tolist())

# %% [markdown]
# *Picture in words:* the same six squares of specks, and below them the six handwritten digits that they were made of.
#
# With ten digits to choose from, guessing is right once in ten times.
# One thing survives a shuffle, the amount of ink: a 1 usually has less of it than an 8.
#
# ## Exercise 3: Undo a shuffle (3 points)
#
# Nothing was lost, so there is a way back.
# Write `inverse_permutation(perm)`: the permutation that brings every pixel home.
# If an image is shuffled with `perm` and the result with the inverse, in the sense of Exercise 2, the image is as it was.
#
# Return an array of whole numbers of the same length, and leave `perm` as it is.
# Try it on paper first with `[1, 2, 0]`, for which `perm` itself is *not* the answer.


# %% nbgrader={"solution": "inverse_permutation"}
def inverse_permutation(perm):
    """Give the permutation that undoes another one.

    Args:
        perm: array of shape (n,), the numbers 0 to n - 1 in some order.

    Returns:
        Array of shape (n,).
    """
    ### BEGIN SOLUTION
    inverse = np.zeros(len(perm), dtype=int)
    for place, source in enumerate(perm):
        inverse[source] = place
    return inverse
    ### END SOLUTION


# %% nbgrader={"check": "inverse_permutation"}
check("lab02.inverse_permutation")

# %% [markdown]
# ## Train a dense network
#
# One hidden layer of 14 units, 11,140 parameters.
# The images in this lab are short of training, on purpose: a few passes over at most 4,000 of them take seconds.
# Expect about 9 of 10 test images right.


# %%
def make_dense():
    """Build a dense network with one hidden layer."""
    inputs = keras.Input(shape=(784,))
    hidden = layers.Dense(units=14, activation="relu")(inputs)
    return keras.Model(inputs, layers.Dense(units=10, activation="softmax")(hidden))


# %%
from grader.training import live

EPOCHS = 4 if d.source == "mnist" else 8  # the small digits are fewer


def train(model, x):
    """Train a model on the images x and the training labels."""
    keras.utils.set_random_seed(1)
    loss = "sparse_categorical_crossentropy"
    model.compile(optimizer="adam", loss=loss)
    model.fit(x, d.y_train, batch_size=32, epochs=EPOCHS, verbose=0, callbacks=[live()])


def accuracy(model, x):
    """Give the share of test images that the model reads right."""
    return float(np.mean(model(x).numpy().argmax(axis=1) == d.y_test))


# %% [markdown]
# Train it on images in order.
# Then show it the shuffled test images as well, without any further training.

# %%
keras.utils.set_random_seed(1)
dense = make_dense()
dense_start = dense.get_weights()
train(dense, x_train)
w1, b1, w2, b2 = dense.get_weights()
p_order = dense(x_test).numpy()  # its probabilities, (n, 10)
print(f"dense, in order: {accuracy(dense, x_test):.4f}")
print(f"dense, shuffled images: {accuracy(dense, x_test_shuffled):.4f}")

# %% [markdown]
# On shuffled images it is hardly better than guessing, which gets 0.1, or even worse.
# That seems to contradict the lecture.
# But the lecture shuffles the weights, too.
#
# ## Exercise 4: Let the weights follow the pixels (3 points)
#
# The first layer has a weight array of shape (inputs, units): row `i` belongs to pixel `i`.
# Write `permute_dense_weights(weights, perm)`: the weights with which the layer gives the same outputs for images shuffled with `perm` (in the sense of Exercise 2) as it gave for the images in order.
#
# The result has the shape of `weights`, and `weights` itself is not changed.
# Ask for each place of a shuffled image: which pixel is here now, and what was its row of weights?


# %% nbgrader={"solution": "permute_dense_weights"}
def permute_dense_weights(weights, perm):
    """Let the weights of a dense layer follow the pixels.

    Args:
        weights: array of shape (n_in, units); row i belongs to pixel i.
        perm: array of shape (n_in,); place p of an image got pixel perm[p].

    Returns:
        Array of shape (n_in, units).
    """
    ### BEGIN SOLUTION
    return weights[perm]
    ### END SOLUTION


# %% nbgrader={"check": "permute_dense_weights"}
check("lab02.permute_dense_weights")

# %% [markdown]
# ### Test the whole network
#
# See your function at work: a second network gets the trained weights, with the rows of the first layer moved.
# Nothing is trained here, and nothing below depends on this cell, so go on if Exercise 4 has to wait.
# The cell compares the probabilities of the first network for images in order with those of the second for shuffled images.

# %%
follower = make_dense()
follower.set_weights([permute_dense_weights(w1, PERM), b1, w2, b2])
p_shuffled = follower(x_test_shuffled).numpy()
print(f"accuracy on shuffled images: {accuracy(follower, x_test_shuffled):.4f}")
print(f"largest difference of a probability: {abs(p_order - p_shuffled).max():.1e}")
print("equal:", np.array_equal(p_order, p_shuffled))
print("equal within 1e-5:", np.allclose(p_order, p_shuffled, atol=1e-5))

# %% [markdown]
# The accuracy is that of the images in order.
# The probabilities agree to about six decimal places, though as a rule not to the last bit.
# Each unit adds up the same 784 products in another order, and with rounded numbers the order of a sum matters a little.
# That is why one compares floats with `np.allclose`, never with `==`.
#
# So the lecture's sentence holds, and there is more freedom: not only the inputs, the *hidden units* can change places as well.
#
# ## Exercise 5: Let hidden units change places (3 points)
#
# Write `permute_hidden_units(w1, b1, w2, order)` for a network with one hidden layer: the hidden unit `j` of the new network is the old unit `order[j]`, with everything that belongs to it.
# The new network computes the same function as the old one.
#
# Column `j` of `w1` holds the weights into hidden unit `j`, `b1[j]` is its bias, and row `j` of `w2` holds its weights to the outputs.
# Return the three new arrays as a tuple `(w1, b1, w2)`, and leave the old ones as they are.


# %% nbgrader={"solution": "permute_hidden_units"}
def permute_hidden_units(w1, b1, w2, order):
    """Let the hidden units of a network change places.

    Args:
        w1: weights into the hidden layer, shape (n_in, units).
        b1: biases of the hidden layer, shape (units,).
        w2: weights to the outputs, shape (units, n_out).
        order: array of shape (units,); new unit j is old unit order[j].

    Returns:
        The new (w1, b1, w2), of the same shapes.
    """
    ### BEGIN SOLUTION
    return w1[:, order], b1[order], w2[order]
    ### END SOLUTION


# %% nbgrader={"check": "permute_hidden_units"}
check("lab02.permute_hidden_units")

# %% [markdown]
# Your function at work on the trained network, with its 14 hidden units in the reverse order.
# Expect the same probabilities, up to rounding.
# The last line counts in how many orders 14 units can stand.

# %%
import math

twin = make_dense()
twin.set_weights([*permute_hidden_units(w1, b1, w2, np.arange(14)[::-1]), b2])
p_twin = twin(x_test).numpy()
print(f"largest difference of a probability: {abs(p_order - p_twin).max():.1e}")
print(f"orders of 14 units: {math.factorial(14):,}")

# %% [markdown]
# The network has more than 87 billion twins with other weights and the same answers.
# That is what *it does not matter which neuron is trained to process which input* means: the labels on neurons and pixels are arbitrary, as long as the weights agree with them.
#
# ## Four networks: who notices the shuffle?
#
# Moving weights by hand is one thing, *learning* from shuffled images another.
# Train four networks: a dense and a convolutional one, each on images in order and on shuffled images.
# The comparison is fair only if both have about as many parameters, so the convolutional network gets 11,122.


# %%
def make_cnn():
    """Build a convolutional network with as many parameters as the dense one."""
    inputs = keras.Input(shape=(784,))
    x = layers.Reshape((28, 28, 1))(inputs)
    x = layers.Conv2D(filters=8, kernel_size=3, activation="relu")(x)
    x = layers.MaxPooling2D(pool_size=2)(x)
    x = layers.Conv2D(filters=16, kernel_size=3, activation="relu")(x)
    x = layers.MaxPooling2D(pool_size=2)(x)
    x = layers.Flatten()(x)
    x = layers.Dense(units=24, activation="relu")(x)
    return keras.Model(inputs, layers.Dense(units=10, activation="softmax")(x))


# %% [markdown]
# One of the four is trained already.
# The second dense network starts from the same numbers as the first, moved along with the pixels (by the matrix), so that nothing but the order of the pixels differs.
# A filter of a convolution has no weight of its own for each pixel, so both convolutional networks start from the same numbers as they are.

# %%
results = {"dense, in order": accuracy(dense, x_test)}
dense_shuffled = make_dense()
dense_shuffled.set_weights([SHUFFLE.T @ dense_start[0], *dense_start[1:]])
train(dense_shuffled, x_train_shuffled)
results["dense, shuffled"] = accuracy(dense_shuffled, x_test_shuffled)
for name, train_images, test_images in [
    ("CNN, in order", x_train, x_test),
    ("CNN, shuffled", x_train_shuffled, x_test_shuffled),
]:
    keras.utils.set_random_seed(1)
    cnn = make_cnn()
    train(cnn, train_images)
    results[name] = accuracy(cnn, test_images)
    if name == "CNN, in order":
        not_retrained = accuracy(cnn, x_test_shuffled)
print("parameters:", dense.count_params(), "and", cnn.count_params())
print(f"CNN trained in order, tested on shuffled images: {not_retrained:.3f}")

# %% [markdown]
# Before the plot, decide which of the four networks you expect to be the worst.
# Each dot is the share of test images that a network reads right.
# The line through it is a 95 % interval: with other test images of the same kind, the dot would move about so far.

# %%
MARKS = [("#0072B2", "o"), ("#56B4E9", "s"), ("#D55E00", "o"), ("#E69F00", "s")]
_, ax = plt.subplots(figsize=(8, 3), layout="constrained")
for (name, share), (colour, mark) in zip(results.items(), MARKS, strict=True):
    half = 1.96 * math.sqrt(share * (1 - share) / len(d.y_test))
    ax.errorbar(share, name, xerr=half, fmt=mark, color=colour, capsize=5, markersize=8)
    place = {"xytext": (0, 8), "textcoords": "offset points", "ha": "center"}
    ax.annotate(f"{share:.3f}", (share, name), **place)
ax.set(xlabel="share of test images read right", ylim=(3.5, -0.7))

# %% [markdown]
# *Picture in words:* four dots with intervals, one below the other; those of the dense network are at about the same place, the one of the CNN on images in order is furthest to the right, and the one of the CNN on shuffled images lies to the left of that.
# Where two intervals overlap a lot, the difference may be chance.
#
# How much does the shuffle cost, in points of a hundred?
# The *standard error* says how far a dot moves by chance, with other test images; the interval is 1.96 of them to each side.

# %%
dense_loss = 100 * (results["dense, in order"] - results["dense, shuffled"])
cnn_loss = 100 * (results["CNN, in order"] - results["CNN, shuffled"])
p = results["CNN, in order"]
error = 100 * math.sqrt(p * (1 - p) / len(d.y_test))
print(f"shuffling costs the dense network {dense_loss:.1f} points of a hundred")
print(f"shuffling costs the CNN {cnn_loss:.1f}; standard error of a dot {error:.1f}")

# %% [markdown]
# The dense network learns as well from shuffled images as from images in order.
# The CNN loses: its filters look at small neighbourhoods, and after the shuffle, the neighbours of a pixel have nothing to do with it.
# Its lead over the dense network came from the arrangement of the pixels, and without the arrangement it shrinks or turns round.
#
# How large the loss is depends on the digits.
# With MNIST it is several times the standard error; with scikit-learn's small digits, which are simpler and fewer, it is smaller and varies from one random start to the next.
# A CNN trained on images in order and *not* retrained reads few of the shuffled ones: its share is not far from the 0.1 of guessing.
#
# ## Exercise 6: Measure how neighbours differ (3 points)
#
# What exactly did the shuffle destroy?
# Write `neighbour_difference(images)`: the mean **absolute** difference between two pixels that stand side by side in the same row.
#
# - `images` has shape (n, height, width), with at least two columns.
# - Take the mean over all such pairs, of all rows and all images together, and return one number.
# - A row of `width` pixels has `width - 1` pairs.
# - Images of bytes (`uint8`) must work: 200 and 10 differ by 190, in either order.
#
# 2 points are for floats, 1 is for bytes.


# %% nbgrader={"solution": "neighbour_difference"}
def neighbour_difference(images):
    """Measure how much neighbours in a row differ.

    Args:
        images: array of shape (n, height, width), floats or bytes.

    Returns:
        The mean absolute difference, a float.
    """
    ### BEGIN SOLUTION
    values = images.astype(float)
    left, right = values[:, :, :-1], values[:, :, 1:]
    return np.mean(np.abs(right - left))
    ### END SOLUTION


# %% nbgrader={"check": "neighbour_difference"}
check("lab02.neighbour_difference")

# %% [markdown]
# ## A cat as noise
#
# A photo with many shades shows it best: the red channel of scikit-image's cat, 300 by 451 pixels, as bytes.
# The shuffled cat has the same pixels in random places.
# A *histogram* counts how often each brightness occurs.
# Expect two very different pictures and one histogram.

# %%
from skimage import data

cat = data.chelsea()[:, :, 0]
noise = np.random.default_rng(2).permutation(cat.ravel()).reshape(cat.shape)
_, axes = plt.subplots(1, 3, figsize=(11, 3), layout="constrained")
photos = {"in order": cat, "shuffled": noise}
for ax, (name, photo) in zip(axes[:2], photos.items(), strict=True):
    ax.imshow(photo, cmap="gray", vmin=0, vmax=255)
    ax.set(title=name, xlabel="column (pixels)", ylabel="row (pixels)")
bins = np.arange(0, 257, 8)
axes[2].hist(cat.ravel(), bins, color="#56B4E9", label="in order")
axes[2].hist(
    noise.ravel(),
    bins,
    histtype="step",
    color="#D55E00",
    lw=2,
    ls="--",
    label="shuffled",
)
axes[2].set(title="histogram", xlabel="brightness (0 to 255)", ylabel="pixels")
_ = axes[2].legend()

# %% [markdown]
# *Picture in words:* on the left a cat's face, in the middle even grey noise, on the right a histogram in filled blue with a dashed orange outline that follows it exactly.
#
# The histogram cannot tell the cat from the noise.
# Your function can.

# %%
print(f"cat in order: {neighbour_difference(cat[None]):.1f}")
print(f"cat shuffled: {neighbour_difference(noise[None]):.1f}")

# %% [markdown]
# In the photo, a pixel's neighbour is almost like the pixel itself: they differ by 5.5 on average.
# After the shuffle it is about 35, as for any two pixels drawn from the photo.
# This is the *arrangement* that the lecture calls critically important: a convolution can use it, a dense layer is not told about it.
#
# ## Explain (2 points)
#
# A friend says: "A dense network is blind to the arrangement of pixels, so it cannot recognise shapes."
# In three or four sentences: what is right about this and what is wrong?
# Use two numbers of your own from this notebook.

# %% [markdown] nbgrader={"written": "explain", "points": 2}
# ### BEGIN SOLUTION
# Right: the network is not told which pixels are neighbours, so a fixed shuffle of all images costs it nothing; its accuracy in the plot is about the same in order and shuffled.
# Wrong: once trained, it depends very much on which pixel comes in at which place; when the test images alone are shuffled, it falls to about the level of guessing.
# It can learn a shape as a pattern of places, but it must learn each place anew, while a CNN is built to use neighbourhoods, and so loses accuracy when they are destroyed.
#
# **What counts:**
#
# - Right: nobody tells the network which pixels are neighbours, so one fixed shuffle of all images costs it nothing.
# - Wrong: what it has learned is bound to places; shuffle only the test images, and it guesses.
# - It uses two accuracies of your own notebook that show this, one for each half of the answer.
# ### END SOLUTION

# %% [markdown]
# Once you have written at least two sentences, save the notebook and run this cell: it shows what counts in an answer.

# %%
from grader import compare

compare("lab02.explain")

# %% [markdown]
# ## Recap
#
# This cell shows where you stand, and which checks did not pass.

# %%
from grader import progress

progress("lab02")

# %% [markdown]
# Compare your first two predictions with your numbers; the third was about 35.

# %%
print(f"prediction 1: {100 * results['dense, shuffled']:.0f} of 100, dense network")
print(f"prediction 2: {100 * results['CNN, shuffled']:.0f} of 100, CNN")

# %% [markdown]
# The lecture, with your numbers beside it:
#
# - *Shuffle pixels and weights, and the performance stays the same*: true, up to rounding, and also for the hidden units.
#   Shuffle the pixels and not the weights, and little is left beyond guessing.
# - *It does not matter which neuron is trained to process which input*: true of the dense network, which learned as well from shuffled images.
# - *To humans the image just looks like noise*: your guesses know.
# - For a CNN none of this holds: it expects neighbours to belong together, and in photos they do.
#
# ## On your own
#
# No points here, only questions:
#
# - Move whole rows of the images instead of single pixels, and train the CNN again.
#   Why does it lose less?
# - Shuffle only inside blocks of 2x2, 4x4, 7x7 and 14x14 pixels, and plot the CNN's accuracy against the size of the block.
# - Use another permutation for each image.
#   What can a dense network still learn, and from what?
# - Shuffle the training *labels* as well.
#   Which accuracy do you expect on the training images, and why?
#
# **Next:** lab 03 looks at the neighbourhoods, with a filter that slides.
