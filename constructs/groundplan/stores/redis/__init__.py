"""Redis: who runs it and how it is reached."""
