"""What a change will do: two trees compared object by object, by tables of what each field means to whoever applies it."""
