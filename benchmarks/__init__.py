"""What is measured, against what a user would pick instead. Needs ../shared/bench."""
