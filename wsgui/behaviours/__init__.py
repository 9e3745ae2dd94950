"""Behaviours of a server that stand on more than the engine: on filters, captures, documents and scripts of a person.

`wsgui.engine.behaviours.registry` finds those in ``known`` as it finds the engine's own.
"""
