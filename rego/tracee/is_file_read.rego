package tracee.helpers

import rego.v1

default is_file_read(_) := false

is_file_read(flags) if contains(lower(flags), "o_rdonly")

is_file_read(flags) if contains(lower(flags), "o_rdwr")
