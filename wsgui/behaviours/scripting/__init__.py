"""What a script of a server (the behaviour ``script``) can use::

    from wsgui.behaviours.scripting import Client, clients

    async def on_connect(client: Client) -> None:
        await client.send({"hello": client.path})

    async def on_message(client: Client, message: str | bytes) -> None:
        for one in clients():
            await one.send(message)

    async def on_close(client: Client) -> None:
        print(client.number, "has gone")

Each of these may be left out. Messages of one client are handled one after another, those of different clients beside
each other. ``on_connect`` may go on for as long as its client is there (to push something, say): messages do not wait
for it, and it is cancelled when the client goes. When the file is saved it is read again and clients stay; then
``on_reload(client)`` is called for each in place of ``on_connect``, if there is one, and what ``on_connect`` still did
is cancelled for it. ``client.data`` stays; what stands in the file itself starts anew.
"""

from wsgui.behaviours.scripting.api import Client, ClientGoneError, clients

__all__ = ["Client", "ClientGoneError", "clients"]
