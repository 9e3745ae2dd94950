"""What a person says of an endpoint: its URL or address with all options, policies, secrets, and the store."""
