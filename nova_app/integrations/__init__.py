"""Adapters to other programs: webhook targets and Alertmanager."""
