"""What several samplers are made of: encodings, designs, the surrogate model and its acquisition."""
