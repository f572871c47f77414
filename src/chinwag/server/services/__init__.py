"""The rules, one module a feature: its checks, its SQL, its answers."""
