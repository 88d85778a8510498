package tracee.helpers

import rego.v1

default is_file_write(_) := false

is_file_write(flags) if contains(lower(flags), "o_wronly")

is_file_write(flags) if contains(lower(flags), "o_rdwr")
