"""The text gateway's control endpoints, for tests: what was sent, what goes wrong, who replies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Self

from flask import Blueprint, Response, jsonify, request
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel

from webapp.reference.control import let_in_tests_only, say_what_is_wrong
from webapp.reference.texts.faults import Doing, TextFault, TextFaultKind
from webapp.reference.texts.gateway import Gateway
from webapp.reference.texts.messages import Direction
from webapp.reference.texts.webhooks import is_here

if TYPE_CHECKING:
    from webapp.reference.texts.messages import Text

blueprint = Blueprint("texts_control", __name__, url_prefix="/control/texts")
blueprint.before_request(let_in_tests_only)
blueprint.register_error_handler(ValueError, say_what_is_wrong)
_LONGEST_WAIT = 600


def check_inbound_url(url: str) -> str:
    """Return the URL; raises ``ValueError`` unless it is plain HTTP to this machine."""
    if not is_here(url):
        raise ValueError("replies go to this machine alone: http://127.0.0.1:PORT/…")
    return url


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid", alias_generator=to_camel, populate_by_name=True)


class _FaultAsked(_Asked):
    kind: TextFaultKind
    doing: Doing = Doing.SEND
    times: Annotated[int, Field(ge=1)] | None = None
    to: str | None = None
    seconds: Annotated[float, Field(ge=0, le=_LONGEST_WAIT)] = 60.0
    error_code: Annotated[int, Field(ge=10000, le=99999)] | None = None
    is_kept: bool = True

    @model_validator(mode="after")
    def _check_that_it_can_be(self) -> Self:
        if not (self.is_kept or self.kind.is_in_doubt):
            raise ValueError("only a slow or a rubbish answer leaves open what is kept")
        if self.kind.is_fate and self.doing is Doing.LOOK:
            raise ValueError("looking for a text changes nothing of what becomes of it")
        return self

    def as_fault(self) -> TextFault:
        return TextFault(
            self.kind,
            doing=self.doing,
            times=self.times,
            to=self.to,
            seconds=self.seconds,
            error_code=self.error_code or self.kind.default_error,
            is_kept=self.is_kept,
        )


class _ReplyAsked(_Asked):
    sender: Annotated[str, Field(alias="from")]
    to: str
    words: str


class _InboundAsked(_Asked):
    url: Annotated[str, AfterValidator(check_inbound_url)] | None


@blueprint.get("")
def list_all() -> Response:
    """List the texts that went out and the replies that came in, each oldest first."""
    texts = Gateway.of_this_app().box.all()
    return jsonify(
        texts=[_as_json(one) for one in texts if one.direction is Direction.OUT],
        replies=[_as_json(one) for one in texts if one.direction is Direction.IN],
    )


@blueprint.delete("")
def empty() -> Response:
    """Forget all texts, and who opted out."""
    Gateway.of_this_app().box.empty()
    return list_all()


@blueprint.post("/reset")
def reset() -> Response:
    Gateway.of_this_app().reset()
    return jsonify(reset=True)


@blueprint.get("/fault")
def list_faults() -> Response:
    return jsonify(
        faults=[
            {"kind": one.kind.value, "doing": one.doing.value, "times": one.times, "to": one.to}
            for one in Gateway.of_this_app().faults.all()
        ]
    )


@blueprint.post("/fault")
def add_fault() -> Response:
    """Add a fault behind those already waiting."""
    asked = _FaultAsked.model_validate_json(request.get_data() or b"{}")
    Gateway.of_this_app().faults.add(asked.as_fault())
    return list_faults()


@blueprint.delete("/fault")
def clear_faults() -> Response:
    Gateway.of_this_app().faults.clear()
    return list_faults()


@blueprint.post("/reply")
def reply() -> Response:
    """Send a text as a phone does; answers when the site has been told."""
    asked = _ReplyAsked.model_validate_json(request.get_data() or b"{}")
    text = Gateway.of_this_app().reply(phone=asked.sender, to=asked.to, words=asked.words)
    return jsonify(reply=_as_json(text))


@blueprint.post("/inbound-url")
def set_inbound_url() -> Response:
    """Say where replies go; none: nobody is told of them."""
    asked = _InboundAsked.model_validate_json(request.get_data() or b"{}")
    Gateway.of_this_app().inbound_url = asked.url
    return jsonify(url=asked.url)


def _as_json(text: Text) -> dict[str, object]:
    size = text.size
    return {
        "sid": text.sid,
        "to": text.to,
        "from": text.sender,
        "messagingServiceSid": text.service_sid,
        "body": text.body,
        "status": text.status.value,
        "errorCode": text.error_code,
        "receivedAt": text.received_at.isoformat(),
        "statusCallback": text.callback_url,
        "encoding": size.encoding.value,
        "characters": size.characters,
        "segments": size.segments,
        "told": [
            {"status": one.status.value, "answer": one.answer, "silence": one.silence}
            for one in text.told
        ],
    }
