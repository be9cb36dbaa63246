# %% [markdown]
# # Teach a network to capture, and ask it about places that it has never seen
#
# **What you'll do.** Turn Go boards into planes, build a small network that proposes moves, train it beside a dense one and two that pool, and play against it.
#
# **What you'll learn.**
#
# - Which of four networks finds a capture where none was in training, and why.
# - What a board's eight symmetries are good for, before a training and after it.
# - Why a network that names a point does not pool its maps smaller.
#
# **What you'll need.** Labs 06, 08 and 10, and 60 minutes, and 15 more for the part marked *optional*.
#
# **Beyond the lecture.** It says that convolutional networks helped to beat the best humans at Go, and no more.
# Here you build the part that proposes moves, small enough to be trained in seconds.

# %% [markdown]
# ## Predict first (1 point)
#
# You will train networks of about the same size to find the one move that captures: a convolutional one, a dense one, and two with pooling.
# In training, that move is never in the lower right quarter of the board (16 of 81 points); in the test it is.
# Replace the line below with `predictions = [..., ..., ...]`, three numbers of your own:
#
# 1. Of the captures in that quarter, how many **percent** does the dense network find?
# 2. How many percent does the convolutional one find?
# 3. You turn and mirror each position, ask the **dense** network eight times, and average its answers.
#    How many percent does it find then?

# %% nbgrader={"solution": "predictions"}
### BEGIN SOLUTION
predictions = [30, 90, 40]
### END SOLUTION

# %% nbgrader={"check": "predictions"}
from grader import check

check("lab13.predictions")

# %% [markdown]
# ## The rules that matter here
#
# A board is an array of whole numbers: 0 for an empty point, 1 for a black stone, 2 for a white one.
# Stones of one colour that touch along the lines are a **group**.
# The empty points beside a group are its **liberties**, each counted once.
#
# The player whose turn it is puts a stone on an empty point.
# Then the *other* player's groups without liberties are taken off the board: they are **captured**.
# If the group of the new stone has no liberty even then, the move was **suicide**, and that is forbidden.
# (Go has one more rule, *ko*, about positions that come again. We leave it out.)
#
# `go.liberties` gives an array of the board's shape: at each stone the liberties of its whole group, and 0 at empty points; and `go.play` plays a move.
# A move is the number of a point in reading order, from 0: its row times the number of columns, plus its column.

# %%
import keras
import matplotlib.pyplot as plt
import numpy as np

from grader import go

plt.style.use("grader.labs")

small_board = np.array([[1, 1, 0, 0], [2, 2, 1, 0], [0, 2, 1, 0], [0, 0, 0, 0]])
print(small_board, "\n")
print(go.liberties(small_board))

# %% [markdown]
# The two black stones at the top are a group with one liberty, the point to their right.
# White's three stones are a group, too; it has two liberties.
# White can capture now, in row 0 and column 2; on this board of four columns that is point 2.

# %%
print(go.play(small_board, 2, player=2))

# %% [markdown]
# ## Exercise 1: Turn a board into planes (2 points)
#
# A network cannot do much with the numbers 0, 1 and 2: white is not twice as much as black.
# It gets **planes** of zeros and ones, each of which answers one question about every point.
#
# Write `board_planes(board, player)` for a board (rows, columns), which need not be square; `player` is 1 or 2, whoever is to play.
# It returns an array (rows, columns, 5) of `float32`, 1 where the answer is yes and 0 elsewhere:
#
# - plane 0: a stone of `player`;
# - plane 1: a stone of the other player;
# - plane 2: a stone, of either player, whose group has exactly 1 liberty;
# - plane 3: a stone, of either player, whose group has exactly 2 liberties;
# - plane 4: a stone, of either player, whose group has 3 liberties or more.
#
# Use `go.liberties(board)`, which is 0 on empty points.


