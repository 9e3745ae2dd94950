"""Everything that a person can say about an endpoint, as one plain value: what the drawer edits, the command line
reads, and a saved endpoint keeps. Each field is a row of the table of options: see `options.model`.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final

from wsgui.engine.tls import MINIMUMS
from wsgui.options.model import Choice, Face, Shape, counted, option, options_of, said
from wsgui.protocol.deflate import OFFER
from wsgui.protocol.states import Role

Pairs = list[tuple[str, str]]


class SettingsError(ValueError):
    """Something that cannot be used, in one sentence; ``field`` is the name of the field that it stands in."""

    def __init__(self, field_name: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field_name


@dataclass(slots=True)
class EndpointSettings:
    """One endpoint. ``kind`` is ``client`` or ``server``; times are in seconds, 0 where "never" or "none" is meant.

    Headers, cookies and policies are pairs in the order in which they are sent or applied; ``headers_off`` are kept and
    not sent. ``host`` to ``reject_body`` are a server's; ``origins`` and ``hosts`` are the foreign ones that it
    lets in (`protocol.visitors`). ``password`` is the one of Basic, for either role, and of a
    client's Digest.
    """

    kind: str = Role.CLIENT.value
    url: str = ""
    notes: str = option(Shape.PARAGRAPH, "")
    # a server: where it listens, and who may come
    host: str = option(
        Shape.TEXT,
        "127.0.0.1",
        server=Face(flag="--host", metavar="HOST", help="address to listen on (default: this machine only)"),
    )
    port: int = option(
        Shape.COUNT,
        8765,
        most=65535,
        server=Face(flag="--port", metavar="PORT", help="port; 0 takes a free one (default: 8765)"),
    )
    behaviour: str = option(
        Shape.BEHAVIOUR,
        "echo",
        server=Face(flag="--behaviour", metavar="NAME", help="what it does with messages (default: echo)"),
        implies={"behaviour_options": []},
    )
    behaviour_options: Pairs = option(
        Shape.TOLD,
        [],
        sign="=",
        server=Face(
            "Behaviour",
            "Options of the behavio&ur",
            "What the behaviour that the bar shows can be told",
            flag="--set",
            metavar="KEY=VALUE",
            flag_help="an option of the behaviour (repeatable; docs/behaviours.md lists them), or those of @FILE",
        ),
        summary=counted("behaviour option"),
    )
    routes: list[str] = option(
        Shape.LINES,
        [],
        server=Face(
            "Behaviour",
            "&Paths that do something else",
            "Each line a path, its behaviour and the options of that; what has blanks stands in quotes",
            "/chat=chat, or /ticks/*=clock interval=500ms; one a line",
            flag="--route",
            metavar="ROUTE",
            flag_help="do something else on a path (repeatable): '/chat=chat', '/ticks/*=ticker rate=5000'",
        ),
        summary=counted("route"),
    )
    secure: bool = option(
        Shape.FLAG,
        False,
        server=Face(
            "TLS",
            "&Use TLS (wss://)",
            "Clients then connect to wss:// instead of ws://",
            flag="--tls",
            flag_help="speak TLS; without --cert with a certificate for localhost that wsgui makes",
        ),
        note="Without a certificate of your own, wsgui makes one for localhost and says how to trust it.",
        summary=said("TLS"),
    )
    unix_path: str = option(
        Shape.TEXT,
        "",
        server=Face(
            "Network",
            "&Unix socket",
            "Listen on this path instead of an address and a port",
            flag="--unix",
            metavar="PATH",
            flag_help="listen on this Unix socket instead",
        ),
        summary=said("Unix socket"),
    )
    reject_status: int = option(
        Shape.STATUS,
        0,
        most=599,
        server=Face(
            "Rejection",
            "Stat&us",
            "Answer everybody with this status, 200 to 599",
            "off",
            flag="--reject",
            metavar="STATUS[:BODY]",
            flag_help="answer everybody with this status",
        ),
        summary=lambda status: f"rejects with {status}",
    )
    reject_body: str = option(Shape.PARAGRAPH, "", server=Face("Rejection", "Bod&y", "The body of that answer"))
    paths: list[str] = option(
        Shape.LINES,
        [],
        server=Face(
            "Admission",
            "&Paths",
            "Let only these paths in; others get 404. A * at the end: all that begin so",
            "/chat, or /chat/* for all that begin so; one a line; empty lets every path in",
            flag="--path",
            metavar="PATH",
            flag_help="let only this path in (repeatable; ends in * for all that begin so)",
        ),
        summary=counted("path"),
    )
    origins: list[str] = option(
        Shape.LINES,
        [],
        server=Face(
            "Other sites",
            "Origi&ns let in",
            "Pages of these sites come in without a question",
            "https://example.org, https://*.example.org, null, or * for all; one a line",
            flag="--allow-origin",
            metavar="ORIGIN",
            flag_help="of the pages of other sites let only this one in (repeatable; null, * or https://*.example.org "
            "too)",
        ),
        summary=counted("origin"),
    )
    hosts: list[str] = option(
        Shape.LINES,
        [],
        server=Face(
            "Other sites",
            "Host n&ames let in",
            "What clients may call this server, besides localhost, addresses and this machine's name",
            "example.org, *.example.org, or * for all; one a line",
            flag="--allow-host",
            metavar="HOST",
            flag_help="let clients in that call this server by this name (repeatable; * or *.example.org too)",
        ),
        summary=counted("host name"),
    )
    refused_origins: list[str] = option(
        Shape.LINES,
        [],
        server=Face("Other sites", "Origins ref&used", "Pages of these sites get 403", "One a line"),
    )
    refused_hosts: list[str] = option(
        Shape.LINES,
        [],
        server=Face("Other sites", "Host names refuse&d", "Who calls this server so gets 403", "One a line"),
    )
    page: bool = option(
        Shape.FLAG,
        True,
        server=Face(
            "Browser",
            "No test p&age",
            "Browsers then get 426 as any other request that asks for no WebSocket",
            flag="--no-page",
            flag_help="show browsers no test page",
        ),
        summary=said("no test page"),
    )
    static_folder: str = option(
        Shape.FOLDER,
        "",
        server=Face(
            "Browser",
            "Files of a fol&der",
            "A page under test can then come from this server; what begins with a dot or lies outside is not served",
            "none",
            flag="--static",
            metavar="DIR",
            flag_help="serve the files of this folder to browsers too",
        ),
        summary=said("files"),
    )
    required_headers: Pairs = option(
        Shape.PAIRS,
        [],
        server=Face(
            "Required",
            "He&aders that a client must send",
            "Without them it gets 401; an empty value means any",
            flag="--require-header",
            metavar="NAME[:VALUE]",
            flag_help="let nobody in without it (repeatable)",
        ),
        summary=counted("required header"),
    )
    # the opening handshake
    verify: bool = option(
        Shape.FLAG,
        True,
        client=Face(
            "TLS",
            "Do &not verify the server's certificate",
            "Accept any certificate: others can then read and change what is sent",
            flag="--insecure",
            flag_help="do not verify the certificate",
        ),
        warning="The server is not verified: it may be anybody, who can read and change all that is sent.",
        summary=said("not verified"),
    )
    headers: Pairs = option(
        Shape.HEADERS,
        [],
        client=Face(
            "Headers",
            "He&aders of the request",
            "Sent in this order and spelling. One with the name of a header of the handshake takes its place; "
            "an empty value takes it out. A word $NAME is taken from the environment.",
            flag="--header",
            metavar="NAME:VALUE",
            flag_help="send this header (repeatable; order and case are kept), or those of @FILE",
        ),
        server=Face(
            "Headers",
            "Extr&a headers of every answer",
            "Sent in this order and spelling, with 101 and refusals",
            flag="--header",
            metavar="NAME:VALUE",
            flag_help="send this header (repeatable; order and case are kept), or those of @FILE",
        ),
        summary=counted("header"),
    )
    headers_off: Pairs = option(Shape.PAIRS, [])
    cookies: Pairs = option(
        Shape.PAIRS,
        [],
        sign="=",
        item="cookie",
        client=Face(
            "Cookies",
            "&Cookies",
            "Sent in one Cookie header",
            flag="--cookie",
            metavar="NAME=VALUE",
            flag_help="send this cookie (repeatable), or those of @FILE",
        ),
        summary=counted("cookie"),
    )
    origin: str = option(
        Shape.TEXT,
        "",
        client=Face(
            "Handshake",
            "Origi&n",
            "As a browser's page would send it",
            "https://example.org",
            flag="--origin",
            metavar="ORIGIN",
            flag_help="send this Origin header",
        ),
        summary=said("Origin"),
    )
    subprotocols: list[str] = option(
        Shape.NAMES,
        [],
        client=Face(
            "Handshake",
            "S&ubprotocols",
            "Sec-WebSocket-Protocol, best first",
            "chat.v2, chat.v1",
            flag="--subprotocol",
            metavar="NAME",
            flag_help="offer this subprotocol (repeatable)",
        ),
        server=Face(
            "Handshake",
            "S&ubprotocols",
            "What this server speaks, best first",
            "chat.v2, chat.v1",
            flag="--subprotocol",
            metavar="NAME",
            flag_help="speak this subprotocol (repeatable, best first)",
        ),
        summary=counted("subprotocol"),
    )
    subprotocol_required: bool = option(
        Shape.FLAG,
        False,
        server=Face(
            "Handshake",
            "Refuse &clients that offer none of them",
            "They get 400 instead of a connection without a subprotocol",
            flag="--require-subprotocol",
            flag_help="let nobody in who offers none of the subprotocols",
        ),
    )
    auth: str = option(
        Shape.CHOICE,
        "none",
        client=Face(
            "Authorization",
            "&Kind",
            "Authorization: how this client says who it is; Digest when the server asks for it",
        ),
        server=Face("Authorization", "&Kind", "What a client has to know to be let in; others get 401"),
        choices=(
            Choice("none", "None"),
            Choice("basic", "Basic"),
            Choice("bearer", "Bearer token"),
            Choice(
                "digest",
                "Digest",
                Role.CLIENT,
                flag="--digest",
                flag_help="with --user: HTTP Digest, so that the password leaves as a hash alone",
            ),
        ),
        summary=str.capitalize,
    )
    user: str = option(
        Shape.USER,
        "",
        client=Face(
            "Authorization",
            "&User",
            "The user name of Basic or Digest",
            flag="--user",
            metavar="NAME[:PASSWORD]",
            flag_help="HTTP Basic, or Digest with --digest; asks for the password if it is not given",
        ),
        server=Face(
            "Authorization",
            "&User",
            "The user name of Basic",
            flag="--user",
            metavar="NAME[:PASSWORD]",
            flag_help="HTTP Basic; asks for the password if it is not given",
        ),
        needs=("auth", ("basic", "digest")),
        implies={"auth": "basic"},
    )
    password: str = option(
        Shape.SECRET,
        "",
        client=Face("Authorization", "Pass&word", "Of Basic or Digest; $NAME takes it from the environment"),
        server=Face("Authorization", "Pass&word", "Of Basic; $NAME takes it from the environment"),
        needs=("auth", ("basic", "digest")),
    )
    token: str = option(
        Shape.SECRET,
        "",
        client=Face(
            "Authorization",
            "Toke&n",
            "Sent as Authorization: Bearer; $NAME takes it from the environment",
            flag="--bearer",
            metavar="TOKEN",
            flag_help="Authorization: Bearer TOKEN; @FILE, '$NAME' or - to be asked",
        ),
        server=Face(
            "Authorization",
            "Toke&n",
            "As Authorization: Bearer, or for pages as token=... in the query; $NAME takes it from the environment",
            flag="--bearer",
            metavar="TOKEN",
            flag_help="let in who sends Authorization: Bearer TOKEN, or ?token=TOKEN; @FILE, '$NAME' or - to be asked",
        ),
        needs=("auth", ("bearer",)),
        implies={"auth": "bearer"},
    )
    # permessage-deflate
    deflate: bool = option(
        Shape.FLAG,
        False,
        client=Face(
            "Compression",
            "Offer &permessage-deflate",
            "Compress messages if the server agrees (RFC 7692)",
            flag="--deflate",
            flag_help="compress messages if the peer agrees",
        ),
        server=Face(
            "Compression",
            "&Accept permessage-deflate",
            "Compress messages with clients that offer it",
            flag="--deflate",
            flag_help="compress messages if the peer agrees",
        ),
        summary=said("deflate"),
    )
    offer: str = option(
        Shape.OFFER,
        str(OFFER),
        client=Face(
            "Compression",
            "He&ader",
            "Sec-WebSocket-Extensions as it is sent: any text, right or wrong",
            flag="--deflate-offer",
            metavar="VALUE",
            flag_help="the Sec-WebSocket-Extensions header to send",
        ),
        implies={"deflate": True},
    )
    wish: str = option(
        Shape.WISH,
        "server_max_window_bits=12; client_max_window_bits=12",
        server=Face(
            "Compression",
            "&Parameters",
            "What the server asks for",
            flag="--deflate-wish",
            metavar="PARAMETERS",
            flag_help="what to ask for, such as 'server_max_window_bits=12'",
        ),
        implies={"deflate": True},
    )
    # the way there
    proxy: str = option(
        Shape.PROXY,
        "",
        client=Face(
            "Network",
            "&Proxy",
            "The proxy that the connection goes through",
            flag="--proxy",
            metavar="URL",
            flag_help="http://, https://, socks4:// or socks5:// proxy, or 'environment'",
        ),
        summary=said("proxy"),
    )
    proxy_password: str = option(
        Shape.SECRET,
        "",
        client=Face(
            "Network",
            "Proxy pass&word",
            "Goes with the user name in the proxy's URL, as in socks5://user@host:1080",
        ),
    )
    proxy_auth: str = option(
        Shape.CHOICE,
        "basic",
        client=Face(
            "Network",
            "Proxy a&uthorization",
            "How an http:// or https:// proxy is told the password: as Basic at once, or as a hash when it asks for it",
        ),
        choices=(
            Choice("basic", "Basic, or Digest if it asks for that"),
            Choice(
                "digest",
                "Digest alone",
                flag="--proxy-digest",
                flag_help="the proxy's password by HTTP Digest alone, never as Basic",
            ),
        ),
        summary=said("proxy"),
    )
    family: str = option(
        Shape.CHOICE,
        "any",
        client=Face("Network", "&Addresses", "Which of a name's addresses are tried"),
        choices=(
            Choice("any", "IPv6 or IPv4"),
            Choice("ipv4", "IPv4 alone", flag="--ipv4", flag_help="use IPv4 alone"),
            Choice("ipv6", "IPv6 alone", flag="--ipv6", flag_help="use IPv6 alone"),
        ),
        summary=lambda family: family.replace("ip", "IP"),
    )
    bind: str = option(
        Shape.TEXT,
        "",
        client=Face(
            "Network",
            "Fro&m address",
            "An address of this machine to connect from",
            "any",
            flag="--bind",
            metavar="ADDRESS",
            flag_help="connect from this address of this machine",
        ),
        summary=said("bind"),
    )
    redirects: int = option(
        Shape.COUNT,
        0,
        most=20,
        client=Face(
            "Network",
            "Re&directs",
            "How many redirects (3xx) are followed",
            "not followed",
            flag="--redirects",
            metavar="N",
            flag_help="follow so many redirects",
        ),
        summary=counted("redirect"),
    )
    # times
    ping_interval: float = option(
        Shape.SECONDS,
        0.0,
        both=Face(
            "Times",
            "&Ping every",
            "Send a ping so often, to keep the connection",
            "no pings",
            flag="--ping-interval",
            metavar="TIME",
            flag_help="send a ping each so often",
        ),
        summary=said("keep-alive"),
    )
    ping_timeout: float = option(
        Shape.SECONDS,
        20.0,
        both=Face("Times", "Pong &within", "Close if the pong of such a ping takes longer"),
        summary=said("times"),
    )
    opening_timeout: float = option(
        Shape.SECONDS,
        10.0,
        both=Face(
            "Times",
            "Ope&ning handshake",
            "TCP, TLS and the opening handshake together",
            flag="--timeout",
            metavar="TIME",
            flag_help="for TCP, TLS and the opening handshake",
        ),
        summary=said("times"),
    )
    closing_timeout: float = option(
        Shape.SECONDS,
        10.0,
        both=Face(
            "Times",
            "&Closing handshake",
            "From our close frame to the end of TCP",
            flag="--close-timeout",
            metavar="TIME",
            flag_help="for the closing handshake",
        ),
        summary=said("times"),
    )
    idle_timeout: float = option(
        Shape.SECONDS,
        0.0,
        both=Face(
            "Times",
            "I&dle connection",
            "Close after so long without a byte from the peer",
            "never",
            flag="--idle-timeout",
            metavar="TIME",
            flag_help="close after so long without a byte",
        ),
        summary=said("times"),
    )
    # TLS
    ca_file: str = option(
        Shape.FILE,
        "",
        files="Certificates and keys (*.pem *.crt *.cer *.key)",
        client=Face(
            "TLS",
            "Own &CA",
            "Trust these authorities (PEM) instead of the system's",
            flag="--ca",
            metavar="FILE",
            flag_help="trust these authorities",
        ),
        server=Face(
            "TLS",
            "Client &CA",
            "Ask clients for a certificate of these authorities (PEM)",
            flag="--ca",
            metavar="FILE",
            flag_help="ask clients for a certificate of these",
        ),
        summary=said("own CA"),
    )
    pins: list[str] = option(
        Shape.LINES,
        [],
        client=Face(
            "TLS",
            "Tr&usted fingerprints",
            "A server that shows a certificate with one of these SHA-256 fingerprints is trusted, whoever vouches for "
            "it, and no other one. Take a line out to trust it no more",
            "ab:cd:…, one a line",
            flag="--pin",
            metavar="SHA256",
            flag_help="trust the certificate with this SHA-256 fingerprint and no other (repeatable)",
        ),
        summary=said("trusted by fingerprint"),
    )
    certificate: str = option(
        Shape.FILE,
        "",
        files="Certificates and keys (*.pem *.crt *.cer *.key)",
        client=Face(
            "TLS",
            "Certific&ate",
            "A certificate that this client shows (PEM with its chain, or PKCS#12)",
            flag="--cert",
            metavar="FILE",
            flag_help="the certificate to show, with its chain (PEM or PKCS#12)",
        ),
        server=Face(
            "TLS",
            "Certific&ate",
            "The certificate that this server shows (PEM with its chain, or PKCS#12)",
            flag="--cert",
            metavar="FILE",
            flag_help="the certificate to show, with its chain (PEM or PKCS#12)",
        ),
        summary=said("certificate"),
    )
    key: str = option(
        Shape.FILE,
        "",
        files="Certificates and keys (*.pem *.crt *.cer *.key)",
        both=Face(
            "TLS",
            "&Key",
            "The certificate's key (PEM), if it is in another file",
            flag="--key",
            metavar="FILE",
            flag_help="its key, if it is in another file",
        ),
    )
    key_password: str = option(
        Shape.SECRET,
        "",
        both=Face(
            "TLS",
            "Key pass&word",
            "Of a key that is encrypted",
            flag="--key-password",
            metavar="PASSWORD",
            flag_help="the key's; @FILE, '$NAME' or -",
        ),
    )
    server_name: str = option(
        Shape.TEXT,
        "",
        client=Face(
            "TLS",
            "Server na&me",
            "The name to ask for (SNI) and to verify",
            "the URL's host",
            flag="--server-name",
            metavar="NAME",
            flag_help="the name to ask for (SNI) and to verify",
        ),
        summary=said("TLS options"),
    )
    alpn: list[str] = option(
        Shape.NAMES,
        [],
        both=Face(
            "TLS",
            "AL&PN",
            "Application protocols to offer, best first",
            "http/1.1",
            flag="--alpn",
            metavar="NAME",
            flag_help="offer this application protocol (repeatable)",
        ),
        summary=said("TLS options"),
    )
    minimum_tls: str = option(
        Shape.CHOICE,
        "",
        both=Face(
            "TLS",
            "Ol&dest version",
            "The oldest version of TLS that is spoken",
            flag="--tls-min",
            metavar="1.2|1.3",
            flag_help="the least version",
        ),
        choices=(Choice("", "As the system does"), *(Choice(one, f"TLS {one}") for one in MINIMUMS)),
        summary=said("TLS options"),
    )
    key_log: str = option(
        Shape.NEW_FILE,
        "",
        both=Face(
            "TLS",
            "Ke&y log",
            "Append session secrets to this file; with it, Wireshark reads along",
            flag="--key-log",
            metavar="FILE",
            flag_help="write session secrets here, for Wireshark",
        ),
        summary=said("TLS options"),
    )
    # what its messages are
    proto_file: str = option(
        Shape.FILE,
        "",
        files="Protobuf (*.proto *.desc *.pb *.binpb *.protoset)",
        both=Face(
            "Messages",
            "&Protobuf schema",
            "A .proto file, or a descriptor file that protoc wrote: binary messages are read and written by it",
            flag="--proto",
            metavar="FILE",
            flag_help="read and write Protobuf by this .proto or descriptor file",
        ),
        summary=said("Protobuf schema"),
    )
    proto_types: list[str] = option(
        Shape.LINES,
        [],
        both=Face(
            "Messages",
            "&Messages of the schema",
            "Which message a payload is: chat.Say for all, /path=chat.Say for those of a path, client=chat.Say or "
            "server=chat.Say for those that one side sends, 1:7=chat.Say for those whose first field is number 1 "
            "with the value 7. The first line that fits counts.",
            "chat.Envelope, or /chat=chat.Say; one a line",
            flag="--proto-type",
            metavar="RULE",
            flag_help="which message of the schema payloads are (repeatable): chat.Say, /path=chat.Say, "
            "client=chat.Say or 1:7=chat.Say",
        ),
    )
    # what it does
    reconnect: bool = option(
        Shape.FLAG,
        False,
        client=Face(
            "Reconnect",
            "Connect &again when the connection is lost",
            "Not after a close that was meant (1000)",
            flag="--reconnect",
            flag_help="connect again when the connection is lost",
        ),
        summary=said("reconnect"),
    )
    reconnect_first: float = option(
        Shape.SECONDS,
        1.0,
        client=Face("Reconnect", "First &wait", "Before the first attempt; each wait is twice as long"),
    )
    reconnect_most: float = option(Shape.SECONDS, 30.0, client=Face("Reconnect", "Lo&ngest wait", "No wait is longer"))
    reconnect_jitter: float = option(
        Shape.SHARE,
        0.2,
        client=Face(
            "Reconnect",
            "Spread by &chance",
            "Each wait is longer or shorter by up to this share, so that many clients do not come back at once",
        ),
    )
    reconnect_attempts: int = option(
        Shape.COUNT,
        0,
        most=1000,
        client=Face(
            "Reconnect",
            "Atte&mpts",
            "How many before it gives up",
            "without end",
            flag="--reconnect-attempts",
            metavar="N",
            flag_help="give up after so many (0: never)",
        ),
    )
    on_connect: list[str] = option(
        Shape.MESSAGES,
        [],
        client=Face(
            "On connect",
            "Text &messages that are sent after each connect",
            "A line --- stands between two messages",
            '{"type": "subscribe"}',
        ),
        note="A line with --- alone stands between two messages.",
        summary=counted("message"),
    )
    templates: bool = option(
        Shape.FLAG,
        False,
        client=Face(
            "Templates",
            "Fill i&n {{…}} in the messages on connect",
            "Off, braces are sent as they are; the composer has a switch of its own",
            flag="--template",
            flag_help="fill in {{uuid}}, {{now}}, {{NAME}} … in the texts of --send, in lines of standard input and in "
            "the messages on connect (docs/behaviours.md lists them); \\{{ is {{",
        ),
        summary=said("templates"),
    )
    variables: Pairs = option(
        Shape.PAIRS,
        [],
        sign="=",
        item="variable",
        adds=True,
        client=Face(
            "Templates",
            "V&ariables",
            "{{name}} in a template becomes the value. name@staging has another one for the environment staging",
            flag="--var",
            metavar="NAME=VALUE",
            flag_help="a variable of templates (repeatable), or those of @FILE; NAME@ENVIRONMENT counts in that "
            "environment alone; it switches --template on",
        ),
        implies={"templates": True},
        summary=counted("variable"),
    )
    environment: str = option(
        Shape.TEXT,
        "",
        client=Face(
            "Templates",
            "Environ&ment",
            "Which values variables have: those whose name ends in @ and this word come first",
            "local, staging …",
            flag="--environment",
            metavar="NAME",
            flag_help="take the values that variables have there",
        ),
        summary=lambda name: f"environment {name}",
    )
    sent_environment: list[str] = option(
        Shape.NAMES,
        [],
        client=Face(
            "Templates",
            "Environment variables that ma&y be sent",
            "{{env.NAME}} becomes the value of one of these; no others leave this machine",
            "none leaves this machine",
            flag="--env",
            metavar="NAME",
            flag_help="let {{env.NAME}} send this environment variable (repeatable); a text of --send may by itself",
        ),
    )
    answers: str = option(
        Shape.RULES,
        "",
        files="Rules (*.toml)",
        client=Face(
            "Templates",
            "R&ules that answer",
            "A TOML file of rules: when one fits a message that came, its templates are sent. socket.io, socket.io-2, "
            "graphql-transport-ws and mqtt are ready-made: they connect and keep connected",
            flag="--answer",
            metavar="FILE",
            flag_help="answer what comes as the rules of this file say (those of the behaviour rules, "
            "docs/behaviours.md), or as socket.io, socket.io-2, graphql-transport-ws or mqtt need it",
        ),
        summary=said("answers by itself"),
    )
    answer_limit: int = option(
        Shape.COUNT,
        100,
        most=1_000_000,
        client=Face(
            "Templates",
            "Answers a secon&d",
            "With more, rules answer each other in a loop: they are stopped on that connection",
            "without a limit",
            flag="--answer-limit",
            metavar="N",
            flag_help="stop the rules on a connection once they answer more often than this in a second (0: never; "
            "default: 100)",
        ),
    )
    policies: Pairs = option(Shape.POLICIES, [])

    def changed(self) -> list[str]:
        """The names of the fields that are not at their defaults."""
        usual = EndpointSettings()
        return [one.name for one in fields(self) if getattr(self, one.name) != getattr(usual, one.name)]


OPTIONS: Final = options_of(EndpointSettings)
"""Every option by its name."""
SECRETS: Final = tuple(name for name, row in OPTIONS.items() if row.secret)
"""Options that go to the system's key store and never into a file."""
