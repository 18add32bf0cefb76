"""Snakemake as a child: started, watched while it runs, ended in good order, and what came of it."""