# %% nbgrader={"solution": "board_planes"}
def board_planes(board, player):
    """Return what a network sees of a board.

    Args:
        board: whole numbers (rows, columns); not changed.
        player: whose turn it is, 1 or 2.

    Returns:
        Planes (rows, columns, 5) of zeros and ones, float32.
    """
    ### BEGIN SOLUTION
    free = go.liberties(board)
    planes = [board == player, board == 3 - player, free == 1, free == 2, free >= 3]
    return np.stack(planes, axis=-1).astype("float32")
    ### END SOLUTION


# %% nbgrader={"check": "board_planes"}
check("lab13.board_planes")

# %% [markdown]
# ## Exercise 2: Find the legal moves (3 points)
#
# A network gives every point a probability, also those that are taken.
# The rules have to cut them out.
#
# Write `legal_moves(board, player)`.
# It returns an array with the board's shape, True where `player` may play and False elsewhere.
# A move is legal if its point is empty and at least one of its neighbours (left, right, above, below, on the board) is
#
# - an empty point, which stays a liberty of the new stone,
# - or a stone of `player` whose group has 2 liberties or more, so that one is left,
# - or a stone of the other player whose group has exactly 1 liberty: it is captured and makes room.
#
# Every other empty point would be suicide.
# The board (rows, columns) need not be square, and stays unchanged.
# Trying moves out with `go.play` is not allowed here; `go.liberties` and `np.pad` are.


# %% nbgrader={"solution": "legal_moves"}
def legal_moves(board, player):
    """Return a mask of the legal moves.

    Args:
        board: whole numbers (rows, columns); not changed.
        player: whose turn it is, 1 or 2.

    Returns:
        True or False for each point, (rows, columns).
    """
    ### BEGIN SOLUTION
    free = go.liberties(board)
    joined = (board == player) & (free >= 2)
    captured = (board == 3 - player) & (free == 1)
    helps = np.pad((board == 0) | joined | captured, 1)  # outside helps nobody
    beside = helps[:-2, 1:-1] | helps[2:, 1:-1] | helps[1:-1, :-2] | helps[1:-1, 2:]
    return (board == 0) & beside
    ### END SOLUTION


# %% nbgrader={"check": "legal_moves"}
check("lab13.legal_moves")

# %% [markdown]
# Your two functions are used from here on, if their checks pass.

# %%
from grader import yours_or_given

parts = yours_or_given("lab13", "board_planes", "legal_moves")

# %% [markdown]
# ## Positions in which one move captures
#
# `go.positions` plays random games by the rules and keeps positions in which **exactly one** point captures, so that the label is fair: there is one right answer.
# Black is always to move; where it was white's turn, the colours are exchanged.
# Drawing 7,000 positions takes a few seconds.

# %%
train_boards, train_moves = go.positions(5000, seed=13)
test_boards, test_moves = go.positions(2000, seed=14)
x_all = np.stack([parts.board_planes(board, 1) for board in train_boards])
x_test = np.stack([parts.board_planes(board, 1) for board in test_boards])
print(x_all.shape, x_test.shape)

# %% [markdown]
# Two of them; a cross marks the move that captures.
# Find the stones that it takes before you read on.


# %%
def draw_board(axes, board, move):
    """Draw stones on a board, and a cross on a move."""
    last = len(board) - 1
    axes.set_facecolor("#E8D5A8")
    axes.hlines(range(last + 1), 0, last, color="#777777", lw=0.8)
    axes.vlines(range(last + 1), 0, last, color="#777777", lw=0.8)
    for stone, fill in [(1, "black"), (2, "white")]:
        rows, columns = np.nonzero(board == stone)
        axes.scatter(columns, rows, s=150, c=fill, edgecolors="black", zorder=2)
    row, column = divmod(move, len(board))
    axes.plot(column, row, "x", color="#0072B2", ms=11, mew=4, zorder=3)
    axes.set(xlim=(-0.7, last + 0.7), ylim=(last + 0.7, -0.7), aspect="equal")
    axes.set(xticks=[0, 4, 8], yticks=[0, 4, 8], xlabel="column", ylabel="row")


