package tracee.helpers

import rego.v1

default is_elf_file(_) := false

# Of a file's first bytes in base64: the first is not a letter, the others say ELF.
is_elf_file(bytes) if lower(substring(base64.decode(bytes), 1, 3)) == "elf"
