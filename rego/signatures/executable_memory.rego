# METADATA
# title: Memory that is written to and executed
# description: |
#   Programs are loaded from files into memory that cannot be written to. Memory that is writable
#   and executable at once, or becomes executable after it was written to, holds code that was made
#   or unpacked at run time. Compilers that work at run time (Java, JavaScript, .NET, PCRE) do so
#   by design: the best known are not reported, and because of the others the severity is low.
#
#   Misses: code that is written to a file and mapped from there, code in the programs that are not
#   reported, and mappings whose later pages differ from the first.
# schemas:
# - input: schema.mem_prot_alert
# custom:
#   id: TW-0122
#   severity: low
#   attack: [T1055, T1027.002, T1620]
#   events: [mem_prot_alert]
package signatures.executable_memory

import rego.v2

import data.lib.exceptions

_kinds := {
	"Mmaped region with W+E permissions!",
	"Protection changed from E to W+E!",
	"Protection changed from W to E!",
}

# Ends of paths of programs with a compiler inside.
_compilers := {
	"/beam.smp",
	"/bun",
	"/chrome",
	"/chromium",
	"/code",
	"/deno",
	"/dotnet",
	"/electron",
	"/firefox",
	"/firefox-bin",
	"/firefox-esr",
	"/gjs-console",
	"/gnome-shell",
	"/java",
	"/javac",
	"/julia",
	"/luajit",
	"/mono",
	"/mono-sgen",
	"/node",
	"/nodejs",
	"/php-fpm",
	"/polkitd",
	"/postgres",
	"/pypy3",
	"/pwsh",
	"/wasmtime",
}

_writable_and_executable if input.args.alert in _kinds

# It could be written to before, and still can.
_writable_and_executable if {
	input.args.alert == "Protection changed to Executable!"
	"PROT_WRITE" in input.args.prot
}

finding contains {
	"alert": input.args.alert,
	"pathname": input.args.pathname,
	"prot": input.args.prot,
} if {
	input.event == "mem_prot_alert"
	_writable_and_executable
	not strings.any_suffix_match(input.process.exe, _compilers)
	not contains(input.process.exe, "/qemu-")
	not exceptions.apply("TW-0122")
}
