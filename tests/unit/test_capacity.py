"""The table of sizes, and the page that it stands on."""

import json
from dataclasses import replace

import pytest

from bench.capacity import PAGE, Model, measured, page, size


def test_the_page_shows_what_is_reckoned() -> None:
    text = PAGE.read_text("utf-8")
    assert page(text, Model()) == text, "run: python -m bench.capacity --write-docs"


def test_more_people_need_more_and_dearer_messages_too() -> None:
    model = Model()
    few, many = size(model, 100_000), size(model, 1_000_000)
    assert many.peak == pytest.approx(10 * few.peak)
    assert many.disk_tb_a_year == pytest.approx(10 * few.disk_tb_a_year)
    assert many.nodes > few.nodes > 1
    assert size(replace(model, node_us=7_500), 1_000_000).node_cores > 10 * many.node_cores
    assert size(model, 1_000).nodes == 1


def test_costs_are_taken_from_a_run(tmp_path) -> None:
    results = tmp_path / "run.json"
    notes = {"nodes µs": 10.0, "PostgreSQL µs": 20.0, "RabbitMQ µs": 3.0, "Redis µs": 4.0}
    line = {"scenario": "many", "name": "3 nodes, all mixed, 100 × 8 in flight", "notes": notes}
    results.write_text(json.dumps({"figures": [line]}))
    model = measured(Model(), results)
    costs = model.node_us, model.postgres_us, model.rabbitmq_us, model.redis_us
    assert costs == (10.0, 20.0, 3.0, 4.0)
    results.write_text(json.dumps({"figures": []}))
    with pytest.raises(SystemExit, match="no figures of three nodes"):
        measured(Model(), results)
