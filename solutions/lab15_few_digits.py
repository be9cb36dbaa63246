# %% [markdown]
# # Make do with a hundred labels
#
# **What you'll do.** Read other people's digits with very few labels: choose them well, copy them with care, hold the weights back, and build on a network that somebody else has trained.
#
# **What you'll learn.**
#
# - How to draw a small sample that has each class, and how to enlarge it without telling lies.
# - Where weight decay stands: beside the step or in the loss, and why that makes a difference.
# - What a trained network is worth when labels are few, in numbers with error bars.
# - How copies of one image leak from the training set into the test set, and how to stop that.
#
# **What you'll need.** Labs 10 and 11, and about 60 minutes, and 20 more for the two parts marked *optional*.
#
# **Beyond the lecture.** The lecture's networks learn from as many labels as they want.
# Most people do not have them: a label may cost a doctor's hour.
# What can you do with a hundred?

# %% [markdown]
# ## Predict first (1 point)
#
# The network of lab 11 has learned from MNIST's digits and reads 89.6 % of other people's.
# Replace the line below with `predictions = [..., ..., ...]`, three numbers of your own:
#
# 1. You label 20 of the other people's digits, two of each, and train a new last layer on the frozen rest of that network.
#    What percentage does it read then?
# 2. A small convolutional network starts from random weights, with 100 labels.
#    What percentage does it read?
# 3. You make six moved copies of each of 100 images, draw test images from all these copies, and train on the rest.
#    A reader answers with the label of the most similar training image.
#    By how many points does it look better on that test than on images nobody has touched?

# %% nbgrader={"solution": "predictions"}
### BEGIN SOLUTION
predictions = [80, 90, 2]
### END SOLUTION

# %% nbgrader={"check": "predictions"}
from grader import check, sliders

check("lab15.predictions")

# %% [markdown]
# ## Meet the target
#
# In this lab the digits to be read are always scikit-learn's, even where MNIST is at hand.
# The trained network has seen MNIST's labels, all of them.
# With MNIST as the target, "100 labels" would be untrue.
#
# `x_pool` is what you may label, and `x_test` stays closed for measuring.

# %%
import keras
import matplotlib.pyplot as plt
import numpy as np

from grader import digits, pretrained

plt.style.use("grader.labs")

data = digits.load("embedded")


def prepared(images):
    """Scale grey images to 0 to 1 and give them a channel axis."""
    return images[..., np.newaxis].astype("float32") / 255


x_pool, y_pool = prepared(data.x_train), data.y_train.astype("int64")
x_test, y_test = prepared(data.x_test), data.y_test.astype("int64")
model = pretrained.small_cnn()


def accuracy(network, x, y):
    """Return the share of images whose largest score is that of their label."""
    return np.mean(np.argmax(network(x), axis=1) == y)


as_it_is = accuracy(model, x_test, y_test)
print(f"The network as it is reads {as_it_is:.1%} of the {len(y_test)} test digits.")

# %% [markdown]
# Remember this number: whatever you do with labels has to beat it, for it costs none.
# With 355 test digits it is known to about 3 points to either side (two standard errors), so do not read more into a difference of one.
#
# ## A worked example: twenty labels, drawn carelessly
#
# You can afford 20 labels, and draw 20 images from the pool.
# How many of each digit will there be?

# %%
rng = np.random.default_rng(15)
for _ in range(3):
    drawn = rng.choice(len(y_pool), 20, replace=False)
    print("of the digits 0 to 9:", np.bincount(y_pool[drawn], minlength=10))

lacking = [
    len(np.unique(y_pool[rng.choice(len(y_pool), 20, replace=False)])) < 10
    for _ in range(2000)
]
print(f"In {np.mean(lacking):.0%} of 2,000 draws at least one digit is missing.")

# %% [markdown]
# A digit without a label cannot be learned, and most draws of 20 lack one.
#
# ## Exercise 1: Draw a few of each class (2 points)
#
# Write `few_per_class(x, y, per_class, seed)` for images `x` and their labels `y`.
# It returns two arrays, `x_few, y_few`: the images of a sample, and their labels.
#
# - **Each class** that occurs in `y` has exactly `per_class` images in the sample; it has at least as many in `y`.
#   The labels may be any whole numbers: there may be three classes, 3, 7 and 42.
# - **No image comes twice**, and each has its own label.
# - **Drawn** inside each class, with `np.random.default_rng(seed)` or another generator that you seed.
#   The same seed gives the same sample, another seed another one.
#   The order in the sample is free.
#
# Do not use scikit-learn in this function.


# %% nbgrader={"solution": "few_per_class"}
def few_per_class(x, y, per_class, seed):
    """Draw a sample that has each class equally often.

    Args:
        x: images, array (n, ...).
        y: labels, integer array (n,).
        per_class: how many images of each class are drawn.
        seed: seeds the draw.

    Returns:
        x_few, y_few: per_class images of each class, and their labels.
    """
    ### BEGIN SOLUTION
    rng = np.random.default_rng(seed)
    places = [
        rng.choice(np.flatnonzero(y == label), per_class, replace=False)
        for label in np.unique(y)
    ]
    chosen = np.concatenate(places)
    return x[chosen], y[chosen]
    ### END SOLUTION


