"""The failure outputs of the document, word for word where it gives the words."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ApiError(Exception):
    """One failure output."""

    status: int
    error: str
    description: str

    def as_json(self) -> dict[str, object]:
        return {"error": self.error, "error_description": self.description}


def unknown_parameters(names: list[str]) -> ApiError:
    listed = ", ".join(names)
    words = f"The parameters [{listed}] you provided are not valid for this request."
    return ApiError(400, "invalid_param", words)


def no_moment_filter(text: str) -> ApiError:
    words = f"Invalid datetime filter (not ISO-8601 formatted): [{text}]"
    return ApiError(400, "invalid_datetime_format", words)


def wrong_type(name: str) -> ApiError:
    words = f"The type of parameter {name} you provided is not valid for this request."
    return ApiError(400, "invalid_param_type", words)


def missing(name: str) -> ApiError:
    return ApiError(400, "missing_param", f"{name} parameter is missing")


def wrong_date(reference: str, name: str) -> ApiError:
    words = (
        f"Failed to add the appointment with the reference {reference or '-'}: "
        f"{name} incorrect Date Format"
    )
    return ApiError(400, "date_validation_error", words)


def not_saved() -> ApiError:
    return ApiError(400, "save_failed", "Failed to save instance")


def not_unique(reference: str) -> ApiError:
    """Ours: the document has no failure output for a reference that is taken."""
    words = f"The appointment with the reference {reference} already exists."
    return ApiError(400, "not_unique", words)


def unknown(what: str, identity: object, *, status: int = 400) -> ApiError:
    """Say that there is no such thing: 404 for what the address names, 400 inside a body."""
    return ApiError(status, "not_found", f"The {what} with the id {identity} doesn't exist.")


def broken() -> ApiError:
    return ApiError(500, "server_error", "Oops! Something went wrong...")
