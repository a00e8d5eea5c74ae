"""The HTTP API: JSON, typed both ways, every route authorised by the function of its kind of actor."""
