"""Finding what identifies a person in a call, and taking it out of text and sound."""