# %% nbgrader={"check": "few_per_class"}
check("lab15.few_per_class")

# %% [markdown]
# From here on scikit-learn draws, so that the cells work whatever stands in your function.
# Look at two labels per class: expect each digit twice.

# %%
from sklearn.model_selection import train_test_split


def few(number, seed):
    """Draw images with each class in its share, and give them and their labels."""
    x, _, y, _ = train_test_split(
        x_pool, y_pool, train_size=number, stratify=y_pool, random_state=seed
    )
    order = np.argsort(y, kind="stable")
    return x[order], y[order]


x_20, y_20 = few(20, seed=0)
figure, axes = plt.subplots(2, 10, figsize=(8, 1.9), layout="constrained")
for axis, image, label in zip(axes.T.flat, x_20, y_20, strict=True):
    axis.imshow(image[..., 0], cmap="gray_r")
    axis.set(xticks=[], yticks=[])
    axis.set_title(label, fontsize=11)

# %% [markdown]
# *Picture in words:* ten columns, one for each digit from 0 to 9, with two handwritten examples below each other; a little blurred, because they come from images of 8x8 pixels.
#
# That is all that some of the networks below will ever see of these people's hands.
#
# ## Which changes keep the label?
#
# A moved digit is still the same digit, and costs no label.
# What about a turned one, or one in a mirror?
# Ask a witness: the trained network.
# Take the pool digits that it reads rightly, change them, and let it read them again.

# %%
from scipy import ndimage

changes = {
    "moved by 2 pixels": lambda x: ndimage.shift(x, (0, 2, 0, 0), order=0),
    "turned by 10 degrees": lambda x: ndimage.rotate(
        x, 10, axes=(2, 1), reshape=False, order=1
    ),
    "turned by 90 degrees": lambda x: np.rot90(x, axes=(1, 2)),
    "turned by 180 degrees": lambda x: np.rot90(x, 2, axes=(1, 2)),
    "left and right mirrored": lambda x: x[:, :, ::-1],
    "above and below mirrored": lambda x: x[:, ::-1],
    "black and white exchanged": lambda x: 1 - x,
}
answers = model.predict(x_pool, batch_size=500, verbose=0).argmax(axis=1)
x_read, y_read = x_pool[answers == y_pool], y_pool[answers == y_pool]
read_as = {
    name: model.predict(change(x_read), batch_size=500, verbose=0).argmax(axis=1)
    for name, change in changes.items()
}

# %% [markdown]
# Draw for each change and each digit which share is still read as that digit.
# Which digits do you expect to survive half a turn?

# %%
kept = np.array(
    [
        [np.mean(read[y_read == digit] == digit) for digit in range(10)]
        for read in read_as.values()
    ]
)
figure, axis = plt.subplots(figsize=(8, 3.6), layout="constrained")
axis.imshow(kept, cmap="Blues", vmin=0, vmax=1)
for (row, digit), share in np.ndenumerate(kept):
    colour = "white" if share > 0.5 else "black"
    axis.text(digit, row, f"{100 * share:.0f}", ha="center", va="center", color=colour)
axis.set(xticks=range(10), xlabel="digit", title="still read as what it was (%)")
_ = axis.set_yticks(range(len(changes)), changes)

# %% [markdown]
# *Picture in words:* a table of seven changes and ten digits; the rows of the small move and the small turn are dark throughout, the others pale but for the 0 and the 8 in most rows and single squares, such as the 2 and the 5 after half a turn.
#
# Where a digit is not read as what it was, what is it read as?

# %%
for name, digit in (
    ("turned by 180 degrees", 6),
    ("turned by 180 degrees", 9),
    ("black and white exchanged", 3),
):
    counts = np.bincount(read_as[name][y_read == digit], minlength=10)
    share = counts.max() / counts.sum()
    print(f"a {digit}, {name}: in {share:.0%} read as {counts.argmax()}")

# %% [markdown]
# A 6 after half a turn is no 6 that is hard to read: it **is** a 9, and whoever adds such copies with the label 6 teaches a lie.
# Somewhere on the way it stops being the one and becomes the other.
# Turn one with the slider: up to which angle would *you* still write the label 6?

# %%
six = x_read[y_read == 6][0]


def show_turned(degrees=60):
    """Draw a 6 that is turned, and how likely the network finds each digit."""
    turned = ndimage.rotate(six, degrees, reshape=False, order=1)
    scores = model.predict(turned[np.newaxis], verbose=0)[0]
    shares = keras.ops.convert_to_numpy(keras.ops.softmax(scores))
    _, axes = plt.subplots(1, 2, figsize=(6, 2.4), layout="constrained")
    axes[0].imshow(turned[..., 0], cmap="gray_r")
    axes[0].set(title=f"turned by {degrees} degrees", xticks=[], yticks=[])
    axes[1].bar(range(10), shares, color="#0072B2")
    axes[1].set(xticks=range(10), xlabel="digit", ylabel="probability", ylim=(0, 1))
    plt.show()


sliders(show_turned, degrees=(0, 180))

