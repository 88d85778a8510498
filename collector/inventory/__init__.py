"""Which containers there are, and what their runtimes know of them.

A process of its own, without any capability: it reads what runtimes and whoever names
containers wrote, which the privileged half never does.
"""
