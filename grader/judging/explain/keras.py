"""The errors of Keras and TensorFlow in our words."""

from __future__ import annotations

from grader.judging.explain.known import (
    ROUND,
    SHAPE,
    SQUARE,
    Groups,
    N,
    known_error,
    misfit,
    sizes,
)


def _two_shapes(groups: Groups) -> str:
    return misfit([groups["one"], groups["two"]])


def _rank(groups: Groups) -> str:
    wanted, found, shape = groups["wanted"], groups["found"], groups["shape"]
    axes = {
        "4": "(batch, height, width, channels)",
        "3": "(batch, steps, channels)",
        "2": "(batch, features)",
    }.get(wanted, "")
    look = "look at which axis is missing or too many"
    if wanted == "4" and found == "3":
        look = "look whether the batch axis or the channel axis is missing"
    elif wanted == "4" and found == "2":
        look = "look at what made flat rows of the images before this layer"
    axes = f" {axes}" if axes else ""
    return (
        f"The layer `{groups['layer']}` takes {wanted} axes{axes} "
        f"and gets {found}, the shape {shape}: {look}."
    )


def _sparse_labels(groups: Groups) -> str:
    labels, output = groups["target"], groups["output"]
    if len(sizes(labels)) >= len(sizes(output)):
        return (
            f"This loss takes one whole number per image as its label and gets labels of shape {labels} "
            f"beside outputs of shape {output}: look whether the labels are one-hot and which loss is meant for those."
        )
    return (
        f"The labels have shape {labels}, so the outputs should be one row of class scores per image, "
        f"but they have shape {output}: look at what stands between the feature maps and the last layer."
    )


def _one_hot_labels(groups: Groups) -> str:
    return (
        f"This loss compares labels of shape {groups['target']} with outputs of shape {groups['output']} one by one: "
        "look whether the labels are whole numbers or one-hot, and which loss is meant for those."
    )


def _window(groups: Groups) -> str:
    """Compare a window with the image or feature map; both are shapes with all axes."""
    image = _area(groups["image"], slice(1, 3))
    window = _area(groups["window"], slice(0, 2))
    return (
        f"A window of {window} does not fit into what reaches this layer, {image} (shape {groups['image']}): "
        "look at what the layers before take away, at the padding and the dilation."
    )


def _area(shape: str, axes: slice) -> str:
    return "x".join(str(size) for size in sizes(shape)[axes])


def _labels_outside(groups: Groups) -> str:
    return (
        f"A label is {groups['label']}, but the number of outputs is {groups['classes']}, "
        f"for the labels from 0 to {int(groups['classes']) - 1}: "
        "compare the units of the last layer with the number of classes."
    )


_DTYPES = {"float": "float32", "double": "float64", "half": "float16"}


def _dtypes(groups: Groups) -> str:
    place = {"0": "first", "1": "second", "2": "third"}.get(groups["place"], "next")
    wanted, got = (_DTYPES.get(groups[key], groups[key]) for key in ("wanted", "got"))
    return (
        f"TensorFlow does not mix types, and the {place} input of `{groups['op']}` is {got} where {wanted} is expected: "
        "look at the `dtype` of both inputs and where it comes from."
    )


def _weight_shape(groups: Groups) -> str:
    wanted, got = groups["wanted"], groups["got"]
    same = sorted(map(str, sizes(wanted))) == sorted(map(str, sizes(got)))
    look = (
        "the sizes are the same in another order, so look at which axis means what"
        if same
        else "look at the order of the arrays and of their axes"
    )
    return (
        f"A weight of shape {wanted} is to be set to an array of shape {got}: {look}."
    )