# %% [markdown]
# *Picture in words:* on the left a handwritten 6 that is turned, on the right ten bars, one for each digit; the bar of the 6 is the only one at 0 degrees, others take over on the way, and at 180 degrees that of the 9.
#
# The other pale squares of the table mean something else.
# A mirrored 2 is no digit at all, and a 3 in light ink on dark paper, as our plots show it, is still a 3: it is the *network* that has never seen one.
# It takes whatever has dark paper for a 0, so the 100 below the 0 is no success either.
# So a witness can warn you, and the decision is yours: would a person give this picture the same label?
#
# ## Exercise 2: Make moved copies (4 points)
#
# Write `moved_copies(images, labels, shifts)`: of each image one copy for each row of `shifts`.
#
# A row holds two whole numbers, (down, right): by so many pixels the copy is moved.
# A negative number moves it up, or to the left.
# What leaves the frame is lost, and what comes in is background, 0.
# A shift may be 0, and it may be larger than the image, of which nothing is left then.
#
# Return three arrays:
#
# 1. the copies, as one batch: first all copies of image 0, in the order of `shifts`, then all of image 1, and so on;
# 2. the label of each copy;
# 3. its **source**: the place in `images` of the image that it was made from. Exercise 5 will show what that is good for.
#
# The images given stay as they are.
# SciPy, scikit-image, TensorFlow and Keras have functions for this; write your own.


# %% nbgrader={"solution": "moved_copies"}
def moved_copies(images, labels, shifts):
    """Copy each image once for each shift, moved by it.

    Args:
        images: array (n, H, W, C); not changed.
        labels: integer array (n,).
        shifts: integer array (k, 2), rows (down, right).

    Returns:
        The copies (n * k, H, W, C), their labels (n * k,) and their sources (n * k,).
    """
    ### BEGIN SOLUTION
    _, height, width, _ = images.shape
    copies = np.zeros((len(images), len(shifts), *images.shape[1:]), images.dtype)
    for copy, (down, right) in enumerate(shifts):
        rows = np.arange(max(down, 0), min(height + down, height))
        columns = np.arange(max(right, 0), min(width + right, width))
        moved = images[:, rows - down][:, :, columns - right]
        copies[:, copy, rows[:, np.newaxis], columns] = moved
    sources = np.arange(len(images)).repeat(len(shifts))
    return copies.reshape(-1, *images.shape[1:]), labels[sources], sources
    ### END SOLUTION


# %% nbgrader={"check": "moved_copies"}
check("lab15.moved_copies")

# %% [markdown]
# Watch your function on one digit, with a move that brings it to the edge.
# Expect strokes that are cut off at the edge, and none that come in on the other side.

# %%
shown_shifts = np.array([[0, 0], [2, 2], [-8, 0], [0, 9], [9, -9]])
copies, _, _ = moved_copies(x_20[12:13], y_20[12:13], shown_shifts)
figure, axes = plt.subplots(1, 5, figsize=(8, 2), layout="constrained")
for axis, image, (down, right) in zip(axes, copies, shown_shifts, strict=True):
    axis.imshow(image[..., 0], cmap="gray_r", vmin=0, vmax=1)
    axis.set(xticks=[], yticks=[], title=f"({down}, {right})")

# %% [markdown]
# *Picture in words:* five frames with the same handwritten 6: in the middle, a little down and right, cut off at the top, cut off at the right, and cut off in the corner at the lower left.
#
# ## What moved copies buy
#
# Train a network from random weights with 100 labels: once on the images as they are, once on copies that Keras moves by up to 2 pixels.
# Both take 200 steps with 16 images each.
# Measure both on the test digits as they are, and on test digits that are moved.
# Three times with other images, because one time proves nothing.

# %%
from grader.training import live

move = keras.layers.RandomTranslation(0.08, 0.08, fill_mode="constant")
watch = live("network")
layers = keras.layers


def from_nothing():
    """Build a small network with random weights."""
    return keras.Sequential(
        [
            keras.Input(shape=(28, 28, 1)),
            layers.Conv2D(filters=16, kernel_size=5, activation="relu"),
            layers.MaxPooling2D(pool_size=2),
            layers.Conv2D(filters=32, kernel_size=3, activation="relu"),
            layers.MaxPooling2D(pool_size=2),
            layers.Flatten(),
            layers.Dense(units=10),
        ]
    )


# %%
def learned(network, x, y, learning_rate=0.003, change=None):
    """Train a network for 200 steps of 16 images, each used as often as that takes."""
    network.compile(
        keras.optimizers.Adam(learning_rate),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        steps_per_execution=20,  # Python waits for 20 steps at once, which is quicker
    )
    places = np.arange(200 * 16) % len(x)  # one after another, over and over
    shown = change(x[places]) if change else x[places]
    network.fit(shown, y[places], batch_size=16, verbose=0, callbacks=[watch])
    return network


def moved_at_random(x):
    """Move each image by up to 2 pixels, another way each time."""
    return keras.ops.convert_to_numpy(move(x, training=True))


