"""Sales reports for a retail chain: tills post receipts, owners read exact figures."""

import sys

__version__ = "0.1.0"

# Said before anything is imported that such a Python cannot read.
if not (3, 11) <= sys.version_info[:2] <= (3, 13):
    sys.exit("Python 3.11, 3.12 or 3.13 is needed; this is {}.{}".format(*sys.version_info))
