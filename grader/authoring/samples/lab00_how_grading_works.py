"""A wrong answer to lab 00, as a student would write it."""


# mistake: squared
def double(x):
    return x * x
