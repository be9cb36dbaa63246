"""Wrong answers to lab 11, as students would write them."""

import numpy as np


# mistake: transposed
def confusion_matrix(y, p, n):
    matrix = np.zeros((n, n), dtype=int)
    for i in range(len(y)):
        matrix[p[i], y[i]] += 1
    return matrix


# mistake: divided by the column
def per_class_recall(matrix):
    recalls = []
    for k in range(len(matrix)):
        total = matrix[:, k].sum()
        if total == 0:
            recalls.append(np.nan)
        else:
            recalls.append(matrix[k, k] / total)
    return np.array(recalls)
