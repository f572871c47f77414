"""Which device of which user is connected here, and what each of them looks at."""
