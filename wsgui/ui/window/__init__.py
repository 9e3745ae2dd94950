"""The main window and what belongs to it alone: actions, menus, sessions at the left, files, settings."""
