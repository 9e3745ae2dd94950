"""Engine.IO and Socket.IO over our engine: python-engineio and python-socketio, whose transports are ours.

The libraries' packets, sessions, namespaces, rooms and acknowledgements are used as they are. What they do otherwise
than the protocols' published tests ask for is overridden here, a session's life above all (`session`), and so is what
they print: a broken packet ends its session, nothing is written to a log, and every task has an owner.
"""