figure, panels = plt.subplots(1, 2, figsize=(8, 4), layout="constrained")
for axes, number in zip(panels, [0, 1], strict=True):
    draw_board(axes, train_boards[number], train_moves[number])

# %% [markdown]
# *Picture in words:* two boards with black and white stones in no order, as random games leave them; a blue cross on an empty point beside a white stone, or a group of them, whose last liberty it is.
#
# Now hide a place.
# The networks learn only from positions whose capture is **not** in the lower right quarter, rows 5 to 8 and columns 5 to 8.
# Stones are there all the same; only the move is never there.


# %%
def in_quarter(moves):
    """Return which moves lie in the lower right quarter."""
    row, column = np.divmod(moves, 9)
    return (row >= 5) & (column >= 5)


x_train = x_all[~in_quarter(train_moves)]
y_train = train_moves[~in_quarter(train_moves)]
hidden = in_quarter(test_moves)
print(f"{len(x_train):,} positions to learn from")
print(
    f"{(~hidden).sum():,} tests at seen places, {hidden.sum():,} in the hidden quarter"
)

# %% [markdown]
# ## Exercise 3: Build a network without pooling (3 points)
#
# Write `build_policy(size=9, channels=5, filters=24)`.
# It returns a Keras model, which need not be compiled, for planes of the shape `(size, size, channels)`:
#
# 1. three convolutions, each with `filters` filters, kernel size 3, padding `"same"` and ReLU;
# 2. a convolution with **one** filter, kernel size 1 and no activation: a score for each point;
# 3. all scores as one vector, in reading order;
# 4. a softmax over this vector: `size * size` probabilities that sum to 1.
#
# All convolutions have a bias and strides of 1.
# There is no pooling, no dense layer, and nothing else.
# With its defaults the model has 11,545 parameters.


# %% nbgrader={"solution": "build_policy"}
def build_policy(size=9, channels=5, filters=24):
    """Build a network that gives each point the probability of being the move.

    Args:
        size: lines of the board.
        channels: planes of a position.
        filters: of each of the three convolutions.

    Returns:
        A Keras model: (N, size, size, channels) -> (N, size * size).
    """
    ### BEGIN SOLUTION
    layers = keras.layers
    x = inputs = keras.Input(shape=(size, size, channels))
    for _ in range(3):
        x = layers.Conv2D(filters, kernel_size=3, padding="same", activation="relu")(x)
    x = layers.Conv2D(filters=1, kernel_size=1)(x)
    return keras.Model(inputs, layers.Softmax()(layers.Flatten()(x)))
    ### END SOLUTION


# %% nbgrader={"check": "build_policy"}
check("lab13.build_policy")

# %% [markdown]
# ## Four networks, one question
#
# Three others of about the same size, ready made:
#
# - **dense**: all points at once, into 24 hidden units, and a unit for each point at the end;
# - **pooled, dense**: two convolutions, a max pool over 3x3, and a dense layer with a unit for each point, as a network for pictures would have it;
# - **pooled, enlarged**: your network with a max pool over 3x3 in the middle; to get 81 points back, each value is copied into 3x3 points.

# %%
layers = keras.layers
same = {"kernel_size": 3, "padding": "same", "activation": "relu"}


def build_dense():
    """Build a network without convolution."""
    hidden = layers.Dense(24, activation="relu")
    answer = layers.Dense(81, activation="softmax")
    return keras.Sequential([keras.Input((9, 9, 5)), layers.Flatten(), hidden, answer])


def build_pooled(enlarged):
    """Build a network with pooling, and a dense layer behind it or an enlarged map."""
    filters, pool = 24 if enlarged else 12, layers.MaxPooling2D(pool_size=3)
    chain = [keras.Input((9, 9, 5)), *(layers.Conv2D(filters, **same) for _ in "ab")]
    if enlarged:
        chain += [pool, layers.Conv2D(filters, **same), layers.UpSampling2D(3)]
        chain += [layers.Conv2D(1, 1), layers.Flatten(), layers.Softmax()]
    else:
        chain += [pool, layers.Flatten(), layers.Dense(81, activation="softmax")]
    return keras.Sequential(chain)


