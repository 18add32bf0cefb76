"""What is said of a study's results by the commands that look at them: pure functions that know no command line."""