# %%
keras.utils.set_random_seed(15)
x_moved = moved_at_random(x_test)
gains = {"as they are": [], "moved copies": []}
for seed in range(3):
    x, y = few(100, seed)
    for name, change in (("as they are", None), ("moved copies", moved_at_random)):
        keras.utils.set_random_seed(seed)
        network = learned(from_nothing(), x, y, change=change)
        gains[name].append([accuracy(network, t, y_test) for t in (x_test, x_moved)])
for name, rows in gains.items():
    plain, shaken = np.mean(rows, axis=0)
    print(
        f"trained on {name:12s}: test digits {plain:.1%}, moved test digits {shaken:.1%}"
    )

# %% [markdown]
# The gain is large where the test digits are moved as the copies were, and small or none where they stand in the middle of their frames, as all the embedded digits do.
# A copy adds no new hand; it teaches the network what to ignore.
#
# ## Hold the weights back
#
# With few labels a network can fit them in many ways, and most of these use large weights.
# *Weight decay* prefers small ones.
# It has two forms, which are often taken for one.
#
# **In the loss** (L2). A penalty is added to the loss, a half of `decay` times the sum of the squared weights:
#
#     penalty = decay / 2 * sum of w²        its slope by one weight: decay * w
#
# **Beside the step** (decoupled, as in AdamW). The loss stays as it is, and after the step each weight loses the share `learning_rate * decay` of what it was before the step.
#
# ## A worked example: the penalty of a network
#
# Add up the squares of the kernels of the trained network.
# Biases are left out, as nearly everybody does: a bias makes no unit more sensitive to its input.
# Keras's `L2(l2)` has no half, so its `l2` is half a `decay`.

# %%
kernels = [w for w in model.get_weights() if w.ndim > 1]
penalty = 0.01 / 2 * sum(np.sum(w**2) for w in kernels)
from_keras = sum(float(keras.regularizers.L2(0.005)(w)) for w in kernels)
print(f"{len(kernels)} kernels; penalty for decay = 0.01: {penalty:.3f}")
print(f"Keras, L2(0.005): {from_keras:.3f}")

# %% [markdown]
# For plain gradient descent both forms are the same step.
# For Adam they are not, because Adam divides each slope by its usual size.
# A penalty in the loss is divided too, so that a weight with steep slopes hardly decays.
#
# The purest case is Adam's **first** step: all that is left of a slope is its sign.
#
# ## Exercise 3: Take one step with weight decay (3 points)
#
# Write `decay_step(weights, gradients, learning_rate, decay, decoupled=True)` for lists of arrays, as `model.get_weights()` gives them, with one gradient for each weight.
# It returns a list of the new arrays, of which each weight is
#
# - with `decoupled=True`: the weight before, minus `learning_rate` times the **sign** of its gradient, minus `learning_rate * decay` times the weight before;
# - with `decoupled=False`: the weight before, minus `learning_rate` times the sign of (its gradient + `decay` times the weight before).
#
# The sign of 0 is 0.
# Arrays with a single axis are biases: they take the same step without any decay, in both forms.
# All others are kernels, with two axes or with four.
#
# Weights may be whole numbers, and the new ones have decimals.
# The arrays given stay as they are.
# `decoupled=True` is worth 2 points, `decoupled=False` 1.


# %% nbgrader={"solution": "decay_step"}
def decay_step(weights, gradients, learning_rate, decay, decoupled=True):
    """Take one step against the signs of the gradients, with weight decay.

    Args:
        weights: list of arrays, kernels and biases; not changed.
        gradients: list of arrays of the same shapes; not changed.
        learning_rate: how far a weight moves.
        decay: how strongly kernels are pulled to 0.
        decoupled: whether the decay stands beside the step, and not in the loss.

    Returns:
        List of the new arrays.
    """
    ### BEGIN SOLUTION
    new = []
    for weight, gradient in zip(weights, gradients, strict=True):
        pull = decay * weight if weight.ndim > 1 else 0 * weight
        in_loss = gradient if decoupled else gradient + pull
        beside = pull if decoupled else 0
        new.append(weight - learning_rate * (np.sign(in_loss) + beside))
    return new
    ### END SOLUTION


# %% nbgrader={"check": "decay_step"}
check("lab15.decay_step")

# %% [markdown]
# Keras's `AdamW` is the form beside the step, and biases have to be taken out by name.
# Let it take its first step, beside yours.
# Expect the same numbers, but for rounding.

# %%
start = [rng.normal(size=(3, 4)), rng.normal(size=4)]
slopes = [rng.normal(size=(3, 4)), rng.normal(size=4)]
kernel = keras.Variable(start[0], name="kernel")
bias = keras.Variable(start[1], name="bias")
adamw = keras.optimizers.AdamW(learning_rate=0.1, weight_decay=0.5)
adamw.exclude_from_weight_decay(var_names=["bias"])
adamw.apply(slopes, [kernel, bias])
yours = decay_step(start, slopes, learning_rate=0.1, decay=0.5)
for name, theirs, own in zip(("kernel", "bias"), (kernel, bias), yours, strict=True):
    print(f"{name}: largest difference {np.abs(theirs.numpy() - own).max():.0e}")

