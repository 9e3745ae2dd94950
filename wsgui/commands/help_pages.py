"""What parsers say. Written by a program, not by hand: ``python -m tests.help_pages``."""

from __future__ import annotations

from typing import Final

from wsgui.commands.parser import HelpPage, HelpWord

PAGES: Final[dict[str, HelpPage]] = {
    "": HelpPage(
        prog="wsgui",
        usage=None,
        description="A WebSocket playground: see every byte, send any byte. Without a subcommand it opens the window.",
        epilog="Subcommands without a window: serve, connect, show, export, import; each explains itself with --help.",
        groups=(
            (
                "positional arguments",
                (
                    HelpWord(
                        flags=(),
                        nargs="*",
                        metavar="URL|FILE",
                        help="open the window connected to this ws:// or wss:// URL, or with captures (.wscap) and files to import (.pcapng, .pcap, .cap, .jsonl, .ndjson, .har)",
                    ),
                ),
            ),
            (
                "options",
                (
                    HelpWord(flags=("-h", "--help"), nargs=0, metavar="", help="show this help message and exit"),
                    HelpWord(
                        flags=("--endpoint",),
                        nargs=None,
                        metavar="NAME",
                        help="open the window with this saved endpoint",
                    ),
                    HelpWord(
                        flags=("--demo",), nargs=0, metavar="", help="start an echo server and a client connected to it"
                    ),
                    HelpWord(
                        flags=("--self-test",),
                        nargs=0,
                        metavar="",
                        help="try whether everything works on this system; exit code 0 or 1",
                    ),
                    HelpWord(flags=("--version",), nargs=0, metavar="", help="show program's version number and exit"),
                ),
            ),
        ),
    ),
    "serve": HelpPage(
        prog="wsgui serve",
        usage="wsgui serve [OPTIONS]",
        description="Run a WebSocket server until Ctrl+C.",
        epilog="A secret on the command line is seen by others in the list of processes (wsgui hides it there as soon as it runs) and stays in the shell's history. A URL, a password and a token may therefore be written @FILE (the file's content) or '$NAME' (an environment variable), and --header and --cookie take a whole file. '$NAME' may also be a word of a header, a cookie, a subprotocol, or a parameter's value in a URL (wss://h/?token=$NAME). --user NAME alone takes the password from WSGUI_PASSWORD or asks for it on the terminal; so does - for a token or a key's password. @@ and $$ stand for a secret that begins with @ or $.",
        groups=(
            (
                "options",
                (
                    HelpWord(flags=("-h", "--help"), nargs=0, metavar="", help="show this help message and exit"),
                    HelpWord(
                        flags=("--capture",),
                        nargs=None,
                        metavar="FILE",
                        help="record every frame in this new file (.wscap)",
                    ),
                    HelpWord(
                        flags=("--verify",),
                        nargs=None,
                        metavar="FILE",
                        help="do what the rules of FILE say (--behaviour rules --set file=FILE), and print at the end how often each was hit; exit code 1 if that is not what the file expects",
                    ),
                    HelpWord(
                        flags=("--until-closed",),
                        nargs="?",
                        metavar="N",
                        help="end once N clients (usually 1) have been there and all are gone",
                    ),
                    HelpWord(
                        flags=("--endpoint",),
                        nargs=None,
                        metavar="NAME",
                        help="take everything from this saved endpoint, but what is said here",
                    ),
                    HelpWord(
                        flags=("--host",),
                        nargs=None,
                        metavar="HOST",
                        help="address to listen on (default: this machine only)",
                    ),
                    HelpWord(
                        flags=("--port",), nargs=None, metavar="PORT", help="port; 0 takes a free one (default: 8765)"
                    ),
                    HelpWord(
                        flags=("--behaviour",),
                        nargs=None,
                        metavar="NAME",
                        help="what it does:\nasyncapi: Sends what an AsyncAPI document describes, and checks what comes against it.\nbroadcast: Sends each message to every connection as it came.\ncapture: Answers as a recorded server did.\nchat: Rooms in which clients have names and everybody hears what is said.\nclock: Pushes the time to every connection, each so often.\ncounter: Answers every message with its number.\necho: Sends every message back: text as text, binary as binary.\nfiles: Sends a file or those of a folder in chunks, and receives uploads into a folder.\nfragments: Sends every message back in frames of at most so many bytes.\nheartbeat: Pings every connection each so often, and drops who does not answer.\nrpc: Answers calls: auth, getUsers, getClients, sleep, ping, and any of your own.\nrules: Answers as the rules of a file say: a mock, whose expectations can be verified.\nscript: Does what a Python file of yours says.\nsilent: Reads everything and says nothing.\nsocketio: A Socket.IO chat: long-polling and WebSocket, namespaces, rooms, acknowledgements.\nticker: Pushes prices as JSON to every connection, at a rate or as fast as it goes.\ntransform: Sends every message back changed: upper case, reversed, JSON laid out.",
                    ),
                ),
            ),
            (
                "what it does",
                (
                    HelpWord(
                        flags=("--set",),
                        nargs=None,
                        metavar="KEY=VALUE",
                        help="an option of the behaviour (repeatable; docs/behaviours.md lists them), or those of @FILE",
                    ),
                    HelpWord(
                        flags=("--route",),
                        nargs=None,
                        metavar="ROUTE",
                        help="do something else on a path (repeatable): '/chat=chat', '/ticks/*=ticker rate=5000'",
                    ),
                ),
            ),
            (
                "opening handshake",
                (
                    HelpWord(
                        flags=("--reject",),
                        nargs=None,
                        metavar="STATUS[:BODY]",
                        help="answer everybody with this status",
                    ),
                    HelpWord(
                        flags=("--path",),
                        nargs=None,
                        metavar="PATH",
                        help="let only this path in (repeatable; ends in * for all that begin so)",
                    ),
                    HelpWord(
                        flags=("--allow-origin",),
                        nargs=None,
                        metavar="ORIGIN",
                        help="of the pages of other sites let only this one in (repeatable; null, * or https://*.example.org too)",
                    ),
                    HelpWord(
                        flags=("--allow-host",),
                        nargs=None,
                        metavar="HOST",
                        help="let clients in that call this server by this name (repeatable; * or *.example.org too)",
                    ),
                    HelpWord(
                        flags=("--require-header",),
                        nargs=None,
                        metavar="NAME[:VALUE]",
                        help="let nobody in without it (repeatable)",
                    ),
                    HelpWord(
                        flags=("--header",),
                        nargs=None,
                        metavar="NAME:VALUE",
                        help="send this header (repeatable; order and case are kept), or those of @FILE",
                    ),
                    HelpWord(
                        flags=("--subprotocol",),
                        nargs=None,
                        metavar="NAME",
                        help="speak this subprotocol (repeatable, best first)",
                    ),
                    HelpWord(
                        flags=("--require-subprotocol",),
                        nargs=0,
                        metavar="",
                        help="let nobody in who offers none of the subprotocols",
                    ),
                    HelpWord(
                        flags=("--user",),
                        nargs=None,
                        metavar="NAME[:PASSWORD]",
                        help="HTTP Basic; asks for the password if it is not given",
                    ),
                    HelpWord(
                        flags=("--bearer",),
                        nargs=None,
                        metavar="TOKEN",
                        help="let in who sends Authorization: Bearer TOKEN, or ?token=TOKEN; @FILE, '$NAME' or - to be asked",
                    ),
                ),
            ),
            (
                "what browsers are shown",
                (
                    HelpWord(flags=("--no-page",), nargs=0, metavar="", help="show browsers no test page"),
                    HelpWord(
                        flags=("--static",),
                        nargs=None,
                        metavar="DIR",
                        help="serve the files of this folder to browsers too",
                    ),
                ),
            ),
            (
                "permessage-deflate (RFC 7692)",
                (
                    HelpWord(flags=("--deflate",), nargs=0, metavar="", help="compress messages if the peer agrees"),
                    HelpWord(
                        flags=("--deflate-wish",),
                        nargs=None,
                        metavar="PARAMETERS",
                        help="what to ask for, such as 'server_max_window_bits=12'",
                    ),
                ),
            ),
            (
                "times (500ms, 2s, 1min)",
                (
                    HelpWord(flags=("--ping-interval",), nargs=None, metavar="TIME", help="send a ping each so often"),
                    HelpWord(
                        flags=("--timeout",), nargs=None, metavar="TIME", help="for TCP, TLS and the opening handshake"
                    ),
                    HelpWord(flags=("--close-timeout",), nargs=None, metavar="TIME", help="for the closing handshake"),
                    HelpWord(
                        flags=("--idle-timeout",), nargs=None, metavar="TIME", help="close after so long without a byte"
                    ),
                ),
            ),
            (
                "TLS (wss://)",
                (
                    HelpWord(
                        flags=("--tls",),
                        nargs=0,
                        metavar="",
                        help="speak TLS; without --cert with a certificate for localhost that wsgui makes",
                    ),
                    HelpWord(
                        flags=("--ca",), nargs=None, metavar="FILE", help="ask clients for a certificate of these"
                    ),
                    HelpWord(
                        flags=("--cert",),
                        nargs=None,
                        metavar="FILE",
                        help="the certificate to show, with its chain (PEM or PKCS#12)",
                    ),
                    HelpWord(flags=("--key",), nargs=None, metavar="FILE", help="its key, if it is in another file"),
                    HelpWord(
                        flags=("--key-password",), nargs=None, metavar="PASSWORD", help="the key's; @FILE, '$NAME' or -"
                    ),
                    HelpWord(
                        flags=("--alpn",),
                        nargs=None,
                        metavar="NAME",
                        help="offer this application protocol (repeatable)",
                    ),
                    HelpWord(flags=("--tls-min",), nargs=None, metavar="1.2|1.3", help="the least version"),
                    HelpWord(
                        flags=("--key-log",),
                        nargs=None,
                        metavar="FILE",
                        help="write session secrets here, for Wireshark",
                    ),
                ),
            ),
            (
                "network",
                (HelpWord(flags=("--unix",), nargs=None, metavar="PATH", help="listen on this Unix socket instead"),),
            ),
            (
                "what messages are",
                (
                    HelpWord(
                        flags=("--proto",),
                        nargs=None,
                        metavar="FILE",
                        help="read and write Protobuf by this .proto or descriptor file",
                    ),
                    HelpWord(
                        flags=("--proto-type",),
                        nargs=None,
                        metavar="RULE",
                        help="which message of the schema payloads are (repeatable): chat.Say, /path=chat.Say, client=chat.Say or 1:7=chat.Say",
                    ),
                ),
            ),
            (
                "policies and faults",
                (
                    HelpWord(
                        flags=("--policy",),
                        nargs=None,
                        metavar="NAME=VALUE",
                        help="repeatable; mode, auto-pong, pong-delay, pong-payload, answer-close, close-code, mask, compress, read, read-rate, drop, duplicate, corrupt, delay, seed, cut-after, cut, handshake, frame-limit, message-limit, head-limit, header-limit, queue-limit, connection-limit",
                    ),
                ),
            ),
        ),
    ),
    "connect": HelpPage(
        prog="wsgui connect",
        usage="wsgui connect URL [OPTIONS]\n       wsgui connect --endpoint NAME [OPTIONS]",
        description="Connect to a WebSocket server. Lines of standard input go out as text messages; what arrives is printed, text as it is and binary as hex digits. The end of standard input closes the connection.",
        epilog="A secret on the command line is seen by others in the list of processes (wsgui hides it there as soon as it runs) and stays in the shell's history. A URL, a password and a token may therefore be written @FILE (the file's content) or '$NAME' (an environment variable), and --header and --cookie take a whole file. '$NAME' may also be a word of a header, a cookie, a subprotocol, or a parameter's value in a URL (wss://h/?token=$NAME). --user NAME alone takes the password from WSGUI_PASSWORD or asks for it on the terminal; so does - for a token or a key's password. @@ and $$ stand for a secret that begins with @ or $.\n\nExit code: 0 if the connection ended in order (1000, 1001, no code, the code of --close answered, or one of --ok-codes); 1 if there was none, if it was lost (1006) or failed, if the peer closed with any other code, or if input, output, the capture or the messages waited for are not complete; 2 for wrong use; 130 if it was stopped before it was connected. Standard error says why, with the peer's code and reason or the body of its refusal.",
        groups=(
            (
                "positional arguments",
                (
                    HelpWord(
                        flags=(),
                        nargs="?",
                        metavar="URL",
                        help="ws://, wss:// or ws+unix:// URL; a saved endpoint has its own",
                    ),
                ),
            ),
            (
                "options",
                (
                    HelpWord(flags=("-h", "--help"), nargs=0, metavar="", help="show this help message and exit"),
                    HelpWord(
                        flags=("--capture",),
                        nargs=None,
                        metavar="FILE",
                        help="record every frame in this new file (.wscap)",
                    ),
                    HelpWord(
                        flags=("--verbose", "-v"),
                        nargs=0,
                        metavar="",
                        help="print both heads, control frames and broken rules on standard error, secrets masked",
                    ),
                    HelpWord(flags=("--keep-secrets",), nargs=0, metavar="", help="do not mask them there"),
                    HelpWord(
                        flags=("--endpoint",),
                        nargs=None,
                        metavar="NAME",
                        help="take everything from this saved endpoint, but what is said here",
                    ),
                ),
            ),
            (
                "what is sent",
                (
                    HelpWord(
                        flags=("--send",),
                        nargs=None,
                        metavar="TEXT",
                        help="send this text first (repeatable, in order with the next three)",
                    ),
                    HelpWord(flags=("--send-hex",), nargs=None, metavar="DIGITS", help="send a binary message"),
                    HelpWord(flags=("--send-base64",), nargs=None, metavar="TEXT", help="send a binary message"),
                    HelpWord(
                        flags=("--send-file",), nargs=None, metavar="FILE", help="send a file as one binary message"
                    ),
                    HelpWord(flags=("--ping",), nargs=0, metavar="", help="send a ping and print the round trip"),
                    HelpWord(
                        flags=("--echo",), nargs=0, metavar="", help="send every message back until the peer closes"
                    ),
                    HelpWord(
                        flags=("--input",),
                        nargs=None,
                        metavar="{lines,whole,nul,length}",
                        help="how standard input is cut:\nlines: each line is a message, without its end\nwhole: all of it is one message\nnul: messages end with a zero byte\nlength: each message stands behind its length, four bytes, big-endian",
                    ),
                    HelpWord(
                        flags=("--encoding",),
                        nargs=None,
                        metavar="{text,binary,hex,base64}",
                        help="what a message of standard input is:\ntext: a text message, UTF-8\nbinary: a binary message of these bytes\nhex: a binary message, written as hex digits\nbase64: a binary message, written in base64 (either alphabet)",
                    ),
                ),
            ),
            (
                "how long it stays, and how it ends",
                (
                    HelpWord(
                        flags=("--wait",),
                        nargs=None,
                        metavar="TIME",
                        help="stay so long (5s) after standard input has ended",
                    ),
                    HelpWord(
                        flags=("--wait-messages",),
                        nargs=None,
                        metavar="N",
                        help="after standard input has ended, stay until N messages have come in all; with --wait no longer than that",
                    ),
                    HelpWord(flags=("--stay",), nargs=0, metavar="", help="stay until the peer closes, or Ctrl+C"),
                    HelpWord(
                        flags=("--close",),
                        nargs="+",
                        metavar=("CODE", "REASON"),
                        help="close with this code and reason (quoted, if it has blanks)",
                    ),
                    HelpWord(
                        flags=("--ok-codes",),
                        nargs=None,
                        metavar="CODES",
                        help="close codes that are as good as 1000 for the exit code: 4000,4100-4199",
                    ),
                ),
            ),
            (
                "what is printed",
                (
                    HelpWord(
                        flags=("--output",),
                        nargs=None,
                        metavar="{text,json,raw,nul,length}",
                        help="how messages are printed:\ntext: text as it is, binary as hex digits, a message a line\njson: JSON Lines with time, direction, kind, and text or base64\nraw: the bytes of the messages, one behind the other (not to a terminal)\nnul: the bytes of each message and a zero byte (not to a terminal)\nlength: the bytes of each message behind its length, four bytes, big-endian (not to a terminal)",
                    ),
                    HelpWord(flags=("--times",), nargs=0, metavar="", help="begin each line with the time of day"),
                    HelpWord(
                        flags=("--directions",),
                        nargs=0,
                        metavar="",
                        help="print what is sent too; lines begin with -> (sent) or <- (received)",
                    ),
                ),
            ),
            (
                "opening handshake",
                (
                    HelpWord(
                        flags=("--header",),
                        nargs=None,
                        metavar="NAME:VALUE",
                        help="send this header (repeatable; order and case are kept), or those of @FILE",
                    ),
                    HelpWord(
                        flags=("--cookie",),
                        nargs=None,
                        metavar="NAME=VALUE",
                        help="send this cookie (repeatable), or those of @FILE",
                    ),
                    HelpWord(flags=("--origin",), nargs=None, metavar="ORIGIN", help="send this Origin header"),
                    HelpWord(
                        flags=("--subprotocol",), nargs=None, metavar="NAME", help="offer this subprotocol (repeatable)"
                    ),
                    HelpWord(
                        flags=("--digest",),
                        nargs=0,
                        metavar="",
                        help="with --user: HTTP Digest, so that the password leaves as a hash alone",
                    ),
                    HelpWord(
                        flags=("--user",),
                        nargs=None,
                        metavar="NAME[:PASSWORD]",
                        help="HTTP Basic, or Digest with --digest; asks for the password if it is not given",
                    ),
                    HelpWord(
                        flags=("--bearer",),
                        nargs=None,
                        metavar="TOKEN",
                        help="Authorization: Bearer TOKEN; @FILE, '$NAME' or - to be asked",
                    ),
                ),
            ),
            (
                "permessage-deflate (RFC 7692)",
                (
                    HelpWord(flags=("--deflate",), nargs=0, metavar="", help="compress messages if the peer agrees"),
                    HelpWord(
                        flags=("--deflate-offer",),
                        nargs=None,
                        metavar="VALUE",
                        help="the Sec-WebSocket-Extensions header to send",
                    ),
                ),
            ),
            (
                "times (500ms, 2s, 1min)",
                (
                    HelpWord(flags=("--ping-interval",), nargs=None, metavar="TIME", help="send a ping each so often"),
                    HelpWord(
                        flags=("--timeout",), nargs=None, metavar="TIME", help="for TCP, TLS and the opening handshake"
                    ),
                    HelpWord(flags=("--close-timeout",), nargs=None, metavar="TIME", help="for the closing handshake"),
                    HelpWord(
                        flags=("--idle-timeout",), nargs=None, metavar="TIME", help="close after so long without a byte"
                    ),
                ),
            ),
            (
                "network",
                (
                    HelpWord(
                        flags=("--proxy",),
                        nargs=None,
                        metavar="URL",
                        help="http://, https://, socks4:// or socks5:// proxy, or 'environment'",
                    ),
                    HelpWord(
                        flags=("--proxy-digest",),
                        nargs=0,
                        metavar="",
                        help="the proxy's password by HTTP Digest alone, never as Basic",
                    ),
                    HelpWord(flags=("--ipv4",), nargs=0, metavar="", help="use IPv4 alone"),
                    HelpWord(flags=("--ipv6",), nargs=0, metavar="", help="use IPv6 alone"),
                    HelpWord(
                        flags=("--bind",),
                        nargs=None,
                        metavar="ADDRESS",
                        help="connect from this address of this machine",
                    ),
                    HelpWord(flags=("--redirects",), nargs=None, metavar="N", help="follow so many redirects"),
                ),
            ),
            (
                "TLS (wss://)",
                (
                    HelpWord(flags=("--insecure",), nargs=0, metavar="", help="do not verify the certificate"),
                    HelpWord(flags=("--ca",), nargs=None, metavar="FILE", help="trust these authorities"),
                    HelpWord(
                        flags=("--pin",),
                        nargs=None,
                        metavar="SHA256",
                        help="trust the certificate with this SHA-256 fingerprint and no other (repeatable)",
                    ),
                    HelpWord(
                        flags=("--cert",),
                        nargs=None,
                        metavar="FILE",
                        help="the certificate to show, with its chain (PEM or PKCS#12)",
                    ),
                    HelpWord(flags=("--key",), nargs=None, metavar="FILE", help="its key, if it is in another file"),
                    HelpWord(
                        flags=("--key-password",), nargs=None, metavar="PASSWORD", help="the key's; @FILE, '$NAME' or -"
                    ),
                    HelpWord(
                        flags=("--server-name",),
                        nargs=None,
                        metavar="NAME",
                        help="the name to ask for (SNI) and to verify",
                    ),
                    HelpWord(
                        flags=("--alpn",),
                        nargs=None,
                        metavar="NAME",
                        help="offer this application protocol (repeatable)",
                    ),
                    HelpWord(flags=("--tls-min",), nargs=None, metavar="1.2|1.3", help="the least version"),
                    HelpWord(
                        flags=("--key-log",),
                        nargs=None,
                        metavar="FILE",
                        help="write session secrets here, for Wireshark",
                    ),
                ),
            ),
            (
                "reconnecting",
                (
                    HelpWord(
                        flags=("--reconnect",), nargs=0, metavar="", help="connect again when the connection is lost"
                    ),
                    HelpWord(
                        flags=("--reconnect-attempts",),
                        nargs=None,
                        metavar="N",
                        help="give up after so many (0: never)",
                    ),
                ),
            ),
            (
                "what messages are",
                (
                    HelpWord(
                        flags=("--proto",),
                        nargs=None,
                        metavar="FILE",
                        help="read and write Protobuf by this .proto or descriptor file",
                    ),
                    HelpWord(
                        flags=("--proto-type",),
                        nargs=None,
                        metavar="RULE",
                        help="which message of the schema payloads are (repeatable): chat.Say, /path=chat.Say, client=chat.Say or 1:7=chat.Say",
                    ),
                ),
            ),
            (
                "templates and automatic answers",
                (
                    HelpWord(
                        flags=("--template",),
                        nargs=0,
                        metavar="",
                        help="fill in {{uuid}}, {{now}}, {{NAME}} … in the texts of --send, in lines of standard input and in the messages on connect (docs/behaviours.md lists them); \\{{ is {{",
                    ),
                    HelpWord(
                        flags=("--var",),
                        nargs=None,
                        metavar="NAME=VALUE",
                        help="a variable of templates (repeatable), or those of @FILE; NAME@ENVIRONMENT counts in that environment alone; it switches --template on",
                    ),
                    HelpWord(
                        flags=("--environment",),
                        nargs=None,
                        metavar="NAME",
                        help="take the values that variables have there",
                    ),
                    HelpWord(
                        flags=("--env",),
                        nargs=None,
                        metavar="NAME",
                        help="let {{env.NAME}} send this environment variable (repeatable); a text of --send may by itself",
                    ),
                    HelpWord(
                        flags=("--answer",),
                        nargs=None,
                        metavar="FILE",
                        help="answer what comes as the rules of this file say (those of the behaviour rules, docs/behaviours.md), or as socket.io, socket.io-2, graphql-transport-ws or mqtt need it",
                    ),
                    HelpWord(
                        flags=("--answer-limit",),
                        nargs=None,
                        metavar="N",
                        help="stop the rules on a connection once they answer more often than this in a second (0: never; default: 100)",
                    ),
                ),
            ),
            (
                "policies and faults",
                (
                    HelpWord(
                        flags=("--policy",),
                        nargs=None,
                        metavar="NAME=VALUE",
                        help="repeatable; mode, auto-pong, pong-delay, pong-payload, answer-close, close-code, mask, compress, read, read-rate, drop, duplicate, corrupt, delay, seed, cut-after, cut, frame-limit, message-limit, head-limit, header-limit, queue-limit",
                    ),
                ),
            ),
        ),
    ),
    "show": HelpPage(
        prog="wsgui show",
        usage=None,
        description="Print the frames of a capture, or of a file that can be imported, one on a line. Secrets of the handshake are masked.",
        epilog=None,
        groups=(
            (
                "positional arguments",
                (HelpWord(flags=(), nargs=None, metavar="FILE", help="a capture (.wscap), or what can be imported"),),
            ),
            (
                "options",
                (
                    HelpWord(flags=("-h", "--help"), nargs=0, metavar="", help="show this help message and exit"),
                    HelpWord(
                        flags=("--filter",),
                        nargs=None,
                        metavar="EXPR",
                        help="only frames that this takes: 'opcode == text and length > 100'",
                    ),
                    HelpWord(
                        flags=("--proto",),
                        nargs=None,
                        metavar="FILE",
                        help="read and write Protobuf by this .proto or descriptor file",
                    ),
                    HelpWord(
                        flags=("--proto-type",),
                        nargs=None,
                        metavar="RULE",
                        help="which message of the schema payloads are (repeatable): chat.Say, /path=chat.Say, client=chat.Say or 1:7=chat.Say",
                    ),
                    HelpWord(flags=("--json",), nargs=0, metavar="", help="JSON Lines, for programs"),
                    HelpWord(
                        flags=("--messages",),
                        nargs=0,
                        metavar="",
                        help="whole messages instead of frames, as their decoders understand them",
                    ),
                    HelpWord(
                        flags=("--decode",),
                        nargs=None,
                        metavar="NAME",
                        help="with --messages, the decoder to take where it fits, such as json, socket.io or hex",
                    ),
                ),
            ),
        ),
    ),
    "export": HelpPage(
        prog="wsgui export",
        usage=None,
        description="Write a capture in another format. The suffix of OUT says which: .pcapng, .jsonl, .har or .csv; or --format.",
        epilog=None,
        groups=(
            (
                "positional arguments",
                (
                    HelpWord(flags=(), nargs=None, metavar="IN", help="a capture (.wscap)"),
                    HelpWord(
                        flags=(),
                        nargs=None,
                        metavar="OUT",
                        help="a new file: .pcapng, .jsonl, .har or .csv; or a new folder for payloads",
                    ),
                ),
            ),
            (
                "options",
                (
                    HelpWord(flags=("-h", "--help"), nargs=0, metavar="", help="show this help message and exit"),
                    HelpWord(
                        flags=("--filter",),
                        nargs=None,
                        metavar="EXPR",
                        help="only frames that this takes: 'opcode == text and length > 100'",
                    ),
                    HelpWord(
                        flags=("--proto",),
                        nargs=None,
                        metavar="FILE",
                        help="read and write Protobuf by this .proto or descriptor file",
                    ),
                    HelpWord(
                        flags=("--proto-type",),
                        nargs=None,
                        metavar="RULE",
                        help="which message of the schema payloads are (repeatable): chat.Say, /path=chat.Say, client=chat.Say or 1:7=chat.Say",
                    ),
                    HelpWord(
                        flags=("--format",),
                        nargs=None,
                        metavar="NAME",
                        help="pcapng: For Wireshark and tshark: the frames as on the wire, with their masking keys.; pcapng-decompressed: For programs that cannot inflate: compressed messages are written inflated, without the negotiation.; jsonl: One row a line, everything in it; wsgui can import it again.; har: As Chrome writes it: whole messages, frames under a field of our own.; csv: The table, for spreadsheets.; payloads: A new folder with a file for each row's payload.",
                    ),
                    HelpWord(
                        flags=("--decompressed",), nargs=0, metavar="", help="the same as --format pcapng-decompressed"
                    ),
                    HelpWord(
                        flags=("--keep-secrets",),
                        nargs=0,
                        metavar="",
                        help="do not mask Authorization, Cookie and the like, and tokens in URLs",
                    ),
                ),
            ),
        ),
    ),
    "import": HelpPage(
        prog="wsgui import",
        usage=None,
        description="Make a capture of another program's file: .pcapng, .pcap, .cap, .jsonl, .ndjson or .har, compressed or not. Of a broken file what can be read is imported, and what cannot is reported; then the exit code is 1.",
        epilog=None,
        groups=(
            (
                "positional arguments",
                (
                    HelpWord(
                        flags=(), nargs=None, metavar="IN", help="a file: .pcapng, .pcap, .cap, .jsonl, .ndjson or .har"
                    ),
                    HelpWord(flags=(), nargs=None, metavar="OUT", help="the new capture (.wscap)"),
                ),
            ),
            (
                "options",
                (HelpWord(flags=("-h", "--help"), nargs=0, metavar="", help="show this help message and exit"),),
            ),
        ),
    ),
}
MADE_OF: Final[dict[str, int]] = {
    "behaviours/known/__init__.py": 35,
    "behaviours/known/asyncapi.py": 10243,
    "behaviours/known/capture.py": 9881,
    "behaviours/known/files.py": 14773,
    "behaviours/known/rules.py": 16617,
    "behaviours/known/script.py": 9882,
    "capture/formats.py": 6759,
    "endpoint/policies.py": 16285,
    "endpoint/settings.py": 30703,
    "engine/behaviours/known/__init__.py": 77,
    "engine/behaviours/known/broadcast.py": 1025,
    "engine/behaviours/known/chat.py": 10282,
    "engine/behaviours/known/clock.py": 2112,
    "engine/behaviours/known/counter.py": 1967,
    "engine/behaviours/known/echo.py": 678,
    "engine/behaviours/known/fragments.py": 3296,
    "engine/behaviours/known/heartbeat.py": 3273,
    "engine/behaviours/known/rpc.py": 12588,
    "engine/behaviours/known/silent.py": 359,
    "engine/behaviours/known/socket_io.py": 8938,
    "engine/behaviours/known/ticker.py": 5622,
    "engine/behaviours/known/transform.py": 3613,
}
