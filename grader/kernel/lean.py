"""Imported first by the processes that grade: it keeps out what costs and is not used.

The package below builds a grammar of internationalised web addresses when it is imported,
nine tenths of a second in every process; jsonschema, which nbformat imports, goes without
it as well, and no schema of a notebook asks for such an address.
"""

from __future__ import annotations

import sys

sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # as documented
