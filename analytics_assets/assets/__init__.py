"""Thin Python assets, all of one form: read, compute, replace, describe. No formula lives here."""
