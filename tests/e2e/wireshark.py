"""What tshark reads in a packet file."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

from tests.patience import PATIENCE

if TYPE_CHECKING:
    from pathlib import Path


def tshark(path: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["tshark", "-n", "-r", path, *arguments], capture_output=True, text=True, timeout=PATIENCE, check=True
    )
    return done.stdout


def dissected(path: Path) -> list[tuple[int, int, int, str, int, bytes]]:
    """FIN, opcode, RSV bits, key, length and unmasked payload of each frame that tshark finds."""
    found = []
    for packet in json.loads(tshark(path, "-Y", "websocket", "-T", "json", "-x", "--no-duplicate-keys")):
        layers = packet["_source"]["layers"]["websocket"]
        for layer in layers if isinstance(layers, list) else [layers]:
            length = next(
                int(layer[name])
                for name in (
                    "websocket.payload_length_ext_64",
                    "websocket.payload_length_ext_16",
                    "websocket.payload_length",
                )
                if name in layer
            )
            raw = layer.get("websocket.payload_raw", [""])
            payload = bytes.fromhex(raw[0] if isinstance(raw, list) else raw)
            found.append(
                (
                    int(layer["websocket.fin"]),
                    int(layer["websocket.opcode"]),
                    int(layer["websocket.rsv"], 16) if "websocket.rsv" in layer else 0,
                    layer.get("websocket.masking_key", "").replace(":", ""),
                    length,
                    payload,
                )
            )
    return found
