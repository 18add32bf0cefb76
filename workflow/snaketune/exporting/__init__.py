"""Takes a study's results along into the forms that other tools open.

`described.py` says what there is, in terms of none of them; a module for each form writes it. What a form needs is
imported when it is written.
"""
