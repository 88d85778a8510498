"""What OPA is sent."""

import json

from engine.request import Part, body, part


def _document(comm: str, pathname: str) -> dict[str, object]:
    return {"event": "security_file_open", "args": {"pathname": pathname}, "process": {"comm": comm}}


def test_what_events_have_in_common_is_sent_once() -> None:
    """Each event names by its position what it shares."""
    documents = [_document("a", "/1"), _document("b", "/2"), _document("a", "/3")]

    assert json.loads(body([part(document) for document in documents])) == {
        "shared": [
            {"event": "security_file_open", "process": {"comm": "a"}},
            {"event": "security_file_open", "process": {"comm": "b"}},
        ],
        "events": [
            [0, {"args": {"pathname": "/1"}}],
            [1, {"args": {"pathname": "/2"}}],
            [0, {"args": {"pathname": "/3"}}],
        ],
    }


def test_one_signature_is_named() -> None:
    """Where it is to be evaluated alone."""
    assert json.loads(body([Part(b"{}", b"{}")], "cron_write")) == {
        "signatures": ["cron_write"],
        "shared": [{}],
        "events": [[0, {}]],
    }


def test_no_event_is_a_request_too() -> None:
    """Its answer tells which bundle OPA has."""
    assert json.loads(body([])) == {"shared": [], "events": []}
