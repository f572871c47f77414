"""The settings."""

import re
from pathlib import Path

import pytest

from chinwag.server.config import ConfigError, Settings, load, page, table

ROOT = Path(__file__).parents[3]


def loaded(**environment: str) -> Settings:
    return load(environment={f"CHINWAG_{name}": value for name, value in environment.items()})


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_later_sources_win(tmp_path) -> None:
    Path("chinwag.toml").write_text('port = 1\nname = "file"\nhost = "::1"\n')
    settings = load(
        {"port": 3, "name": None},
        environment={"CHINWAG_PORT": "2", "CHINWAG_NAME": "environment", "PATH": "/bin"},
    )
    assert (settings.port, settings.name, settings.host) == (3, "environment", "::1")
    assert settings.heartbeat == 25


def test_the_file_can_be_named(tmp_path) -> None:
    (tmp_path / "other.toml").write_text("port = 7\n")
    assert loaded(CONFIG=str(tmp_path / "other.toml")).port == 7
    assert load(file=tmp_path / "other.toml", environment={}).port == 7


def test_values_of_the_environment_have_types() -> None:
    settings = loaded(
        PORT="0", PUBLIC_DOCS="yes", TRUSTED_PROXIES="10.0.0.0/8, ::1", ACK_TIMEOUT="2.5"
    )
    assert (settings.port, settings.public_docs, settings.ack_timeout) == (0, True, 2.5)
    assert settings.trusted_proxies == ("10.0.0.0/8", "::1")


def test_the_settings_do_not_change() -> None:
    with pytest.raises(AttributeError):
        loaded().port = 5


@pytest.mark.parametrize(
    ("environment", "complaint"),
    [
        ({"PROT": "1"}, "Unknown variable: CHINWAG_PROT. Did you mean CHINWAG_PORT?"),
        ({"PORT": "x"}, "CHINWAG_PORT: Expected `int`"),
        ({"PORT": "70000"}, "port: expected `int` <= 65535"),
        ({"SIGN_UP": "maybe"}, "CHINWAG_SIGN_UP: one of open, invite, closed."),
        ({"METRICS_TOKEN": "short"}, "metrics_token is shorter than 16"),
        ({"PASSWORD_MEMORY_KIB": "8"}, "password_memory_kib: expected `int` >= 19456"),
        ({"ALLOWED_ORIGINS": "https://*.example.org"}, "allowed_origins: "),
        ({"PUBLIC_URL": "chat.example.org"}, "public_url: "),
        ({"TRUSTED_PROXIES": "anywhere"}, "trusted_proxies: 'anywhere'"),
        ({"CONFIG": "/no/such/file"}, "There is no file /no/such/file."),
    ],
)
def test_mistakes_are_told_in_a_sentence(environment, complaint) -> None:
    with pytest.raises(ConfigError) as caught:
        loaded(**environment)
    assert str(caught.value).startswith(complaint)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('sign-up = "open"', "Unknown setting in chinwag.toml: sign-up. Did you mean sign_up?"),
        ("port = ", "chinwag.toml cannot be read: "),
        ('port = "8420"', "port: expected `int`"),
        ("[server]\nport = 1", "Unknown setting in chinwag.toml: server."),
    ],
)
def test_a_wrong_file_is_told_in_a_sentence(text, complaint) -> None:
    Path("chinwag.toml").write_text(text)
    with pytest.raises(ConfigError) as caught:
        loaded()
    assert str(caught.value).startswith(complaint)


def test_the_defaults_keep_their_promises() -> None:
    settings = loaded()
    assert (settings.host, settings.port, settings.sign_up) == ("127.0.0.1", 8420, "invite")
    assert (settings.heartbeat, settings.retry_limit, settings.park_days) == (25, 5, 30)
    assert settings.password_memory_kib >= 19 * 1024
    assert not settings.public_docs


def test_urls_for_people() -> None:
    assert loaded(HOST="0.0.0.0").url == "http://localhost:8420"
    assert loaded(HOST="192.168.1.5", PORT="80").url == "http://192.168.1.5:80"
    assert loaded(PUBLIC_URL="https://chat.example.org/").url == "https://chat.example.org"


def test_every_setting_is_explained() -> None:
    for setting in table():
        assert re.fullmatch(r"[A-Z`].*\.", setting.help), setting.name


def test_the_settings_page_is_fresh() -> None:
    assert (ROOT / "docs/settings.md").read_text("utf-8") == page(), "run `make docs`"
