"""Script of the job that registers schemas."""