# %% [markdown]
# The convolutional network is yours, if its check passes.
# All four learn from the same positions, with the same settings; the label of a position is the number of its move.
# Expect about 20 seconds.

# %%
from grader.training import live

EPOCHS = 8


def compiled(model):
    """Compile a network that gives a probability for each point."""
    model.compile(keras.optimizers.Adam(0.003), "sparse_categorical_crossentropy")
    return model


keras.utils.set_random_seed(13)
given = yours_or_given("lab13", "build_policy")
networks = {"convolutional": given.build_policy(), "dense": build_dense()}
networks["pooled, dense"] = build_pooled(enlarged=False)
networks["pooled, enlarged"] = build_pooled(enlarged=True)
options = {"batch_size": 64, "verbose": 0, "callbacks": [live("network")]}
for model in networks.values():
    compiled(model).fit(x_train, y_train, epochs=EPOCHS, **options)

# %% [markdown]
# How many of the captures does each find, as its likeliest move?


# %%
def is_found(model):
    """Return for each test position whether the likeliest move is the one that captures."""
    chances = model.predict(x_test, batch_size=500, verbose=0)
    return chances.argmax(axis=1) == test_moves


hits = {name: is_found(model) for name, model in networks.items()}
print(f"{'':17} parameters   seen places   hidden quarter")
for name, hit in hits.items():
    shares = f"{hit[~hidden].mean():12.1%} {hit[hidden].mean():15.1%}"
    print(f"{name:17} {networks[name].count_params():10,} {shares}")

# %% [markdown]
# The convolutional network finds nearly all captures, in the hidden quarter as well.
# The dense one finds about half of them at the places that it knows, and in the quarter **none at all**.
# With convolutions, a pool and a dense end it is more, and in the quarter again none.
# The last one finds one in ten at the places that it knows and still fewer in the quarter; that must have another reason.
#
# Where on the board do they succeed?
# For each point, draw the share of the test positions with the capture there whose move was found.

# %%
counts = np.bincount(test_moves, minlength=81)
figure, panels = plt.subplots(1, 4, figsize=(11, 3.2), layout="constrained")
for axes, (name, hit) in zip(panels, hits.items(), strict=True):
    right = np.bincount(test_moves, weights=hit, minlength=81)
    shares = (right / np.maximum(counts, 1)).reshape(9, 9)
    image = axes.imshow(shares, cmap="cividis", vmin=0, vmax=1)
    frame = plt.Rectangle((4.5, 4.5), 4, 4, fill=False, ec="#D55E00", lw=3)
    axes.add_patch(frame)
    axes.set(title=name, xticks=[0, 4, 8], yticks=[0, 4, 8], xlabel="column")
panels[0].set_ylabel("row")
_ = figure.colorbar(image, ax=panels, label="captures found", shrink=0.8)

# %% [markdown]
# *Picture in words:* four boards of 9x9 squares, yellow where captures are found and dark where not, with a frame around the lower right quarter; the first is yellow nearly everywhere, the second and the third are mottled and dark inside the whole frame, the fourth is dark but for nine yellow squares, one in every 3x3 points.
#
# **Why?**
# A convolution has one set of weights for all points.
# What a filter has learned about a group with one liberty on the left, it knows on the right as well: nothing in it says where it is.
# A dense layer has weights of its own for every point, and a unit of its own for every answer.
# It is best at the edges, where most captures of random games lie, since it has seen most of them there.
# The sixteen units of the hidden quarter were never the right answer, so all that training told them was: not you.
# Convolutions do not help if a dense layer has the last word, as the third network shows.
#
# The fourth has no dense layer.
# Its nine yellow squares are the first points of the nine blocks that were pooled: all nine copies in a block have the same score, and `argmax` takes the first of equals.
# Does it find the block?


