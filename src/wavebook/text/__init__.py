"""Findings in words and numbers: what pages say of trends, waves, respondents and claims."""
