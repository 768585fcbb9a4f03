"""The reference diary: a stand-in for a practice's own system, reached only over HTTP.

Development and tests run it as a process of its own (``python -m webapp.reference``). It is
written from the vendor's document, never from our connector, so that the two can disagree.
"""
