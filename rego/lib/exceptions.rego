# METADATA
# title: What users have said is fine
# description: |
#   `data.exceptions` has a list per signature id. A finding is dropped if everything that
#   one item of the list names is so. An item that is empty, or that names a thing which
#   is not known here, drops nothing: a typing error must not blind a signature.
package lib.exceptions

import rego.v2

# True if the event is an exception of signature *id*.
apply(id) if {
	some exception in data.exceptions[id]
	count(exception) > 0
	every thing, wanted in exception {
		_is(thing, wanted)
	}
}

# A long list is a table (engine/exceptions.py): what it takes does not depend on its length. `last` comes
# first because it says which combination is meant: otherwise OPA would put the whole table before the key
# that is looked up in it.
apply(id) if {
	# Known when the bundle is built. Without it, OPA would keep this rule for every signature, with or without
	# a table, and copy it into each: nine tenths of a bundle.
	data.tabled[id]
	some number, combination in data.excepted[id].combinations
	some last in _last[combination.path]
	said := [_said[thing] | some thing in combination.things]
	count(said) == count(combination.things)
	data.excepted[id].values[number][concat("\u0000", array.concat(said, last))]
}

_said["exe"] := input.process.exe

_said["comm"] := input.process.comm

_said["uid"] := format_int(input.process.uid, 10)

_said["container"] := input.container.name

_said["image"] := input.container.image

# What stands at the end of a key: nothing, or the path or a directory that it lies in.
_last[false] := {[]}

_last[true] := {[place] | some place in _places}

_places contains input.args.pathname

_places contains concat("/", array.concat(array.slice(names, 0, number), [""])) if {
	names := split(input.args.pathname, "/")
	some number in numbers.range(1, count(names) - 1)
}

_is("exe", wanted) if input.process.exe == wanted

_is("comm", wanted) if input.process.comm == wanted

_is("uid", wanted) if input.process.uid == wanted

_is("image", wanted) if input.container.image == wanted

_is("container", wanted) if input.container.name == wanted

# A path that ends in "/" stands for everything below it.
_is("pathname", wanted) if input.args.pathname == wanted

_is("pathname", wanted) if {
	endswith(wanted, "/")
	startswith(input.args.pathname, wanted)
}
