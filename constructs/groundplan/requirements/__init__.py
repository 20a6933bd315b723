"""Requirements as code: a catalogue of what was asked for, the evidence in the tree, and the proof that it has teeth."""
