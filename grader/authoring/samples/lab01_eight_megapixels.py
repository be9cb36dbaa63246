"""Wrong answers to lab 01, as students would write them."""


# mistake: one bias for the layer
def dense_params(n_in, n_units, bias=True):
    weights_per_unit = n_in
    total = weights_per_unit * n_units
    if bias:
        total = total + 1
    return total


# mistake: input channels forgotten
def conv2d_params(kh, kw, c_in, filters, bias=True):
    weights = kh * kw
    if bias:
        weights += 1
    return weights * filters
