package signatures.shell_history_removed_test

import rego.v2

import data.signatures.shell_history_removed as signature

_said(event) := object.filter(event.args, {"pathname", "old_path", "new_path", "linkpath", "target", "path", "dev_name"})

_removal := [
	{
		"event": "security_inode_unlink",
		"args": {"pathname": "/root/.bash_history"},
		"process": {"exe": "/usr/bin/rm"},
	},
	{
		"event": "security_inode_unlink",
		"args": {"pathname": "/home/u/.zsh_history"},
		"process": {"exe": "/usr/bin/rm"},
	},
	{
		"event": "security_inode_unlink",
		"args": {"pathname": "/home/u/.local/share/fish/fish_history"},
		"process": {"exe": "/usr/bin/rm"},
	},
]

test_removal_is_reported if {
	every event in _removal {
		signature.finding == {_said(event)} with input as event
	}
}

_emptying := [
	{
		"event": "security_file_open",
		"args": {"pathname": "/root/.bash_history", "flags": ["O_WRONLY", "O_CREAT", "O_TRUNC"]},
		"process": {"exe": "/usr/bin/cp"},
	},
	{
		"event": "security_file_open",
		"args": {"pathname": "/root/.bash_history", "flags": ["O_WRONLY", "O_CREAT", "O_TRUNC"]},
		"process": {"exe": "/usr/bin/bash", "argv": ["bash", "-c", ": > x"]},
	},
]

test_emptying_is_reported if {
	every event in _emptying {
		signature.finding == {_said(event)} with input as event
	}
}

_replacement := [
	{
		"event": "security_inode_symlink",
		"args": {"linkpath": "/root/.bash_history", "target": "/dev/null"},
		"process": {"exe": "/usr/bin/ln"},
	},
	{
		"event": "security_inode_rename",
		"args": {"old_path": "/root/.bash_history", "new_path": "/tmp/x"},
		"process": {"exe": "/usr/bin/mv"},
	},
]

test_replacement_is_reported if {
	every event in _replacement {
		signature.finding == {_said(event)} with input as event
	}
}

_shell := [
	{
		"event": "security_file_open",
		"args": {"pathname": "/root/.bash_history", "flags": ["O_WRONLY", "O_CREAT", "O_TRUNC"]},
		"process": {"exe": "/usr/bin/bash", "argv": ["-bash"]},
	},
	{
		"event": "security_inode_rename",
		"args": {"old_path": "/root/.bash_history-1.tmp", "new_path": "/root/.bash_history"},
		"process": {"exe": "/usr/bin/bash", "argv": ["bash"]},
	},
]

test_shell_is_silent if {
	every event in _shell {
		signature.finding == set() with input as event
	}
}

_appending := [
	{
		"event": "security_file_open",
		"args": {"pathname": "/root/.bash_history", "flags": ["O_WRONLY", "O_APPEND"]},
		"process": {"exe": "/usr/bin/bash", "argv": ["-bash"]},
	},
	{
		"event": "security_file_open",
		"args": {"pathname": "/root/.bash_history", "flags": ["O_WRONLY", "O_APPEND"]},
		"process": {"exe": "/usr/bin/tee"},
	},
]

test_appending_is_silent if {
	every event in _appending {
		signature.finding == set() with input as event
	}
}

_other_file := [
	{
		"event": "security_inode_unlink",
		"args": {"pathname": "/tmp/notes_history.txt"},
		"process": {"exe": "/usr/bin/rm"},
	},
	{
		"event": "security_inode_unlink",
		"args": {"pathname": "/root/.bash_history.bak"},
		"process": {"exe": "/usr/bin/rm"},
	},
]

test_other_file_is_silent if {
	every event in _other_file {
		signature.finding == set() with input as event
	}
}

_account_removal := [
	{
		"event": "security_inode_unlink",
		"args": {"pathname": "/home/u/.bash_history"},
		"process": {"exe": "/usr/sbin/userdel"},
	},
]

test_account_removal_is_silent if {
	every event in _account_removal {
		signature.finding == set() with input as event
	}
}

test_missing_field_is_silent if {
	every event in _removal {
		signature.finding == set() with input as object.remove(event, ["args"])
		signature.finding == set() with input as object.remove(event, ["event"])
	}
}

test_exception_is_silent if {
	signature.finding == set() with input as _removal[0]
		with data.exceptions as {"TW-0131": [{"exe": _removal[0].process.exe}]}
}

_truncated := {
	"event": "truncate",
	"args": {"path": "/root/.zsh_history", "length": 0},
	"process": {"exe": "/usr/bin/python3.11", "argv": ["python3", "x.py"]},
}

test_truncating_is_reported if {
	signature.finding == {{"pathname": "/root/.zsh_history"}} with input as _truncated
	signature.finding == set() with input as object.union(_truncated, {"process": {"exe": "/bin/zsh", "argv": ["zsh"]}})
	signature.finding == set() with input as object.union(_truncated, {"args": {"path": "/root/notes_history"}})
}

_opened(exe, flags) := {
	"event": "security_file_open",
	"args": {"pathname": "/root/.bash_history", "flags": flags},
	"process": {"exe": exe, "argv": ["x", "y"]},
}

test_writing_from_the_beginning_is_reported if {
	signature.finding == {{"pathname": "/root/.bash_history"}} with input as _opened("/usr/bin/truncate", ["O_WRONLY", "O_CREAT"])
	signature.finding == set() with input as _opened("/usr/bin/tee", ["O_WRONLY", "O_APPEND"])
	signature.finding == set() with input as _opened("/usr/bin/cat", ["O_RDONLY"])
}

_started(variables) := {
	"event": "sched_process_exec",
	"args": {"pathname": "/usr/bin/bash", "argv": ["bash"], "env": array.concat(["HOME=/root"], variables)},
	"process": {"exe": "/usr/bin/bash"},
}

test_history_that_leads_nowhere_is_reported if {
	every variable in ["HISTFILE=/dev/null", "HISTSIZE=0", "HISTFILESIZE=0"] {
		signature.finding == {{"pathname": "/usr/bin/bash", "variables": [variable]}} with input as _started([variable])
	}
	every variable in ["HISTFILE=/dev/nullx", "HISTSIZE=01", "HISTFILE=/root/.h"] {
		signature.finding == set() with input as _started([variable])
	}
}
