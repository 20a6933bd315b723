"""What gates ask about Google's kinds."""
