"""Schemas of Protocol Buffers: `.proto` and descriptor files, and reading and writing messages by them."""
