package signatures.python_startup_write_test

import rego.v2

import data.signatures.python_startup_write as signature

_said(event) := object.filter(event.args, {"pathname", "old_path", "new_path", "linkpath", "target", "path", "dev_name"})

_write := [
	{
		"event": "security_file_open",
		"args": {"pathname": "/usr/local/lib/python3.11/dist-packages/zz.pth", "flags": ["O_WRONLY", "O_CREAT", "O_TRUNC"]},
		"process": {"exe": "/usr/bin/python3.11", "argv": ["python3", "-c", "open('x')"]},
	},
	{
		"event": "security_file_open",
		"args": {"pathname": "/v/lib/python3.11/site-packages/sitecustomize.py", "flags": ["O_WRONLY", "O_CREAT", "O_TRUNC"]},
		"process": {"exe": "/usr/bin/python3.11", "argv": ["python3", "-c", "open('x')"]},
	},
	{
		"event": "security_file_open",
		"args": {"pathname": "/usr/lib/python3.11/sitecustomize.py", "flags": ["O_WRONLY", "O_CREAT", "O_TRUNC"]},
		"process": {"exe": "/usr/bin/python3.11", "argv": ["python3", "-c", "open('x')"]},
	},
	{
		"event": "security_file_open",
		"args": {"pathname": "/v/lib/python3.11/site-packages/a.pth", "flags": ["O_WRONLY", "O_CREAT", "O_TRUNC"]},
		"process": {"exe": "/usr/bin/dash"},
	},
]

test_write_is_reported if {
	every event in _write {
		signature.finding == {_said(event)} with input as event
	}
}

_replacement := [
	{
		"event": "security_inode_rename",
		"args": {"old_path": "/tmp/x", "new_path": "/v/lib/python3.11/site-packages/a.pth"},
		"process": {"exe": "/usr/bin/mv"},
	},
	{
		"event": "security_inode_symlink",
		"args": {"linkpath": "/v/lib/python3.11/site-packages/a.pth", "target": "/tmp/x"},
		"process": {"exe": "/usr/bin/ln"},
	},
]

test_replacement_is_reported if {
	every event in _replacement {
		signature.finding == {_said(event)} with input as event
	}
}

_reading := [
	{
		"event": "security_file_open",
		"args": {"pathname": "/v/lib/python3.11/site-packages/a.pth", "flags": ["O_RDONLY", "O_CLOEXEC"]},
		"process": {"exe": "/usr/bin/dash"},
	},
]

test_reading_is_silent if {
	every event in _reading {
		signature.finding == set() with input as event
	}
}

_installer := [
	{
		"event": "security_file_open",
		"args": {"pathname": "/v/lib/python3.11/site-packages/a.pth", "flags": ["O_WRONLY", "O_CREAT", "O_TRUNC"]},
		"process": {"exe": "/usr/bin/python3.11", "argv": ["python", "-m", "pip", "install"]},
	},
	{
		"event": "security_file_open",
		"args": {"pathname": "/v/lib/python3.11/site-packages/a.pth", "flags": ["O_WRONLY", "O_CREAT", "O_TRUNC"]},
		"process": {"exe": "/usr/bin/python3.11", "argv": ["python", "/v/bin/pip", "install"]},
	},
	{
		"event": "security_file_open",
		"args": {"pathname": "/v/lib/python3.11/site-packages/a.pth", "flags": ["O_WRONLY", "O_CREAT", "O_TRUNC"]},
		"process": {"exe": "/usr/bin/python3.11", "argv": ["python", "-Im", "ensurepip"]},
	},
	{
		"event": "security_file_open",
		"args": {"pathname": "/v/lib/python3.11/site-packages/a.pth", "flags": ["O_WRONLY", "O_CREAT", "O_TRUNC"]},
		"process": {"exe": "/usr/bin/python3.11", "argv": ["python", "-W", "i", "-c", "\nimport runpy\nrunpy.run_module(\"pip\", x)"]},
	},
	{
		"event": "security_file_open",
		"args": {"pathname": "/v/lib/python3.11/site-packages/a.pth", "flags": ["O_WRONLY", "O_CREAT", "O_TRUNC"]},
		"process": {"exe": "/usr/bin/python3.11", "argv": ["python", "/v/lib/python3.11/site-packages/pip/__pip-runner__.py", "install"]},
	},
	{
		"event": "security_file_open",
		"args": {"pathname": "/v/lib/python3.11/site-packages/a.pth", "flags": ["O_WRONLY", "O_CREAT", "O_TRUNC"]},
		"process": {"exe": "/root/.local/bin/uv"},
	},
]

test_installer_is_silent if {
	every event in _installer {
		signature.finding == set() with input as event
	}
}

_other_file := [
	{
		"event": "security_file_open",
		"args": {"pathname": "/tmp/model.pth", "flags": ["O_WRONLY", "O_CREAT", "O_TRUNC"]},
		"process": {"exe": "/usr/bin/dash"},
	},
	{
		"event": "security_file_open",
		"args": {"pathname": "/v/lib/python3.11/site-packages/a.py", "flags": ["O_WRONLY", "O_CREAT", "O_TRUNC"]},
		"process": {"exe": "/usr/bin/dash"},
	},
	{
		"event": "security_file_open",
		"args": {"pathname": "/v/lib/python3.11/site-packages/torch/x/a.pth", "flags": ["O_WRONLY", "O_CREAT", "O_TRUNC"]},
		"process": {"exe": "/usr/bin/dash"},
	},
]

test_other_file_is_silent if {
	every event in _other_file {
		signature.finding == set() with input as event
	}
}

test_missing_field_is_silent if {
	every event in _write {
		signature.finding == set() with input as object.remove(event, ["args"])
		signature.finding == set() with input as object.remove(event, ["event"])
	}
}

test_exception_is_silent if {
	signature.finding == set() with input as _write[0]
		with data.exceptions as {"TW-0126": [{"exe": _write[0].process.exe}]}
}