# %%
def block(moves):
    """Return which block of 3x3 points moves lie in."""
    row, column = np.divmod(moves, 9)
    return row // 3 * 3 + column // 3


answers = networks["pooled, enlarged"].predict(x_test, batch_size=500, verbose=0)
right = block(answers.argmax(axis=1)) == block(test_moves)
print(f"right block: seen places {right[~hidden].mean():.1%}", end=", ")
print(f"hidden quarter {right[hidden].mean():.1%}")

# %% [markdown]
# It knows that there is a capture in a block, also in blocks that it hardly knows, but no longer which of the nine points it is.
# For a picture of a cat that is welcome; for a move the point is the answer.
# That is why a network that names a point does not pool its maps smaller.
#
# ## Eight ways to look at a board
#
# Convolutions know about shifts; about turns and mirrors they know nothing.
# A Go board has no up and down: if you turn a position or look at it in a mirror, the best move turns with it.
#
# ## Exercise 4: Find the eight symmetries (2 points)
#
# Write `board_symmetries(board)` for a square board (n, n).
# It returns an array (8, n, n):
#
# - boards 0 to 3: `board` turned **counter-clockwise** by 0, 90, 180 and 270 degrees,
# - boards 4 to 7: `board` first **mirrored left to right**, then turned in the same way.
#
# Counter-clockwise means that the right column becomes the top row.
# Slices such as `board[::-1]` and the transpose `board.T` are all you need; NumPy's `rot90`, `flip`, `fliplr` and `flipud` are not allowed here, and neither are functions of SciPy, scikit-image, scikit-learn, TensorFlow and Keras, `np.convolve`, `np.correlate` and `np.fft`.


# %% nbgrader={"solution": "board_symmetries"}
def board_symmetries(board):
    """Return the eight symmetries of a square board.

    Args:
        board: an array (n, n); not changed.

    Returns:
        An array (8, n, n): four turns counter-clockwise, then four turns of the board
        mirrored left to right.
    """
    ### BEGIN SOLUTION
    found = []
    for turned in (board, board[:, ::-1]):
        for _ in range(4):
            found.append(turned)
            turned = turned.T[::-1]
    return np.array(found)
    ### END SOLUTION


# %% nbgrader={"check": "board_symmetries"}
check("lab13.board_symmetries")

# %% [markdown]
# From here on NumPy turns.
# `turn` gives one of the eight, of a board (n, n) or of planes (n, n, channels).
# By which number is each of them undone?
# Guess before you run the cell: is a turn undone by turning once more?


# %%
def turn(grid, number):
    """Return symmetry `number` (0 to 7) of a board or of planes."""
    return np.rot90(np.fliplr(grid) if number > 3 else grid, number % 4)


points = np.arange(9).reshape(3, 3)
for number in range(8):
    back = [
        n for n in range(8) if np.array_equal(turn(turn(points, number), n), points)
    ]
    print(f"{number} is undone by {back[0]}")

# %% [markdown]
# A quarter turn is undone by three more, so 1 and 3 undo each other.
# All others undo themselves, those with a mirror as well: seen in the mirror, a turn goes the other way round.
#
# ## Exercise 5: Turn a position and its move together (2 points)
#
# A position is good for training only with its label, and the label is a point on the board.
#
# Write `turn_position(planes, move, number)` for planes (n, n, channels), a move and the number of a symmetry.
# It returns a pair: the turned planes, and the number of the point on which the move lies **then**.
# A move is a number in reading order, row · n + column, and so is the one you return.
# Use `turn`; `n` is not always 9.
#
# As an example, on a board of 3x3 points the move 1 (top row, middle) lies on point 3 (middle row, left) after symmetry 1.


# %% nbgrader={"solution": "turn_position"}
def turn_position(planes, move, number):
    """Return a position and its move after one of the eight symmetries.

    Args:
        planes: (n, n, channels); not changed.
        move: the number of a point, from 0 to n * n - 1.
        number: of the symmetry, from 0 to 7.

    Returns:
        The turned planes, (n, n, channels), and the number of the turned move.
    """
    ### BEGIN SOLUTION
    size = len(planes)
    is_move = (np.arange(size * size) == move).reshape(size, size)
    return turn(planes, number), int(turn(is_move, number).argmax())
    ### END SOLUTION


