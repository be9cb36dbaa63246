# %% [markdown]
# # See how these labs grade you
#
# **What you'll do.** Write one line of code, get it wrong on purpose, and read what the check says.
#
# **What you'll learn.**
#
# - How to read a verdict: what was expected, what you gave, and which mistake it looks like.
# - What is different when your lab is graded after you hand it in.
# - Why "restart and run all" is the last thing to do in every lab.
#
# **What you'll need.** Ten minutes, and Python functions. No TensorFlow yet.
#
# Every later lab takes a claim from the lecture on convolutional neural networks and lets you test it with your own numbers.
# This one tests the grader.

# %% [markdown]
# ## Predict first (1 point)
#
# Each lab starts with three predictions.
# They are graded for being there, not for being right: a wrong guess that you check teaches more than a right answer that you read.
#
# Replace the line below with `predictions = [..., ..., ...]`, and put a number of your own in the place of every `...`:
#
# 1. Out of 100 students, how many do you think read the error message before they ask for help?
# 2. How many seconds will the check of this lab take?
# 3. If your function is right for 4 of 5 inputs, how many of its 2 points will it get?

# %% nbgrader={"solution": "predictions"}
### BEGIN SOLUTION
predictions = [50, 1, 0]
### END SOLUTION

# %% [markdown]
# Now run the check.
# The first line imports it; every lab has this line once.

# %% nbgrader={"check": "predictions"}
from grader import check

check("lab00.predictions")

# %% [markdown]
# ## A worked example
#
# Here is a finished function.
# It takes a number, or a NumPy array of numbers, and gives back three times as much.

# %%
import numpy as np


def triple(x):
    """Return three times `x`, a number or an array."""
    return 3 * x


# %% [markdown]
# Run it on a number and on an array.
# Expect 12, and an array in which every value is three times as large.

# %%
print(triple(4))
print(triple(np.array([[1, 2], [3, 4]])))

# %% [markdown]
# One line of code served both, because NumPy multiplies element by element.
# Most functions in these labs work that way.
#
# ## Exercise 1: Double (2 points)
#
# Write `double(x)`.
# **First get it wrong on purpose**: let it return `x * x`, run the check, and read the verdict.
# Then correct it and run the check again.


# %% nbgrader={"solution": "double"}
def double(x):
    """Return twice `x`.

    Args:
        x: a number, or a NumPy array of any shape; it is not changed.

    Returns:
        A number, or an array of the same shape.
    """
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION


# %% nbgrader={"check": "double"}
check("lab00.double")

# %% [markdown]
# ## Read a verdict
#
# This is what the check says to `x * x`, word for word:
#
# ```text
# ✗ lab00.double: 0 of 2 points. Not yet: squared.
#   double(3): it is 9, expected 6.
#   If the next try fails too, the check tells the idea behind it.
#     ✗ double(3)
#     ✗ double(-2.5)
#     ✓ double(0)
#     ✗ double([[ 7, 3, 0], [-4, -4, -9]])
#     ✗ double([-0.9669, 0.6265, 0.8255, 0.2133, 0.459])
# ```
#
# Read it from the top:
#
# - **How many points**, and in a few words what is wrong.
# - **The name of the mistake**, if the grader knows it.
#   It recognises a mistake by its numbers, not by its code, so any way of writing it counts.
# - **Where it shows**: the first input that went wrong, your value and the expected one.
# - **Which inputs are right**: 0 is its own square *and* its own double, so that case proves nothing.
#
# A second failed check adds the idea behind the mistake, a third one a small example worked in full.
# Below each verdict a bar says how far you are in the lab; only you see it, and it lies in a hidden file beside the notebook.
# Failed checks are counted for these hints alone; try as often as you like.
#
# There is a third kind of verdict, marked `!` and called *grader error*.
# It means that the check itself broke; it never costs you points.
#
# If an exercise has no points yet, a red line that says once more what is wrong follows the verdict.
# It is how Jupyter learns that something is missing; in JupyterLab **Run All Cells** goes on behind it, and behind an error in a cell of yours.
# The recap of each lab lists the checks that did not pass, with links to their exercises.
# An error elsewhere stops the run: to go on, select the next cell and choose **Run → Run Selected Cell and All Below**.

# %% [markdown]
# ## What happens after you hand in
#
# The check in your notebook always uses the same inputs, so that you can work against them.
# Grading runs the same check on **other inputs**, drawn from a secret seed.
# A function that is right for every input passes both; a table of the five answers above passes only the first.
#
# Change the cells of your own as much as you like.
# The check cells are read-only, and grading puts them back as they were if they change or go missing.

# %% [markdown]
# ## Restart and run all
#
# A notebook remembers what you ran, also from cells that you have changed since or deleted.
# A lab can look finished while nobody else can run it.
# Run this cell three times and watch the number.

# %%
counter = globals().get("counter", 0) + 1
print(f"This cell has run {counter} times since the kernel started.")

# %% [markdown]
# Now choose **Kernel → Restart Kernel and Run All Cells**.
# The number is back at 1: only what stands in the notebook counts, from top to bottom.
# Do this before you hand in any lab.
#
# What about chance?
# Later labs shuffle pixels and train networks, and both draw random numbers.
# A generator that starts from a *seed* draws the same numbers each time.
# Expect two equal lists and a different one.

# %%
for seed in (7, 7, 8):
    draw = np.random.default_rng(seed)
    print(f"seed {seed}:", draw.integers(0, 100, size=5).tolist())

# %% [markdown]
# Same seed, same numbers: whoever runs your notebook gets your results.
# For a network, `keras.utils.set_random_seed(7)` does this, as you will see in lab 02.

# %% [markdown]
# ## Explain (1 point)
#
# In two or three sentences: a friend's function passes the check in the notebook and fails after handing in.
# Name two things that can be the reason.

# %% [markdown] nbgrader={"written": "explain", "points": 1}
# ### BEGIN SOLUTION
# The function may know the five answers of the check and compute nothing; grading draws other inputs.
# Or it uses something that existed only in the friend's kernel, such as a variable from a deleted cell, and is gone when the notebook runs from the top.
#
# **What counts:**
#
# - It names two different reasons.
# - One is about the inputs: grading draws others than the check in the notebook, so answers that are known by heart do not help.
# - One is about the kernel: the function uses something that is not there when the notebook runs from the top, such as a variable of a deleted cell or of a cell further down.
# ### END SOLUTION

# %% [markdown]
# Once you have written at least two sentences, save the notebook and run this cell: it shows what counts in an answer.

# %%
from grader import compare

compare("lab00.explain")

# %% [markdown]
# ## Recap
#
# This cell shows where you stand, and which checks did not pass.

# %%
from grader import progress

progress("lab00")

# %% [markdown]
# - Compare your predictions with what you saw: the check took well under a second, and an exercise whose inputs belong together is all or nothing, so 4 of 5 gave 0 of 2 points.
#   The first guess was about people, and nobody here has counted them.
#   Where parts of an exercise are independent, each counts for itself, and the task says so.
# - A verdict names the mistake, shows where, and lists which inputs are right.
# - Grading uses other inputs than your check.
# - Restart and run all, then hand in; seeds make sure that the numbers are the same again.
#
# ## On your own
#
# No points here, only fun:
#
# - Find a wrong `double` that the check cannot name.
#   What does the verdict say then?
# - Find a function that is right for 3 and 0 but wrong for −2.5.
#   Which mistake is it called?
#
# **Next:** lab 01 counts the weights of a network that looks at your phone's photos.
