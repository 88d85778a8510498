"""Findings in the form of other products, for services that read those already."""
