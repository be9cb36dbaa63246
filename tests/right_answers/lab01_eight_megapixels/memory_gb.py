"""Right answers to lab01.memory_gb in other styles than the solution's."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import numpy as np


def memory_gb_decimal(params, bytes_per=4, copies=1):
    return float(Decimal(params * bytes_per * copies).scaleb(-9))


def memory_gb_numpy(params, bytes_per=4, copies=1):
    return np.float64(params) / 1e9 * bytes_per * copies


def memory_gb_copy_by_copy(params, bytes_per=4, copies=1):
    return sum([params * bytes_per * 1e-9] * copies)


def memory_gb_unit_by_unit(params, bytes_per=4, copies=1):
    kilobytes = params * bytes_per * copies / 1000
    megabytes = kilobytes / 1000
    return megabytes / 1000


def memory_gb_of_fractions(params, bytes_per=4, copies=1):
    return float(Fraction(copies * bytes_per * params, 10**9))


def memory_gb_in_float32(params, bytes_per=4, copies=1):
    sizes = np.array([params, bytes_per, copies], dtype="float32")
    return np.prod(sizes) * np.float32(1e-9)


def memory_gb_as_a_fraction(params, bytes_per=4, copies=1):
    return Fraction(copies * bytes_per * params, 10**9)


def memory_gb_as_a_decimal(params, bytes_per=4, copies=1):
    return Decimal(params * bytes_per * copies) / Decimal(10**9)
