"""Wrong answers to lab 16, as students would write them."""

import numpy as np


# mistake: channels before rows and columns
def dense_kernel(weights, shape):
    h, w, c = shape
    kernel = weights.reshape(c, h, w, weights.shape[1])
    return kernel.transpose(1, 2, 0, 3)


# mistake: product cut, not the sides
def iou(box, boxes):
    result = []
    for other in boxes:
        h = min(box[2], other[2]) - max(box[0], other[0])
        w = min(box[3], other[3]) - max(box[1], other[1])
        both = max(h * w, 0)
        area = (box[2] - box[0]) * (box[3] - box[1])
        other_area = (other[2] - other[0]) * (other[3] - other[1])
        together = area + other_area - both
        result.append(both / together if together else 0)
    return np.array(result)
