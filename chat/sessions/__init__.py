"""What one connected client may do: a session for each kind of client."""
