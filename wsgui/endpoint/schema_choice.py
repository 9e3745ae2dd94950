"""The Protobuf schema that an endpoint's settings name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wsgui.endpoint.settings import SettingsError

if TYPE_CHECKING:
    from wsgui.dissect.decoders.schema.model import SchemaChoice
    from wsgui.endpoint.settings import EndpointSettings


def schema_choice(settings: EndpointSettings) -> SchemaChoice | None:
    """What messages are read by; None if no file is named. Raises SettingsError."""
    file = settings.proto_file.strip()
    if not file:
        if any(one.strip() for one in settings.proto_types):
            raise SettingsError("proto_types", "Types of messages are named, and no .proto file.")
        return None
    from wsgui.dissect.decoders.schema.files import load_choice  # for those who have one
    from wsgui.dissect.decoders.schema.model import SchemaError

    try:
        return load_choice(file, settings.proto_types)
    except SchemaError as error:
        raise SettingsError("proto_file", str(error)) from None
