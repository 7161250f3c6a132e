"""Tables to pictures. Nothing is computed here that a table does not already say."""
