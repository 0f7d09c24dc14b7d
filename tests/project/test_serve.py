"""What `make serve` gives, and to whom."""

import http.client
import threading

import pytest
import serve


@pytest.fixture(scope="module")
def port(tmp_path_factory):
    site = tmp_path_factory.mktemp("site")
    (site / "index.html").write_text("the book")
    (site / "_static").mkdir()
    (site / "_static" / "page.js").write_text("1")
    with serve.make_server(site, 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


def ask(port, path, **headers):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    return answer.status, answer.read().decode()


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_this_machine_is_served(port, host):
    assert ask(port, "/", Host=f"{host}:{port}") == (200, "the book")
    assert ask(port, "/_static/page.js", Host=f"{host}:{port}") == (200, "1")


@pytest.mark.parametrize(
    "host",
    [
        *("evil.example", "evil.example:{}", "localhost.evil.example:{}"),
        *("", "localhost", "localhost:1", "127.0.0.1.evil.example:{}"),
        *("[::1]:{}", "user@localhost:{}"),
    ],
)
@pytest.mark.parametrize("path", ["/", "/_static/page.js", "/_static/"])
def test_a_request_that_names_another_host_is_refused(port, host, path):
    status, text = ask(port, path, Host=host.format(port))
    assert status == 421
    assert "the book" not in text


@pytest.mark.parametrize("path", ["/_static/", "/_static"])
def test_no_folder_is_listed(port, path):
    status, text = ask(port, path)
    assert status in {301, 404}
    assert "page.js" not in text


def test_only_this_machine_is_listened_to():
    with serve.make_server(".", 0) as server:
        assert server.server_address[0] == "127.0.0.1"


def test_a_port_that_is_taken_is_named(port):
    with pytest.raises(SystemExit, match=f"Port {port} is taken.*PORT="):
        serve.main(".", port)


def test_another_reason_is_not_called_taken(monkeypatch):
    def refuse(site, port):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(serve, "make_server", refuse)
    with pytest.raises(SystemExit) as ended:
        serve.main(".", 80)
    assert str(ended.value) == (
        "Port 80 cannot be used (Permission denied). "
        "Choose another one: make serve PORT=8000"
    )
