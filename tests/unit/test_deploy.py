"""What we ship for deployments agrees with the program and with itself.

HAProxy's file is judged by HAProxy, in `tests/cluster`.
"""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from chinwag.server.config import load, table

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
SETTINGS = {setting.variable for setting in table()}
SECRETS = {
    "POSTGRES_PASSWORD": "p",
    "RABBITMQ_PASSWORD": "r",
    "VALKEY_PASSWORD": "v",
    "PUBLIC_URL": "https://chat.example.org",
}


@pytest.mark.parametrize("path", sorted(DEPLOY.rglob("*.*")), ids=lambda path: path.name)
def test_every_variable_is_a_setting(path: Path) -> None:
    named = set(re.findall(r"\bCHINWAG_[A-Z_]+\b", path.read_text()))
    assert named <= SETTINGS


# --- compose -------------------------------------------------------------------------------------


@pytest.fixture
def compose() -> dict[str, Any]:
    text = (DEPLOY / "compose.yaml").read_text()
    filled = re.sub(r"\$\{(\w+):\?\}", lambda it: SECRETS[it[1]], text)
    assert "${" not in filled  # no secret has a default
    parsed: dict[str, Any] = yaml.safe_load(filled)
    return parsed


def nodes_of(compose: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {name: it for name, it in compose["services"].items() if it["image"] == "chinwag"}


def test_nodes_of_the_compose_file_start(compose: dict[str, Any]) -> None:
    nodes = nodes_of(compose)
    assert len(nodes) == 3
    for name, node in nodes.items():
        settings = load({}, environment=node["environment"])
        assert settings.node == name
        for url in (settings.database_url, settings.broker_url, settings.registry_url):
            assert urlsplit(url).hostname in compose["services"]
            assert urlsplit(url).password in SECRETS.values()


def test_services_of_the_compose_file_find_each_other(compose: dict[str, Any]) -> None:
    services = compose["services"]
    for service in services.values():
        assert set(service.get("depends_on", ())) <= services.keys()
        assert set(service["networks"]) <= compose["networks"].keys()
        named = {it.split(":")[0] for it in service.get("volumes", ()) if not it.startswith(".")}
        assert named <= compose["volumes"].keys()
    proxy, nodes = services["haproxy"], nodes_of(compose)
    pointed = {it.rpartition(":")[0] for it in proxy["environment"].values()}
    assert pointed == {it["networks"]["nodes"]["ipv4_address"] for it in nodes.values()}
    address = proxy["networks"]["nodes"]["ipv4_address"]
    for node in nodes.values():
        assert node["environment"]["CHINWAG_TRUSTED_PROXIES"] == address
    servers = re.findall(r'server (\w+) "\$\{(\w+)-', (DEPLOY / "haproxy.cfg").read_text())
    assert {variable for _, variable in servers} == proxy["environment"].keys()


def test_engines_of_the_compose_file_are_not_open_to_others(compose: dict[str, Any]) -> None:
    assert compose["networks"]["engines"]["internal"] is True
    for name, service in compose["services"].items():
        assert ("ports" in service) is (name == "haproxy")


# --- the container -------------------------------------------------------------------------------


def instructions() -> list[tuple[str, str]]:
    text = (DEPLOY / "Containerfile").read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in lines)]


def test_the_container_is_made_of_what_is_there() -> None:
    copied = [
        source
        for word, rest in instructions()
        if word == "COPY" and not rest.startswith("--from")
        for source in rest.split()[:-1]
    ]
    assert {"pyproject.toml", "requirements/run.lock", "src", "web"} <= set(copied)
    assert [source for source in copied if not (ROOT / source).exists()] == []
    assert ("RUN", "useradd") in [(word, rest.split()[0]) for word, rest in instructions()]


def test_the_container_runs_as_nobody_special_with_good_settings() -> None:
    told = dict(instructions())
    environment = dict(pair.split("=", 1) for pair in shlex.split(told["ENV"]))
    settings = load(
        {}, environment={key: it for key, it in environment.items() if key.startswith("CHINWAG_")}
    )
    assert str(settings.port) == told["EXPOSE"]
    assert settings.data == told["VOLUME"]
    assert told["USER"] not in ("0", "root")
    assert f":{settings.port}/healthz" in told["HEALTHCHECK"]


