"""Tracee's Rego signatures, as their authors wrote them; see docs/tracee-signatures.md."""
