"""Qt-free use cases: a running client or server with its capture."""

from wsgui.session.client import ClientSession
from wsgui.session.server import ServerSession

__all__ = ["ClientSession", "ServerSession"]
