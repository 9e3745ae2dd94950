"""What the bytes of a message mean: decoders and their registry.

A decoder is one file in `wsgui.dissect.decoders.known` that registers itself. It says how well it fits a message, gives
it one line and a tree whose nodes know their bytes, and names values that filters ask for. The preview column, the
Message tab, the filter language and copying ask the registry (`wsgui.dissect.decoders.registry`) and know no decoder by
name.
"""