# %% nbgrader={"check": "turn_position"}
check("lab13.turn_position")

# %% [markdown]
# What do turned positions buy?
# Train the **dense** network once more, and turn every position by a symmetry that is drawn anew for each epoch.
# A capture from the upper left then lies in the hidden quarter at times.

# %%
given = yours_or_given("lab13", "turn_position")
rng = np.random.default_rng(13)
keras.utils.set_random_seed(13)
model = compiled(build_dense())
options["callbacks"] = [live("dense network", epochs=EPOCHS)]
for _ in range(EPOCHS):
    numbers = rng.integers(8, size=len(x_train))
    pairs = map(given.turn_position, x_train, y_train, numbers)
    x_turned, y_turned = map(np.array, zip(*pairs, strict=True))
    model.fit(x_turned, y_turned, **options)
networks["dense, turned"] = model
hits["dense, turned"] = is_found(model)

# %%
for name in ["dense", "dense, turned"]:
    shares = [hits[name][places].mean() for places in (~hidden, hidden)]
    print(f"{name:14} seen places {shares[0]:.1%}, hidden quarter {shares[1]:.1%}")

# %% [markdown]
# With turned positions the dense network finds in the hidden quarter about as many captures as elsewhere, and elsewhere about as many as before.
# It has to be *shown* what the convolutional network has by its design: that what holds in one place holds in another.
#
# ## Exercise 6: Ask eight times (2 points)
#
# Symmetries also help a network that is trained already: ask it about all eight symmetries of a position, and average.
#
# Write `average_answers(model, planes)` for a Keras model that reads a batch of positions, (N, n, n, channels), and gives probabilities (N, n · n), in reading order.
# `planes` is one position, (n, n, channels).
# Turn it by all eight symmetries, ask the model about each, turn each answer **back**, so that a point means the same point in all of them, and return their mean, (n · n,).
#
# Use `turn`, and what undoes each number from the table above; `n` is not always 9.


# %% nbgrader={"solution": "average_answers"}
def average_answers(model, planes):
    """Return the mean of a network's answers to the eight symmetries of a position.

    Args:
        model: a Keras model, (N, n, n, channels) -> (N, n * n).
        planes: one position, (n, n, channels); not changed.

    Returns:
        The mean probability of each point of the position as it is, (n * n,).
    """
    ### BEGIN SOLUTION
    size = len(planes)
    boards = np.stack([turn(planes, number) for number in range(8)])
    answers = model.predict(boards, verbose=0).reshape(8, size, size)
    undo = [0, 3, 2, 1, 4, 5, 6, 7]
    return np.mean(
        [turn(a, n) for a, n in zip(answers, undo, strict=True)], axis=0
    ).ravel()
    ### END SOLUTION


# %% nbgrader={"check": "average_answers"}
check("lab13.average_answers")

# %% [markdown]
# The next cell does it for all test positions at once: `order` says which point comes to each place of a turned board, so the answers can be added where they belong.
# Your third prediction is about the line "dense".


# %%
def asked_eight_times(model, x):
    """Return mean answers (N, 81) to the eight symmetries of positions."""
    total, rows = np.zeros((len(x), 81)), x.reshape(len(x), 81, -1)
    for number in range(8):
        order = turn(np.arange(81).reshape(9, 9), number).ravel()
        turned = rows[:, order].reshape(x.shape)
        total[:, order] += model.predict(turned, batch_size=500, verbose=0) / 8
    return total


averaged = {}
print(f"{'asked':17} {'seen places':>17}   {'hidden quarter':>16}")
print(f"{'':17} {'once':>8} {'8 times':>8}   {'once':>7} {'8 times':>8}")
for name, model in networks.items():
    hit = asked_eight_times(model, x_test).argmax(axis=1) == test_moves
    averaged[name] = hit
    once, often = ([h[p].mean() for p in (~hidden, hidden)] for h in (hits[name], hit))
    print(f"{name:17} {once[0]:8.1%} {often[0]:8.1%}   {once[1]:7.1%} {often[1]:8.1%}")

