"""A Synapse for one finding: started on loopback in a folder of its own, with an application service that may date its events.

`PYTHON` runs a virtualenv with matrix-synapse; `FOLDER` is empty and thrown away afterwards."""

import atexit, json, os, socket, subprocess, sys, time
from urllib import error, parse, request

FOLDER = os.environ["FOLDER"]
V3 = "/_matrix/client/v3"
V1 = "/_matrix/client/v1"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


PORT = _free_port()
BASE = f"http://127.0.0.1:{PORT}"
_MANY = {"per_second": 10000, "burst_count": 10000}


def start() -> None:
    """Gives back once it answers; it ends with this process."""
    with open(f"{FOLDER}/registration.yaml", "w") as file:
        users = [{"exclusive": True, "regex": "@porter:a\\.test"}]
        json.dump({"id": "porter", "url": None, "as_token": "as", "hs_token": "hs", "sender_localpart": "porter",
                   "rate_limited": False, "namespaces": {"users": users, "rooms": [], "aliases": []}}, file)
    with open(f"{FOLDER}/homeserver.yaml", "w") as file:
        listener = {"port": PORT, "type": "http", "bind_addresses": ["127.0.0.1"], "resources": [{"names": ["client"]}]}
        json.dump({"server_name": "a.test", "listeners": [listener], "media_store_path": f"{FOLDER}/media",
                   "database": {"name": "sqlite3", "args": {"database": f"{FOLDER}/homeserver.db"}},
                   "signing_key_path": f"{FOLDER}/signing.key", "trusted_key_servers": [], "report_stats": False,
                   "enable_registration": True, "enable_registration_without_verification": True,
                   "rc_message": _MANY, "rc_registration": _MANY,
                   "app_service_config_files": [f"{FOLDER}/registration.yaml"]}, file)
    run = [sys.executable, "-m", "synapse.app.homeserver", "-c", f"{FOLDER}/homeserver.yaml"]
    log = open(f"{FOLDER}/log", "w")
    subprocess.run([*run, "--generate-keys"], check=True, cwd=FOLDER, stdout=log, stderr=log)
    process = subprocess.Popen(run, cwd=FOLDER, stdout=log, stderr=log)
    atexit.register(lambda: (process.kill(), process.wait()))
    for _ in range(600):
        try:
            request.urlopen(BASE + "/_matrix/client/versions", timeout=2)
            break
        except OSError:
            time.sleep(0.2)
    call("POST", f"{V3}/register", {"type": "m.login.application_service", "username": "porter", "inhibit_login": True})


def call(method, path, body=None, token="as", query=None, raw=None, headers=None):
    """The answer as (status, parsed JSON or bytes, headers)."""
    address = BASE + path + ("?" + parse.urlencode(query) if query else "")
    data = raw if raw is not None else None if body is None else json.dumps(body).encode()
    known = {"Content-Type": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})}
    asked = request.Request(address, data=data, method=method, headers={**known, **(headers or {})})
    try:
        with request.urlopen(asked, timeout=60) as answer:
            status, text, fields = answer.status, answer.read(), answer.headers
    except error.HTTPError as failed:
        status, text, fields = failed.code, failed.read(), failed.headers
    try:
        return status, json.loads(text), fields
    except ValueError:
        return status, text, fields


def user(name: str) -> str:
    """A new user's access token."""
    body = {"auth": {"type": "m.login.dummy"}, "username": name, "password": "not secret"}
    return call("POST", f"{V3}/register", body, token=None)[1]["access_token"]


def room(path_of: str) -> str:
    """A room id for a path."""
    return parse.quote(path_of, safe="")


_sent = 0


def send(room_id: str, content: dict, ts: int, kind: str = "m.room.message") -> str:
    """Sends as the application service, dated; gives the event id."""
    global _sent
    _sent += 1
    path = f"{V3}/rooms/{room(room_id)}/send/{kind}/t{_sent}"
    status, answer, _ = call("PUT", path, content, query={"ts": ts})
    assert status == 200, answer
    return answer["event_id"]
