"""Which products belong together, and what is shown on a product's page?"""
