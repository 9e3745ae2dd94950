"""What our server does with what it gets: a registry, and one file for each behaviour under ``known``.

A behaviour is a dataclass; those of its fields that are made by `setting` are its options. The window's form,
``--behaviour NAME --set KEY=VALUE``, routes, saved endpoints and docs/behaviours.md are made of them.
"""

from wsgui.engine.behaviours.base import Behaviour, setting
from wsgui.engine.behaviours.plan import Plan, Route, Told, made, plan, read_route, route_text
from wsgui.engine.behaviours.registry import all_behaviours, register

__all__ = [
    "Behaviour",
    "Plan",
    "Route",
    "Told",
    "all_behaviours",
    "made",
    "plan",
    "read_route",
    "register",
    "route_text",
    "setting",
]
