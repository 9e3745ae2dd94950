"""Endpoints as other programs write them: command lines, code, requests and collections."""
