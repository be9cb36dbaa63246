"""What several right answers of this lab are made of."""

from __future__ import annotations

import numpy as np


def entries(*shape: int) -> int:
    """Count an array's entries without storing them: a broadcast zero has no data."""
    return np.broadcast_to(0, shape).size
