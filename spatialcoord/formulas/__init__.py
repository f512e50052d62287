"""What the law would give: statutory allocation formulas, one file a rule, each registering itself.

The code holds the rule, the dated files in ``law/`` hold the numbers with source and whether they were checked.
"""
