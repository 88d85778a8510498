# METADATA
# title: Kernel module loaded
# description: |
#   A process asked the kernel to load a module, which then may do anything. Attempts that
#   the kernel refuses are reported too. Machines that load modules while they run list
#   their loader as an exception.
#
#   Misses: modules that the kernel itself requests are seen as done by modprobe, which it
#   starts; code that comes into the kernel through a bug or through kexec is not seen.
# related_resources:
# - ref: https://man7.org/linux/man-pages/man2/init_module.2.html
# custom:
#   id: TW-0110
#   severity: medium
#   attack: [T1547.006]
#   events: [init_module, finit_module]
package signatures.kernel_module_load

import rego.v2

import data.lib.exceptions

# METADATA
# schemas:
# - input: schema.init_module
finding contains {"parameters": input.args.uargs, "pathname": null} if {
	input.event == "init_module"
	not exceptions.apply("TW-0110")
}

# METADATA
# schemas:
# - input: schema.finit_module
finding contains {"parameters": input.args.uargs, "pathname": input.args.pathname} if {
	input.event == "finit_module"
	not exceptions.apply("TW-0110")
}
