"""Writes the text cria learns from: grammars of our own, seeded, no outside text."""