# %% [markdown]
# Look at the dense network, trained without turns: asked once it finds nothing in the hidden quarter, asked eight times well over half.
# Six of the eight symmetries bring the capture to another quarter, where it knows what to do, and turning back brings the answer home.
# At the seen places eight answers are better than one as well, since their errors differ; the enlarged pooled network gains nothing, since its ties stay ties.
# For the dense network the hidden quarter is now no harder than the others: from whichever quarter a position comes, two of its eight symmetries lie in the hidden one.
#
# ## Exercise 7: Make a kernel symmetric (1 point)
#
# Asking eight times costs eight times the work.
# One can also build the symmetry in: with kernels that look the same after every turn and in every mirror, the answer turns with the board.
# Any kernel can be made so: take the **mean** of its eight symmetries.
#
# Write `symmetrise_kernel(kernel)` for a kernel of shape (k, k, C), which may hold whole numbers.
# `turn(kernel, number)` from above gives its symmetries 0 to 7, each channel by itself.


# %% nbgrader={"solution": "symmetrise_kernel"}
def symmetrise_kernel(kernel):
    """Return the mean of the eight symmetries of a kernel.

    Args:
        kernel: weights (k, k, C); not changed.

    Returns:
        Weights of the same shape, alike in all eight directions.
    """
    ### BEGIN SOLUTION
    return np.mean([turn(kernel, number) for number in range(8)], axis=0)
    ### END SOLUTION


# %% nbgrader={"check": "symmetrise_kernel"}
check("lab13.symmetrise_kernel")

# %% [markdown]
# How far is the trained convolutional network from symmetric?
# If its answer turned with the board, all eight would be the same when turned back, and their mean, too: the gap would be 0.
# Then do the same with a copy whose kernels are all made symmetric, without any further training.

# %%
given = yours_or_given("lab13", "symmetrise_kernel")
symmetric = keras.models.clone_model(networks["convolutional"])
weights = networks["convolutional"].get_weights()
for place, kernel in enumerate(weights):
    if kernel.ndim == 4:
        filters = [given.symmetrise_kernel(one) for one in np.moveaxis(kernel, -1, 0)]
        weights[place] = np.stack(filters, axis=-1)
symmetric.set_weights(weights)


def turning_gap(model, x):
    """Return the largest difference between an answer and the mean of the eight."""
    return np.abs(asked_eight_times(model, x) - model.predict(x, verbose=0)).max()


for name, model in {
    "trained": networks["convolutional"],
    "symmetric": symmetric,
}.items():
    gap, share = turning_gap(model, x_test[:200]), is_found(model).mean()
    print(f"{name:9}: gap {gap:.1e}, {share:.1%} of all captures found")

# %% [markdown]
# The copy's gap is rounding error: it turns with the board.
# The price is high here, because it was trained with other kernels; one would train with symmetric ones from the start.
# And a symmetric filter cannot tell a stone on the left from one above.
# AlphaGo kept free filters and learned from all eight symmetries instead.
#
# ## Play against it (optional)
#
# The first to capture wins: a game with which beginners of Go are often taught.
# You are black.
# The policy below is your network's: its probabilities where the rules allow a move, and 0 elsewhere.

# %%
from grader.notebook.board import play


def policy(board, player):
    """Return the probability of each point, 0 where the rules forbid a move."""
    planes = parts.board_planes(board, player)
    chances = networks["convolutional"].predict(planes[np.newaxis], verbose=0)[0]
    return chances * parts.legal_moves(board, player).ravel()


game = play(policy)
game

# %% [markdown]
# *Picture in words:* an empty board of nine lines, with numbers on the left and letters below; black and white stones appear as you play.
#
# Where no board can be clicked, type your moves, one `game.move(...)` after another; a letter names the column, a number the row, counted from below.
# For a new game run the cell with `play(policy)` again.

