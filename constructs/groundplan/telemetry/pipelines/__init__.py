"""What Logstash does with each kind of log."""
