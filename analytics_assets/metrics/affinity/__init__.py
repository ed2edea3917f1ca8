"""Basket lift: which products are bought together more than their baskets' sizes explain."""
