"""The command line: what each subcommand can be told, and what it does. Nothing here needs Qt but `wsgui` itself."""