KERAS = (
    known_error(
        "ValueError",
        rf"of layer '(?P<layer>\w{{1,80}})' is incompatible with the layer: expected (?:min_|max_)?ndim=(?P<wanted>{N}), found ndim=(?P<found>{N}). Full shape received: (?P<shape>{SHAPE})",
        _rank,
    ),
    known_error(
        "ValueError",
        rf"of layer '(?P<layer>\w{{1,80}})' is incompatible with the layer: expected axis (?P<axis>{N}) of input shape to have value (?P<wanted>{N}), but received input with shape (?P<shape>{SHAPE})",
        "The layer `{layer}` was built for the size {wanted} on axis {axis} and now gets the shape {shape}: look at the sizes of the images or feature maps that reach it.",
    ),
    known_error(
        "ValueError",
        rf"is incompatible with the layer: expected shape=(?P<wanted>{SHAPE}), found shape=(?P<got>{SHAPE})",
        "The model takes a batch, inputs of shape {wanted}, and gets the shape {got}: look at whether the axis of the batch is missing or there twice.",
    ),
    known_error(
        "ValueError",
        rf"Expected shape (?P<wanted>{SHAPE}), but input has incompatible shape (?P<got>{SHAPE})",
        "The model was built for inputs of shape {wanted} and gets {got}: look at the axes of what you pass.",
    ),
    known_error(
        "ValueError",
        rf"`output` must have rank \(ndim\) `target.ndim - 1`. Received: target.shape=(?P<target>{SHAPE}), output.shape=(?P<output>{SHAPE})",
        _sparse_labels,
    ),
    known_error(
        "ValueError",
        rf"`target` and `output` must have the same rank \(ndim\). Received: target.shape=(?P<target>{SHAPE}), output.shape=(?P<output>{SHAPE})",
        _one_hot_labels,
    ),
    known_error(
        "ValueError",
        rf"`target` and `output` must have the same shape. Received: target.shape=(?P<target>{SHAPE}), output.shape=(?P<output>{SHAPE})",
        "The labels have shape {target} and the outputs {output}: compare the units of the last layer with the number of classes.",
    ),
    known_error(
        "ValueError",
        rf"Computed output size would be (?:zero or )?negative. Received:? `inputs.shape=(?P<image>{SHAPE})`, `(?:kernel shape|pool_size)=(?P<window>{SHAPE})`",
        _window,
    ),
    known_error(
        "InvalidArgumentError ValueError",
        rf"Computed output size would be negative: {N} \[input_size: (?P<image>{N}), effective_filter_size: (?P<window>{N})",
        "A window {window} long does not fit into the {image} pixels of an image or feature map: look at the batch axis, at what the layers before take away, at the padding and the dilation.",
    ),
    known_error(
        "ValueError",
        rf"Negative dimension size caused by subtracting (?P<window>{N}) from (?P<image>{N}) for .* with input shapes: (?P<one>{SHAPE})",
        "A window {window} long does not fit into {image} pixels of the shape {one}: look at the batch axis, at what the layers before take away, at the padding and the dilation.",
    ),
    known_error(
        "AbortedError",
        rf"(?s)pooling forward propagation primitive.{{0,500}}shape=(?P<shape>{SHAPE})",
        "Pooling failed on the shape {shape}: look whether the pooling window is larger than the feature map.",
    ),
    known_error(
        "InvalidArgumentError",
        rf"label value of (?P<label>{N}) which is outside the valid range of \[0, (?P<classes>{N})\)",
        _labels_outside,
    ),
    known_error(
        "InvalidArgumentError",
        rf"cannot compute (?P<op>\w{{1,40}}) as input #(?P<place>{N})\(zero-based\) was expected to be an? (?P<wanted>\w{{1,20}}) tensor but is an? (?P<got>\w{{1,20}}) tensor",
        _dtypes,
    ),
    known_error(
        "TypeError",
        r"of '(?P<op>\w{1,40})' Op has type (?P<got>\w{1,20}) that does not match type (?P<wanted>\w{1,20}) of argument",
        "TensorFlow does not mix types, and one input of `{op}` is {got} where the other is {wanted}: look at the `dtype` of both inputs and where it comes from.",
    ),
    known_error(
        "ValueError",
        r"Tensor conversion requested dtype (?P<wanted>\w{1,20}) for Tensor with dtype (?P<got>\w{1,20})",
        "TensorFlow does not change types by itself, and a tensor is {got} where {wanted} is expected: look at its `dtype` and where it comes from.",
    ),
    known_error(
        "InvalidArgumentError",
        r"(?s)Value for attr 'T' of (?P<got>\w{1,20}) is not in the list of allowed values.{0,600}Op<name=(?P<op>\w{1,40})",
        "`{op}` does not compute with {got}: look at the `dtype` of its inputs.",
    ),
    known_error(
        "InvalidArgumentError",
        r"Value for attr '(?P<name>\w{1,40})' of (?P<got>\"[^\"]{0,40}\") is not in the list of allowed values: (?P<wanted>[\", \w]{1,120})",
        "`{name}` is {got}, and TensorFlow knows only {wanted}: compare the spelling, capitals included.",
    ),
    known_error(
        "InvalidArgumentError",
        rf"Incompatible shapes: (?P<one>{SQUARE}) vs\. (?P<two>{SQUARE})",
        _two_shapes,
    ),
    known_error(
        "ValueError",
        rf"Depth of input \((?P<image>{N})\) is not a multiple of input depth of filter \((?P<kernel>{N})\)",
        "The number of channels is {image} in the image and {kernel} in the kernel: look at the order of the kernel's axes (height, width, channels in, filters).",
    ),
    known_error(
        "InvalidArgumentError",
        rf"input depth must be evenly divisible by filter depth: (?P<image>{N}) vs (?P<kernel>{N})",
        "The number of channels is {image} in the image and {kernel} in the kernel: look at the order of the kernel's axes (height, width, channels in, filters).",
    ),
    known_error(
        "ValueError",
        rf"Kernel shape must have the same length as input, but received kernel of shape (?P<one>{SHAPE}) and input of shape (?P<two>{SHAPE})",
        "A kernel of shape {one} meets an input of shape {two}, which has another number of axes: look at the axes of the input.",
    ),
    known_error(
        "ValueError",
        rf"Dimensions must be equal, but are {N} and {N} for .* with input shapes: (?P<one>{SQUARE}), (?P<two>{SQUARE})",
        _two_shapes,
    ),
    known_error(
        "ValueError",
        rf"Cannot broadcast shape, .* Input shapes are: (?P<one>{SQUARE}) and (?P<two>{SQUARE})",
        _two_shapes,
    ),
    known_error(
        "ValueError",
        rf"Inputs have incompatible shapes. Received shapes (?P<one>{SHAPE}) and (?P<two>{SHAPE})",
        _two_shapes,
    ),
    known_error(
        "ValueError",
        rf"`Concatenate` layer requires .* Received: input_shape=\[(?P<shapes>(?:{ROUND}[, ]{{0,2}})+)\]",
        "Feature maps can be joined if all axes but one are equally long, and these are {shapes}: look at the padding and the strides of each branch.",
    ),
    known_error(
        "InvalidArgumentError",
        rf"ConcatOp : .* shape\[{N}\] = (?P<one>{SQUARE}) vs\. shape\[{N}\] = (?P<two>{SQUARE})",
        "Tensors can be joined if all axes but one are equally long, and these are {one} and {two}: look at the axis you join along.",
    ),
    known_error(
        "InvalidArgumentError",
        rf"Matrix size-incompatible: In\[0\]: (?P<one>{SQUARE}), In\[1\]: (?P<two>{SQUARE})",
        "In the matrix product of {one} and {two} the last axis of the left has to be as long as the rows axis of the right: look at both shapes and at the order.",
    ),
    known_error(
        "InvalidArgumentError",
        rf"Input to reshape is a tensor with (?P<size>{N}) values, but the requested shape has (?P<wanted>{N})",
        "A tensor of {size} numbers is to get a shape that takes {wanted}: look at the sizes you multiply.",
    ),
    known_error(
        "ValueError",
        rf"total size of the tensor must be unchanged. Received: input_shape=(?P<one>{SHAPE}), target_shape=(?P<two>{SHAPE})",
        "A tensor of shape {one} (without the batch) cannot get the shape {two}, which takes another number of values: look at the sizes you multiply.",
    ),
    known_error(
        "InvalidArgumentError",
        rf"as many biases as the last dimension of the input tensor: \[(?P<got>{N})\] vs\. (?P<shape>{SQUARE})",
        "The number of biases is {got} for the shape {shape}, whose last axis is the channels: look at how many filters there are.",
    ),
    known_error(
        "InvalidArgumentError",
        rf"slice index (?P<index>{N}) of dimension (?P<axis>{N}) out of bounds",
        "There is no index {index} on axis {axis} of this tensor: look at its `.shape` and at the last index your code reaches.",
    ),
    known_error(
        "InvalidArgumentError",
        rf"indices(?:\[[\d,]{{1,20}}\])? = (?P<index>{N}) is not in \[0, (?P<size>{N})\)",
        "There is no index {index} in an axis of {size} entries, counted from 0: look at where the index comes from.",
    ),
    known_error(
        "ValueError",
        rf"on layer '(?P<layer>\w{{1,80}})' with a weight list of length (?P<got>{N}), but the layer was expecting 0 weights",
        "`set_weights` on `{layer}` takes a list of length 0 and gets one of length {got}: it has none before it is built, so look at whether it has seen an input shape.",
    ),
    known_error(
        "ValueError",
        rf"on layer '(?P<layer>\w{{1,80}})' with a weight list of length (?P<got>{N}), but the layer was expecting (?P<wanted>{N}) weights",
        "`set_weights` on `{layer}` takes a list of length {wanted} and gets one of length {got}: look at which arrays it owns, kernel and bias.",
    ),
    known_error(
        "ValueError",
        rf"weight shape (?P<wanted>{SHAPE}) is not compatible with provided weight shape (?P<got>{SHAPE})",
        _weight_shape,
    ),
    known_error(
        "ValueError",
        rf"variable.shape=(?P<wanted>{SHAPE}), Received: value.shape=(?P<got>{SHAPE})",
        _weight_shape,
    ),
    known_error(
        "ValueError",
        rf"variable shape (?P<wanted>{SHAPE}), and the assigned value shape (?P<got>{SHAPE}) are incompatible",
        _weight_shape,
    ),
    known_error(
        "ValueError",
        r"Invalid filepath extension for saving.*Received: filepath=(?P<path>.{1,200}?)\.?$",
        "Keras 3 tells the format of a saved model by the end of its file name, and `{path}` has none that it knows: look at the two that the message names.",
    ),
    known_error(
        "ValueError",
        r"`save_format` argument is deprecated.*save_format=(?P<got>\w{1,20})",
        "Keras 3 no longer takes `save_format` (here {got}): it tells the format of a saved model by the end of the file name.",
    ),
    known_error(
        "ValueError",
        r"filename must end in `\.weights\.h5`. Received: filepath=(?P<path>.{1,200})",
        "A file of weights has an ending of its own, and `{path}` does not have it: look at the one that the message names.",
    ),
    known_error(
        "ValueError",
        r"File not found: filepath=(?P<path>.{1,200}?)\. ",
        "There is no file `{path}`: look at the folder and at the name it was saved under.",
    ),
    known_error(
        "ValueError",
        r"File format not supported: filepath=(?P<path>.{1,200}?)\. ",
        "Keras 3 loads `.keras` and `.h5` files, and `{path}` is neither: look at how the model was saved.",
    ),
    known_error(
        "ValueError",
        r"must call `compile\(\)` before",
        "The model has no loss and no optimizer yet: look at whether `compile` runs before it is trained or evaluated.",
    ),
    known_error(
        "ValueError",
        r"Expected `metrics` argument to be a list.{0,80}metrics=(?P<got>.{1,80}?) of type",
        "`metrics` takes a list, even of a single metric, and gets {got}: look at the brackets.",
    ),
    known_error(
        "ValueError",
        r"Attempt to convert a value \(None\) with an unsupported type",
        "TensorFlow gets `None` where it needs numbers: look at where the value comes from, such as labels that are not handed over with their images (in `validation_data` too), or a slope that a tape does not know.",
    ),
    known_error(
        "ValueError",
        r"No loss to compute",
        "The model is compiled without a loss: look at the arguments of `compile`.",
    ),
    known_error(
        "ValueError",
        r"layer '(?P<layer>\w{1,80})', but the layer isn't built",
        "`{layer}` has no weights yet, for it has not seen the shape of an input: look at whether the model begins with an `Input`.",
    ),
    known_error(
        "AttributeError",
        r"(?:layer |model ')(?P<layer>\w{1,80})'? has (?:never been called|no defined)",
        "`{layer}` has no inputs and outputs yet, for it has not seen the shape of an input: look at whether the model begins with an `Input`.",
    ),
    known_error(
        "AttributeError",
        r"must build the layer before accessing `(?P<name>\w{1,40})`",
        "The layer has no `{name}` yet, for it has not seen the shape of an input: look at whether it was called or built before.",
    ),
    known_error(
        "ValueError",
        r"(?s)Data cardinality is ambiguous.{0,100}'x' sizes: (?P<x>[\d, ]{1,40})\s{0,3}'y' sizes: (?P<y>[\d, ]{1,40})",
        "The number of inputs is {x} and that of labels {y}: look at how both were split or cut.",
    ),
    known_error(
        "ValueError",
        rf"Dimensions (?P<one>{N}) and (?P<other>{N}) are not compatible",
        "Two sizes that have to agree are {one} and {other}: in a data set, for example, there are as many labels as images.",
    ),
    known_error(
        "ValueError",
        r"Unrecognized keyword arguments passed to (?P<name>\w{1,80}): (?P<got>\{.{1,100}?\})",
        "`{name}` gets {got}, which is no argument of it: compare the spelling with its documentation.",
    ),
    known_error(
        "ValueError",
        r"Argument\(s\) not recognized: (?P<got>\{.{1,100}?\})",
        "{got} is no argument of what is called here: compare the spelling with the documentation.",
    ),
    known_error(
        "ValueError",
        r"Could not interpret (?P<what>[\w ]{1,40}) identifier: (?P<got>.{1,80})",
        "Keras knows no {what} called {got}: compare the spelling with the documentation.",
    ),
    known_error(
        "ValueError",
        r"A KerasTensor cannot be used as input to a TensorFlow function|A KerasTensor is symbolic",
        "While a model is built its tensors stand for shapes and hold no numbers, so only Keras's own layers and operations work on them: look at which function is called here.",
    ),
    known_error(
        "ValueError",
        r"Output with path `.{0,80}` is not connected to `inputs`",
        "The outputs of this model are not computed from its inputs: look at which tensor each layer is called with.",
    ),
    known_error(
        "TypeError",
        r"^too many positional arguments$",
        "Something is called with more arguments than it takes: an `InputLayer`, for example, which comes first in `model.layers`, is no step to be called.",
    ),
    known_error(
        "TypeError",
        r"EagerTensor' object does not support item assignment",
        "A tensor cannot be changed once it is made, unlike an array: look at what the assignment writes into.",
    ),
)