# %% [markdown]
# Does it help?
# scikit-learn's `LogisticRegression` is a network of one layer with the penalty in the loss; its `C` is one over the decay.
# Its loss is a *sum* over the images where Keras takes the mean, so a decay of 1 on 100 images is one of 0.01 in the exercise above.
# Let it learn from the bare pixels of 100 images, three times with other images, and vary the decay.
# Every second pixel is enough, and quicker.

# %%
from sklearn.linear_model import LogisticRegression


def linear(x, y, decay):
    """Train one layer on rows of numbers, with the penalty in the loss."""
    return LogisticRegression(C=1 / decay, solver="newton-cg").fit(x, y)


def pixels(images):
    """Return every second pixel of each image, down and across, in a row."""
    return images[:, ::2, ::2].reshape(len(images), -1)


for decay in (0.01, 0.1, 1, 10, 100, 1000):
    measured = []
    for seed in range(3):
        x, y = few(100, seed)
        reader = linear(pixels(x), y, decay)
        length = np.sqrt(np.sum(reader.coef_**2))
        measured.append([length, reader.score(pixels(x_test), y_test)])
    length, right = np.mean(measured, axis=0)
    print(f"decay {decay:7g}: length of the weights {length:6.2f}, right {right:.1%}")

# %% [markdown]
# The weights get shorter all the way, and at first the accuracy hardly cares, while the decay grows a hundredfold.
# It falls when the penalty outweighs the labels, and yet weights near zero still read most digits: only which score is the largest counts, not how large it is.
# So here weight decay costs little and gains nothing: it is no substitute for labels.
#
# ## Build on what others have trained
#
# Now the strongest means.
# All layers but the last turn an image into 24 numbers, *features*; the last layer reads a digit from them.
# Features may be good for other digits than those they were learned from.
#
# - Leave out the last layer, and put a new one in its place, the new *head*.
# - *Freeze* the others, so that a few labels cannot spoil them.
# - Later, perhaps, let the last layers that were frozen learn a little too: *fine-tuning*.
#
# ## Exercise 4: Put a new head on a trained network (4 points)
#
# Write `transfer(base, num_classes, tuned=(), learning_rate=0.001)`.
# `base` is a Keras model like `small_cnn()`: its layers form a chain, and its last layer is a dense one that gives scores.
# Return a new model:
#
# 1. It has all layers of `base` but the last, with their trained weights.
# 2. Behind them stands one new dense layer with `num_classes` units and **no activation**; it always learns.
# 3. Of the layers of `base` only those learn whose names are in `tuned`; the others are frozen.
#    The layers of `base` may come frozen or not: set each as it should be.
# 4. It is compiled, with Adam at this learning rate, and with the cross-entropy, as a mean over the batch, for scores without softmax and labels that are plain integers.
#
# The layers may be shared with `base`, which need not stay as it is.
# `get_layer`, `layers`, `input` and `output` of a Keras model are what you know from lab 11; a layer has an `output` too.
#
# 3 points are for an empty `tuned`, 1 is for names in it.


