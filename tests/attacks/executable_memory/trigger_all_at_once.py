"""Maps memory that is readable, writable and executable."""

import mmap

EVERYTHING = 7
mmap.mmap(-1, mmap.PAGESIZE, prot=EVERYTHING).close()
