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