# %% nbgrader={"solution": "transfer"}
def transfer(base, num_classes, tuned=(), learning_rate=0.001):
    """Put a new last layer on a trained network, most of which is frozen.

    Args:
        base: a Keras model whose layers form a chain that ends in a dense layer.
        num_classes: units of the new last layer.
        tuned: names of the layers of base that learn as well.
        learning_rate: of Adam.

    Returns:
        A compiled Keras model that gives scores (n, num_classes).
    """
    ### BEGIN SOLUTION
    for layer in base.layers:
        layer.trainable = layer.name in tuned
    scores = keras.layers.Dense(units=num_classes)(base.layers[-2].output)
    model = keras.Model(base.input, scores)
    model.compile(
        optimizer=keras.optimizers.Adam(learning_rate=learning_rate),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    return model
    ### END SOLUTION


# %% nbgrader={"check": "transfer"}
check("lab15.transfer")

# %% [markdown]
# Count what learns in your networks.
# Work out on paper what you expect: a head reads 24 features, and `conv3` has 24 filters of 5x5 over 20 channels.

# %%
for opened in [(), ("conv3",), ("conv2", "conv3")]:
    built = transfer(pretrained.small_cnn(), 10, opened)
    learning, frozen = (
        sum(int(np.prod(w.shape)) for w in weights)
        for weights in (built.trainable_weights, built.non_trainable_weights)
    )
    print(
        f"{' and '.join(('head', *opened)):24s} {learning:6,} learn, {frozen:6,} do not"
    )

# %% [markdown]
# 250 weights for 20 labels, where this network from random weights would have 21,094 to find.
#
# > **Note.** Keras looks at `trainable` when the first `fit` after `compile` begins.
# > Freeze or open a layer after that, and nothing changes and nothing is said, until you compile again.
#
# Frozen layers give the same features for an image in every epoch.
# So compute them **once** and train the head on them alone: a head is one layer, which `linear` trains in a moment.

# %%
features = keras.Model(model.input, model.get_layer("average").output)
pool_features, test_features = (np.asarray(features(x)) for x in (x_pool, x_test))


def few_places(number, seed):
    """Draw places in the pool, with each class in its share."""
    return train_test_split(
        np.arange(len(y_pool)), train_size=number, stratify=y_pool, random_state=seed
    )[0]


# %% [markdown]
# Now 20, 50, 100 and 500 labels, five times each with other images.

# %%
new_head = {}
for number in (20, 50, 100, 500):
    new_head[number] = []
    for seed in range(5):
        places = few_places(number, seed)
        head = linear(pool_features[places], y_pool[places], decay=1)
        new_head[number].append(head.score(test_features, y_test))
    rights = new_head[number]
    print(f"{number:3d} labels, new head: {np.mean(rights):.1%} ", end="")
    print(f"(from {min(rights):.1%} to {max(rights):.1%})")

# %% [markdown]
# On average a head from two labels of each digit does at least as well as the network as it is, though that has seen 60,000 labels of other people.
# Which twenty they are matters: look at the worst draw and the best.
#
# ## Tune the last block
#
# Now `conv3` learns as well, the last convolution.
# Its frozen input can be computed once, too.
# There are two heads to begin with: the new one, which has just been trained, or the **old** one.
# The old one may stay here only because the classes are the same ten digits; for ten kinds of leaves it would know nothing.
#
# The learning rate is small, because what is there is good already.

# %%
maps = keras.Model(model.input, model.get_layer("pool2").output)
pool_maps, test_maps = (np.asarray(maps(x)) for x in (x_pool, x_test))
conv3_weights = model.get_layer("conv3").get_weights()
old_head = model.get_layer("scores").get_weights()


def tuned(places, head):
    """Let conv3 and a head learn on, from the pool images at these places."""
    block = keras.Sequential(
        [
            keras.Input(shape=(7, 7, 20)),
            layers.Conv2D(24, kernel_size=5, padding="same", activation="relu"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(units=10),
        ]
    )
    block.set_weights([*conv3_weights, *head])
    return learned(block, pool_maps[places], y_pool[places], learning_rate=0.001)


# %% [markdown]
# Three draws each for the old head, and for networks from nothing (those with 100 labels have been trained above).
# Then the new head with 20 and with 100 labels, to see whether tuning adds to it.

# %%
tuned_old = {number: [] for number in (20, 100, 500)}
from_scratch = {100: np.array(gains["as they are"])[:, 0]}
for number, rights in tuned_old.items():
    for seed in range(3):
        places = few_places(number, seed)
        keras.utils.set_random_seed(seed)
        rights.append(accuracy(tuned(places, old_head), test_maps, y_test))
    print(f"{number:3d} labels, old head, conv3 tuned: {np.mean(rights):.1%}")
for number in (20, 500):
    from_scratch[number] = []
    for seed in range(3):
        keras.utils.set_random_seed(seed)
        network = learned(from_nothing(), *few(number, seed))
        from_scratch[number].append(accuracy(network, x_test, y_test))
for number, rights in sorted(from_scratch.items()):
    print(f"{number:3d} labels, network from nothing: {np.mean(rights):.1%}")

# %%
for number in (20, 100):
    before, after = [], []
    for seed in range(3):
        places = few_places(number, seed)
        head = linear(pool_features[places], y_pool[places], decay=1)
        before.append(head.score(test_features, y_test))
        keras.utils.set_random_seed(seed)
        block = tuned(places, [head.coef_.T, head.intercept_])
        after.append(accuracy(block, test_maps, y_test))
    print(f"{number:3d} labels, new head: {np.mean(before):.1%}; ", end="")
    print(f"conv3 tuned too: {np.mean(after):.1%}")

# %% [markdown]
# Tuning hardly changes what a new head reaches: the features were good as they were.
#
# ## How many labels close the gap?
#
# Draw all of it: how much is right after how many labels.
# Each point is the mean of the same three draws, and a bar reaches as far as they differ (one standard deviation).

# %%
looks = (
    ("old head, conv3 tuned", tuned_old, "s-", "#D55E00"),
    ("new head on frozen layers", new_head, "o-", "#0072B2"),
    ("network from nothing", from_scratch, "^--", "#E69F00"),
)
figure, axis = plt.subplots(figsize=(8, 4), layout="constrained")
for name, rights, look, colour in looks:
    labelled = sorted(rights)
    rows = 100 * np.array([rights[number][:3] for number in labelled])
    settings = {"color": colour, "capsize": 4, "label": name}
    axis.errorbar(labelled, rows.mean(axis=1), rows.std(axis=1), fmt=look, **settings)
axis.axhline(100 * as_it_is, color="0.5", lw=1)
axis.text(500, 100 * as_it_is + 0.4, "as it is, without a label", ha="right")
axis.set(xscale="log", xlabel="labels", ylabel="test digits read rightly (%)")
axis.set_xticks(list(new_head), list(new_head))
axis.minorticks_off()
axis.grid(alpha=0.3)
_ = axis.legend(loc="lower right")

# %% [markdown]
# *Picture in words:* three curves that rise over 20, 50, 100 and 500 labels, and a level line near 90 %; the tuned old head and the new head are above the line from 20 labels on, and run together from 100 on; the network from nothing starts far below the line, crosses it before 100 labels, and comes close to the others at 500.
#
# The trained network has brought most of what it takes to read a digit.
# What was missing was a look at *these* people's hands, and a few labels give it.
#
# - With **20** labels it matters most what you begin with: the old head, which knows the digits, comes out ahead of a new one, tuned or not.
# - With **500** labels the curves come together, and the old head is no longer ahead: who has labels needs less help.
#
# ### And MNIST itself? (optional)
#
# If you have it, the next cell puts a new head on the frozen layers with 100 of *its* labels.

# %%
mnist = digits.load(limit=2000)
if mnist.source == "mnist":
    x_mnist, y_mnist = prepared(mnist.x_train), mnist.y_train.astype("int64")
    learn, test = (np.asarray(features(x)) for x in (x_mnist, prepared(mnist.x_test)))
    rights = []
    for seed in range(5):
        places, _ = train_test_split(
            np.arange(2000), train_size=100, stratify=y_mnist, random_state=seed
        )
        head = linear(learn[places], y_mnist[places], decay=1)
        rights.append(head.score(test, mnist.y_test))
    print(f"100 labels of MNIST: {np.mean(rights):.1%} of its test digits are right.")

# %% [markdown]
# On MNIST 100 labels give nearly the full accuracy, and as a measure of few labels this number is worth nothing.
# The frozen layers were trained with the labels of these very images: a *leak*.
# "Few labels" means that nobody has used the others, at any step.
#
# ## Find the leak
#
# Another leak is easier to miss, and you can make it with your own `moved_copies`.
# Somebody has 100 labelled images, makes six copies of each, and **then** draws test images from the 600 copies.
# For nearly every test image, the training set then holds several other copies of the same original.
#
# ## Exercise 5: Split by source (3 points)
#
# Write `split_by_source(x, y, sources, test_fraction, seed)`.
# `sources` (n,) says for each image which original it was made from.
# Return four arrays in this order: `x_train, y_train, x_test, y_test`.
#
# - All images of one source are in the same part, and each image is in exactly one part, with its own label.
# - The share `test_fraction` of the **sources** is for testing, whatever number of images they have; in the check this is a whole number of sources.
# - Which sources these are is **drawn**, with `np.random.default_rng(seed)` or another generator that you seed.
#   The same seed gives the same split, another seed another one.
#   The order inside a part is free.
# - Sources may be any whole numbers, in any order, with unequal many images.
#
# Do not use scikit-learn in this function.


# %% nbgrader={"solution": "split_by_source"}
def split_by_source(x, y, sources, test_fraction, seed):
    """Split images and labels so that no source is in both parts.

    Args:
        x: images, array (n, ...).
        y: labels, integer array (n,).
        sources: the original of each image, integer array (n,).
        test_fraction: the share of the sources that is for testing.
        seed: seeds the draw.

    Returns:
        x_train, y_train, x_test, y_test.
    """
    ### BEGIN SOLUTION
    names = np.unique(sources)
    count = round(test_fraction * len(names))
    for_testing = np.random.default_rng(seed).permutation(names)[:count]
    test = np.isin(sources, for_testing)
    return x[~test], y[~test], x[test], y[test]
    ### END SOLUTION


# %% nbgrader={"check": "split_by_source"}
check("lab15.split_by_source")

# %% [markdown]
# ## Measure the leak
#
# Make the mistake on purpose, and measure it.
# The reader is the plainest one, which learns by heart: it answers with the label of the most similar training image.
# scikit-learn splits, in both ways: first every copy counts as a source of its own, then the originals count.
# The truth is measured on copies of pool images that nobody has touched.

# %%
from sklearn.model_selection import GroupShuffleSplit
from sklearn.neighbors import KNeighborsClassifier


def copied(places):
    """Make six moved copies of pool images; give their pixels, labels and sources."""
    steps = [(0, 0), (1, 0), (-1, 0), (0, 1), (0, -1), (1, 1)]
    copies = [ndimage.shift(x_pool[places], (0, *s, 0), order=0) for s in steps]
    sources = np.tile(np.arange(len(places)), len(steps))
    return np.concatenate(copies).reshape(-1, 784), y_pool[places][sources], sources


# %%
measured = {"image by image": [], "by source": []}
for seed in range(10):
    places = few_places(100, seed)
    x, y, sources = copied(places)
    fresh_x, fresh_y, _ = copied(np.setdiff1d(np.arange(len(y_pool)), places)[::7])
    own = {"image by image": np.arange(len(x)), "by source": sources}
    for name, groups in own.items():
        splitter = GroupShuffleSplit(n_splits=1, test_size=0.3, random_state=seed)
        train, test = next(splitter.split(x, y, groups))
        reader = KNeighborsClassifier(n_neighbors=1).fit(x[train], y[train])
        scores = reader.score(x[test], y[test]), reader.score(fresh_x, fresh_y)
        measured[name].append(scores)
for name, scores in measured.items():
    test, truth = np.mean(scores, axis=0)
    print(f"split {name:14s}: measured {test:.1%}, in truth {truth:.1%}, ", end="")
    print(f"{100 * (test - truth):+.1f} points")

# %% [markdown]
# Split image by image, the reader finds the copy next door and seems to be nearly perfect.
# Split by source, it no longer does.
# (The two readers learned from different copies, so the truth differs a little as well.)
# That measure has faults of its own: 30 originals are few, so a single draw misses the truth by several points, and it tends to be too strict, because a digit with many originals for testing has few to learn from.
# But it does not promise what the reader cannot keep.
#
# ### Do statistics of the test set leak as well? (optional)
#
# They do: the mean and the spread of *all* images are knowledge that you have only after the test images came in.
# Measure how much it is here.

# %%
from sklearn.preprocessing import StandardScaler

gaps = []
for seed in range(10):
    places = few_places(20, seed)
    x, y = x_pool[places].reshape(20, -1), y_pool[places]
    test = x_test.reshape(len(x_test), -1)
    others = np.delete(x_pool, places, axis=0)[: len(test)].reshape(len(test), -1)
    scores = []
    for seen in (x, np.concatenate([x, others]), np.concatenate([x, test])):
        scaler = StandardScaler().fit(seen)
        reader = KNeighborsClassifier(1).fit(scaler.transform(x), y)
        scores.append(reader.score(scaler.transform(test), y_test))
    gaps.append(scores)
clean, more, leaky = np.mean(gaps, axis=0)
print(f"scaled by 20 training images: {clean:.1%}; by the test images too: {leaky:.1%}")
print(f"scaled by as many other images in place of the test images: {more:.1%}")
print(f"The leak helps in {sum(b > a for a, _, b in gaps)} of 10 draws.")

# %% [markdown]
# No label of a test image was used, only its pixels, and the number is higher in most draws.
# As many other images do less: it is not only that there are more.
# How large such a leak is, nobody knows beforehand, so scale with the training images alone.
#
# ## Explain (2 points)
#
# A start-up reads photos of skin spots.
# It had 100 labelled photos, made 20 turned and moved copies of each, drew a fifth of all copies as a test set, and trained the last layers of a network from the internet.
# It reports 99 %, and that weight decay made this possible.
#
# In three to five sentences: why do you not believe the 99 %, how should the test set have been made, what else would you ask about the network from the internet, and what of the recipe was a good idea?

# %% [markdown] nbgrader={"written": "explain", "points": 2}
# ### BEGIN SOLUTION
# Nearly every test photo has copies of the same spot in the training set, so the 99 % measure what was learned by heart; in my own test that made several points.
# The photos have to be split first, by source, better still by patient, and only the training photos may be copied.
# I would ask which photos the network from the internet was trained on: if the test photos, or others of the same patients, were among them with their labels, that is a leak as well.
# It was a good idea to begin with a trained network and to train only its last layers, for with few labels that was worth more than anything else in my measurements, and copies are right as long as a turned spot keeps its label.
# That weight decay did it I would not believe without a run without it: here it hardly changed the accuracy.
#
# **What counts:**
#
# - Copies of one photo are in both parts, so the test rewards learning by heart.
# - Split by source (or patient) first, and copy only what is for training.
# - Ask what the trained network has seen: test photos or patients among its training data would be a leak.
# - Good: a trained network with few layers that learn, and copies that keep the label.
# ### END SOLUTION

# %% [markdown]
# Once you have written at least two sentences, save the notebook and run this cell: it shows what counts in an answer.

# %%
from grader import compare

compare("lab15.explain")

# %% [markdown]
# ## Recap
#
# This cell shows where you stand, and which checks did not pass.

# %%
from grader import progress

progress("lab15")

# %% [markdown]
# Here are your numbers, beside your predictions.

# %%
print("your predictions:", globals().get("predictions", "none"))
head_20, nothing_100 = np.mean(new_head[20]), np.mean(from_scratch[100])
too_good = np.subtract(*np.mean(measured["image by image"], axis=0))
print(f"1. a new head after 20 labels: {head_20:.1%} (as it is: {as_it_is:.1%})")
print(f"2. a network from nothing after 100 labels: {nothing_100:.1%}")
print(f"3. split image by image, the test is too good by {100 * too_good:.0f} points")

# %% [markdown]
# - **A trained network is worth most**: what it knows of digits in general needs no label of yours.
# - **Copies that keep the label** teach what to ignore, and they belong to one side of a split.
# - **Weight decay** has two forms, which differ for Adam; here the penalty replaced no label.
# - **The test set is for digits that nobody has touched**, in no form and at no step.
#
# ## On your own
#
# No points here:
#
# - **Which twenty?**
#   Choose the 20 labels where the trained network is least sure, and not by lot.
#   Is that better than a draw, and is it still a fair sample of each class?
# - **Forget the old digits.**
#   After `conv3` was tuned, how many of MNIST's digits does the network still read?
# - **All at once.**
#   Open the whole network with a learning rate of 0.01 and 20 labels.
#   What becomes of what it knew?
# - **Find a pattern in nothing.**
#   Give 100 images random labels, keep the 20 pixels that go best with these labels in *all* images, and only then split.
#   How well does a reader do on the test part?
#
# ## Further reading
#
# - Yosinski and others, *How transferable are features in deep neural networks?* (2014).
# - Loshchilov and Hutter, *Decoupled weight decay regularization* (2019), on AdamW.
# - Kapoor and Narayanan, *Leakage and the reproducibility crisis in machine-learning-based science* (2023).
