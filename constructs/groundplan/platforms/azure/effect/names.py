"""Where Azure's operator reads what a resource is called."""

FIELDS = ("azureName",)
