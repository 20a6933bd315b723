"""What a Redis that takes over is to gates: who asks whom, and what shows that copies come back."""
