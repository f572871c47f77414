"""Token buckets."""

from chinwag.server.services.limits import Bucket, Rate


def test_a_burst_of_zero_is_no_limit() -> None:
    rate = Rate(0, 1)
    bucket = Bucket(rate.burst, 0)
    assert [bucket.take(rate, 0) for _ in range(3)] == [0, 0, 0]


def test_a_bucket_fills_as_time_passes() -> None:
    rate = Rate(2, 10)
    bucket = Bucket(rate.burst, 0)
    assert [bucket.take(rate, 0) for _ in range(3)] == [0, 0, 10]
    assert bucket.take(rate, 10) == 0
