"""What follows from an environment and is needed in several places, derived once."""
