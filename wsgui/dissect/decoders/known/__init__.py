"""The decoders, one file each. A file in this folder is imported by itself: nothing else has to name it."""
