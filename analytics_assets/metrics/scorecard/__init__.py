"""How well recommendations, learnt from older baskets, foretell the baskets that came after."""
