"""The pages of shops and products: looked up, changed, imported after a look at what changes."""
