"""The editor of a mock's rules: a table, the form of the rule that is chosen, and what was seen of each."""
