"""Library of the training commands."""
