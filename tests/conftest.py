"""Settings that all tests share."""

import os

from hypothesis import HealthCheck, settings

settings.register_profile(
    "ci",
    derandomize=True,
    max_examples=100,
    deadline=None,  # a shared machine stalls now and then
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("search", max_examples=5_000, deadline=None)
pytest_plugins = ["engines.fixtures"]
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))