# %%
game.move("e5")

# %% [markdown]
# Does it capture when it can?
# Does it see that you are about to?
# It learned one thing only: from positions with a capture, where that is.
# It never saw a quiet board, nobody told it to save its own stones, and it looks not a single move ahead.
#
# **What AlphaGo adds.**
# Its policy network (lab 12 counts it) read 48 planes, some of them liberties as here, and learned from the moves of strong players, then from games against itself.
# A second network, the *value network*, judged who is going to win.
# And a *tree search* used both to look many moves ahead, and decided: AlphaGo's network alone would not have beaten the best players.
# Later programs learned from games against themselves alone.
#
# ## Explain (2 points)
#
# A friend wants to find ships in photos of harbours, on which ships in training lay mostly at the left.
# The network ends with a dense layer that has a unit for each square of the photo.
# In three or four sentences: what do your networks say about ships on the right, why, and what would you change?

# %% [markdown] nbgrader={"written": "explain", "points": 2}
# ### BEGIN SOLUTION
# My dense network found none of the captures in the quarter that it had never seen as an answer, and neither did the one with convolutions and a dense layer behind them: the friend's network will hardly find ships on the right.
# A dense layer has weights of its own for each place, and those of the squares on the right were never told of a ship.
# I would end with a 1x1 convolution that gives a score for each square, as in my convolutional network: it uses the same weights everywhere, and found nearly all captures in the hidden quarter.
# Or one shows mirrored photos, with the places of the ships mirrored as well; turned positions took my dense network from none to about half.
#
# **What counts:**
#
# - What was measured: networks with a dense end find none at places without an answer in training, the convolutional one nearly all.
# - Why: a dense layer has its own weights for each place, a convolution the same for all.
# - A change that helps: a convolution in place of the dense end, without a pool that loses the place.
# - Or another one: mirrored photos with mirrored labels in training, or mirrored photos asked and the answers turned back.
# ### END SOLUTION

# %% [markdown]
# Once you have written at least two sentences, save the notebook and run this cell: it shows what counts in an answer.

# %%
from grader import compare

compare("lab13.explain")

# %% [markdown]
# ## Recap
#
# This cell shows where you stand, and which checks did not pass.

# %%
from grader import progress

progress("lab13")

# %% [markdown]
# Put your guesses beside your numbers.

# %%
guesses = globals().get("predictions", ["nothing"] * 3)
results = {
    "dense, hidden quarter": hits["dense"],
    "convolutional, hidden quarter": hits["convolutional"],
    "dense, asked eight times": averaged["dense"],
}
for guess, (name, hit) in zip(guesses, results.items(), strict=True):
    print(f"{name}: you guessed {guess} %, it is {hit[hidden].mean():.1%}")

# %% [markdown]
# - **One set of weights for all places** finds at every place what it has learned at one.
#   A dense layer has to see each place by itself.
# - **Pooling** gives up the place, so a network whose answer is a place does without.
# - **Symmetries** are knowledge that a convolution does not have: show them in training, ask with all eight, or build them into the kernels.
#   A label that is a place turns with its position.
#
# ## On your own
#
# No points here:
#
# - Hide the left half of the board in place of the quarter.
#   Which of the numbers change?
# - Leave the three planes of liberties out.
#   What does the convolutional network find now, and with six convolutions in place of three?
# - Train a network to **save** stones: the label is the move after which a group of your own has more liberties than one.
#   Put both answers into one policy, and play again.
#
# ## Further reading
#
# - Silver and others, *Mastering the game of Go with deep neural networks and tree search* (2016): AlphaGo, its planes and its two networks.
# - Clark and Storkey, *Training deep convolutional neural networks to play Go* (2015): among other things, kernels that are alike in all eight directions.
# - Cohen and Welling, *Group equivariant convolutional networks* (2016): turns and mirrors built into the layers, without the price of Exercise 7.
