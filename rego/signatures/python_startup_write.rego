# METADATA
# title: Code that every Python starts with
# description: |
#   Python runs lines that begin with `import` in .pth files in its site-packages, and
#   sitecustomize.py, each time it starts, whoever starts it. Installers put .pth files there;
#   anything else that does is reported.
#
#   Misses: a package that is installed, a module that is already there and changed, and programs
#   that are called or named as an installer would be.
# related_resources:
# - ref: https://docs.python.org/3/library/site.html
# custom:
#   id: TW-0126
#   severity: medium
#   attack: [T1546.018]
#   events: [security_file_open, security_inode_rename, security_inode_symlink, security_inode_link, security_sb_mount]
package signatures.python_startup_write

import rego.v2

import data.lib.exceptions
import data.lib.files
import data.lib.programs

_files := [".pth", "/site.py", "/sitecustomize.py", "/usercustomize.py"]

# Names of scripts, and of modules for python -m.
_installers := {
	"build",
	"conda",
	"ensurepip",
	"hatch",
	"mamba",
	"pdm",
	"pip",
	"pip3",
	"pipx",
	"poetry",
	"setup.py",
	"tox",
	"uv",
	"venv",
	"virtualenv",
}

finding contains change if {
	some [path, change] in files.changed
	strings.any_suffix_match(path, _files)
	regex.match(`/(site|dist)-packages/[^/]+$|/python3[^/]*/[^/]+$`, path)
	not _installer
	not input.process.exe in programs.package_managers
	not input.process.exe in programs.container_runtimes
	not exceptions.apply("TW-0126")
}

_installer if strings.any_suffix_match(input.process.exe, ["/uv", "/uvx", "/conda", "/mamba", "/micromamba", "/pixi"])

# The script, or the module behind -m.
_installer if {
	some argument in array.slice(input.process.argv, 1, 5)
	parts := split(argument, "/")
	name := parts[count(parts) - 1]
	name in _installers
}

_installer if {
	some argument in array.slice(input.process.argv, 1, 5)
	regex.match(`/pip3\.[0-9]+$|/pip/__pip-runner__\.py$|/_in_process\.py$`, argument)
}

# As ensurepip calls it.
_installer if {
	some argument in array.slice(input.process.argv, 1, 6)
	contains(argument, "runpy.run_module(\"pip\"")
}
