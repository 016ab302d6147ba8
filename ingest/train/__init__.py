"""Training of the tone network. Needed by those who change the corpus, never by tagging."""
