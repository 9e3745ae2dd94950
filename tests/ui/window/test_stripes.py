from __future__ import annotations

from wsgui.ui.window.session_list import dot
from wsgui.ui.window.stripes import COLOURS, PARTS, stripe_of


def test_the_same_place_has_the_same_stripe() -> None:
    one = stripe_of("ws://127.0.0.1:8765/")
    assert one is not None
    assert one == stripe_of("ws://127.0.0.1:8765") == stripe_of("wss://me:pw@127.0.0.1:8765/?token=x")
    assert stripe_of("ws://h/%") is not None
    assert stripe_of("") is stripe_of("ws://") is stripe_of("ws://[") is None


def test_places_differ_by_more_than_colour() -> None:
    found = {stripe_of(f"ws://h/{number}") for number in range(200)}
    assert len(found) == len(COLOURS) * len(PARTS)


def test_it_stands_beside_the_light(qapp: object) -> None:
    stripe = stripe_of("ws://h/")
    assert stripe is not None
    plain = dot("#00ff00").pixmap(24, 24).toImage()
    striped = dot("#00ff00", "", stripe).pixmap(24, 24).toImage()
    assert striped.pixelColor(1, 1).name() == stripe.colour
    assert plain.pixelColor(1, 1).alpha() == 0
    assert plain.pixelColor(12, 12) == striped.pixelColor(12, 12)
