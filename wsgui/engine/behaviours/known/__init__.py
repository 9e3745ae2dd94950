"""A file for each behaviour; `registry.all_behaviours` imports them all."""