# --- systemd -------------------------------------------------------------------------------------


def unit() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in (DEPLOY / "chinwag@.service").read_text().splitlines():
        if line and line[0] not in "#[":
            name, _, value = line.partition("=")
            found.setdefault(name, []).append(value)
    return found


def test_the_unit_starts_a_node_named_for_its_port() -> None:
    (environment,) = unit()["Environment"]
    told = dict(pair.split("=", 1) for pair in shlex.split(environment))
    filled = {key: it.replace("%i", "8421").replace("%H", "one") for key, it in told.items()}
    settings = load({}, environment=filled)
    assert (settings.port, settings.node) == (8421, "one:8421")
    (command,) = unit()["ExecStart"]
    assert command.split()[1:3] == ["serve", "--config"]
    # It is not killed while it still says goodbye.
    assert int(unit()["TimeoutStopSec"][0]) > settings.shutdown_seconds


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd")
def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    ours = tmp_path / "chinwag@8420.service"
    text = (DEPLOY / "chinwag@.service").read_text()
    ours.write_text(text.replace("/opt/chinwag/bin/chinwag", sys.executable))
    command = ["systemd-analyze", "verify", "--man=no", ours]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


# --- Kubernetes ----------------------------------------------------------------------------------


@pytest.fixture
def objects() -> dict[str, dict[str, Any]]:
    found = list(yaml.safe_load_all((DEPLOY / "kubernetes.yaml").read_text()))
    kinds = {
        "ConfigMap": "v1",
        "Service": "v1",
        "Deployment": "apps/v1",
        "PodDisruptionBudget": "policy/v1",
        "Ingress": "networking.k8s.io/v1",
    }
    assert {it["kind"]: it["apiVersion"] for it in found} == kinds
    return {it["kind"]: it for it in found}


def test_kubernetes_objects_mean_the_same_pods(objects: dict[str, dict[str, Any]]) -> None:
    deployment, service = objects["Deployment"]["spec"], objects["Service"]["spec"]
    labels = deployment["template"]["metadata"]["labels"]
    assert deployment["selector"]["matchLabels"] == labels
    assert service["selector"] == labels
    assert objects["PodDisruptionBudget"]["spec"]["selector"]["matchLabels"] == labels
    (container,) = deployment["template"]["spec"]["containers"]
    (port,) = container["ports"]
    assert service["ports"][0]["targetPort"] == port["name"]
    (rule,) = objects["Ingress"]["spec"]["rules"]
    backend = rule["http"]["paths"][0]["backend"]["service"]
    assert backend["name"] == objects["Service"]["metadata"]["name"]
    assert backend["port"]["name"] == service["ports"][0]["name"]
    assert rule["host"] in objects["Ingress"]["spec"]["tls"][0]["hosts"]


def test_kubernetes_gives_a_node_what_it_needs(objects: dict[str, dict[str, Any]]) -> None:
    config, pod = objects["ConfigMap"]["data"], objects["Deployment"]["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    settings = load({}, environment=config)
    host = objects["Ingress"]["spec"]["rules"][0]["host"]
    assert settings.public_url == f"https://{host}"
    assert container["ports"][0]["containerPort"] == settings.port
    probes = {name: container[name]["httpGet"]["path"] for name in container if "Probe" in name}
    assert probes == {
        "startupProbe": "/healthz",
        "livenessProbe": "/healthz",  # not /readyz: a lost database is no reason to be killed
        "readinessProbe": "/readyz",
    }
    mounted = {mount["name"] for mount in container["volumeMounts"]}
    assert mounted == {volume["name"] for volume in pod["volumes"]}
    pause = int(container["lifecycle"]["preStop"]["exec"]["command"][1])
    assert pod["terminationGracePeriodSeconds"] > pause + settings.shutdown_seconds
