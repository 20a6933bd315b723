"""Facts of the kinds that Kubernetes itself does not define: what fields they have, recorded from their schemas."""
