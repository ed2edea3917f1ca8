"""What a customer will order and spend: BG/NBD, Gamma-Gamma, and the decision to refuse.

Time is measured in weeks, purchases in purchase days (two orders on one day are one purchase).
"""
