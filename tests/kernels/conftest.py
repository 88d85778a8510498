"""The matrix boots four kernels, which takes minutes each: `make kernels`, or KERNELS=1."""

import os

collect_ignore = [] if "KERNELS" in os.environ else ["test_kernels.py"]
