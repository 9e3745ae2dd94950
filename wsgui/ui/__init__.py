"""The window. Only here and in app.py may Qt be imported."""
