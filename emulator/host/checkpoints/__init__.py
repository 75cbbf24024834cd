"""Checkpoints, reference points and what belongs to backups."""
