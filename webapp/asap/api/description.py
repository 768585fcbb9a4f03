"""The AsapComms API's own description, as an OpenAPI 3.1 document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.asap.api.wire import LARGEST_DIARY_NUMBER, LARGEST_NUMBER, PAGE
from webapp.asap.statuses import KeyType, Response, SendStatus

if TYPE_CHECKING:
    from enum import StrEnum

    from webapp.practices.model import Practice

_MOMENT = {
    "type": "string",
    "pattern": r"^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$",
    "description": "By the practice's clocks, without a zone; 0001-01-01 00:00:00 for none.",
}
_DAY = {"type": "string", "format": "date"}
_TEXT = {"content": {"text/plain": {"schema": {"type": "string"}}}}
_NUMBER = {"type": "integer", "minimum": 0, "maximum": LARGEST_NUMBER}
_DIARYS_NUMBER = _NUMBER | {"maximum": LARGEST_DIARY_NUMBER}


def describe(practice: Practice) -> dict[str, object]:
    """Return the description of one practice's API."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "AsapComms",
            "version": "1.0.0",
            "description": (
                "Openings offered to patients on the ASAP list, in the shape of Open Dental's "
                "AsapComms API: a client of that changes its base address alone."
            ),
        },
        "servers": [{"url": f"/api/{practice.slug}"}],
        "security": [{"odfhir": []}],
        "paths": {
            "/asapcomms": {"get": _LIST, "post": _CREATE},
            "/asapcomms/{AsapCommNum}": {"get": _SHOW},
            "/appointments/ASAP": {"get": _APPOINTMENTS},
        },
        "components": {
            "securitySchemes": {
                "odfhir": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "Authorization",
                    "description": "ODFHIR {developer key}/{customer key}",
                }
            },
            "schemas": {"AsapComm": _COMM, "Appointment": _APPOINTMENT, "Opening": _OPENING},
        },
    }


def _one_of(values: type[StrEnum]) -> dict[str, object]:
    return {"type": "string", "enum": [one.value for one in values]}


def _object(properties: dict[str, object]) -> dict[str, object]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _query(name: str, schema: object, text: str) -> dict[str, object]:
    return {"name": name, "in": "query", "schema": schema, "description": text}


def _answers(schema: object, *more: int) -> dict[str, object]:
    said = {
        400: "Cannot be read, or cannot be done; the text says why.",
        404: "No such thing; the text says what.",
    }
    return {
        "200": {"description": "OK", "content": {"application/json": {"schema": schema}}},
        **{str(code): {"description": said[code], **_TEXT} for code in more},
        "401": {"description": "The keys are missing or wrong.", **_TEXT},
        "429": {
            "description": "Too many requests: come again after so many seconds.",
            "headers": {"Retry-After": {"schema": {"type": "integer"}}},
            **_TEXT,
        },
    }


_OFFSET = _query("Offset", _NUMBER, f"Passes over so many rows; an answer has {PAGE} at most.")
_COMM = _object(
    {
        "AsapCommNum": _NUMBER,
        "FKey": _DIARYS_NUMBER,
        "FKeyType": _one_of(KeyType),
        "ScheduleNum": _NUMBER,
        "PatNum": _NUMBER,
        "ClinicNum": _NUMBER,
        "DateTimeEntry": _MOMENT,
        "DateTimeExpire": _MOMENT,
        "DateTimeSmsScheduled": _MOMENT,
        "SmsSendStatus": _one_of(SendStatus),
        "DateTimeSmsSent": _MOMENT,
        "ResponseStatus": _one_of(Response),
        "DateTimeOrig": _MOMENT,
        "TemplateText": {"type": "string"},
        "Note": {"type": "string"},
    }
)
_APPOINTMENT = _object(
    {
        "AptNum": _DIARYS_NUMBER,
        "PatNum": _NUMBER,
        "AptStatus": {"type": "string", "enum": ["Scheduled", "UnschedList"]},
        "Op": {"type": ["integer", "string"]},
        "ProvNum": {"type": ["integer", "string"]},
        "ClinicNum": _NUMBER,
        "AptDateTime": _MOMENT,
        "Priority": {"type": "string", "const": "ASAP"},
    }
)
_OPENING = {
    "type": "object",
    "properties": {
        "op": {"type": ["integer", "string"], "description": "The operatory: the room's number."},
        "aptNum": {"type": "integer", "minimum": 1, "maximum": LARGEST_DIARY_NUMBER},
        "dateTimeStart": {
            "type": "string",
            "pattern": r"^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$",
            "description": "By the practice's clocks.",
        },
    },
    "required": ["op", "aptNum", "dateTimeStart"],
}
_COMM_REF = {"$ref": "#/components/schemas/AsapComm"}
_LIST = {
    "operationId": "listAsapComms",
    "summary": "The AsapComms of some days, oldest first.",
    "parameters": [
        _query("ClinicNum", _NUMBER, "Only this clinic's."),
        _query("date", _DAY, "Only those entered on this day."),
        _query("dateStart", _DAY, "Entered on or after this day; without it the last 7 days."),
        _query("dateEnd", _DAY, "Entered before this day; without it up to now."),
        _OFFSET,
        _query("Limit", _NUMBER, f"At most so many rows, up to {PAGE}."),
    ],
    "responses": _answers({"type": "array", "items": _COMM_REF, "maxItems": PAGE}, 400),
}
_SHOW = {
    "operationId": "showAsapComm",
    "summary": "One AsapComm.",
    "parameters": [
        {"name": "AsapCommNum", "in": "path", "required": True, "schema": _NUMBER},
    ],
    "responses": _answers(_COMM_REF, 404),
}
_CREATE = {
    "operationId": "createAsapComm",
    "summary": "Offer an opening to one patient of the list. Sends a text.",
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Opening"}}},
    },
    "responses": _answers(_COMM_REF, 400, 404),
}
_APPOINTMENTS = {
    "operationId": "listAsapAppointments",
    "summary": "Who is on the list: where aptNum comes from.",
    "parameters": [_OFFSET],
    "responses": _answers(
        {
            "type": "array",
            "items": {"$ref": "#/components/schemas/Appointment"},
            "maxItems": PAGE,
        },
        400,
    ),
}
