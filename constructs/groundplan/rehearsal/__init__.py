"""What a real API server says to the rendered objects, twice: a rehearsal on this machine, with nothing behind it."""
