"""Rules that protocols above WebSocket need from a client: its first message, and answers that keep it connected."""

from __future__ import annotations

from typing import Final

READY: Final[dict[str, str]] = {
    "socket.io": """
[[rule]]
name = "connect"
on = "matches"
value = '^0\\{'
send = "40"
[[rule]]
name = "pong"
on = "equals"
value = "2"
send = "3"
""",
    "socket.io-2": """
[[rule]]
name = "ping"
on = "timer"
every = "20s"
send = "2"
""",
    "graphql-transport-ws": """
[[rule]]
name = "init"
on = "connect"
send = '{"type":"connection_init"}'
[[rule]]
name = "pong"
on = "json"
path = "type"
value = "ping"
send = '{"type":"pong"}'
""",
    "mqtt": """
[[rule]]
name = "ping"
on = "timer"
every = "20s"
binary = "c0 00"
""",
}
"""By the name that stands in place of a file of rules. Socket.IO 3 and 4 (Engine.IO 4): the client asks to be let in,
the server pings. Socket.IO 2 (Engine.IO 3): it is let in by itself, and pings. GraphQL over WebSocket
(graphql-transport-ws): it begins, and either may ping. MQTT: it pings within the time that it promised (section
3.1.2.10 of MQTT 3.1.1), 60 s by the texts of the composer."""
