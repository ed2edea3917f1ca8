"""Who is worth what, and what will they buy?"""
