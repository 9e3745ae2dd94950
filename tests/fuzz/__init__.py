"""Coverage-guided fuzzing of the protocol core with atheris: ``make fuzz``. `targets` has what is looked at."""
