"""What an option is, and how its value is read and written as a text: the one model of all that can be told."""
