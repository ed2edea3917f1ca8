"""How has the shop changed, day by day?"""
