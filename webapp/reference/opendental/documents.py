"""Writes appointments, patients and openings as the samples of the vendor's pages have them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.reference.opendental.moments import (
    NO_DAY,
    NO_MOMENT,
    write_day,
    write_moment,
)

if TYPE_CHECKING:
    from datetime import datetime

    from webapp.reference.opendental.records import Record
    from webapp.reference.opendental.register import Known
    from webapp.reference.opendental.slots import Opening

_FIRST_CONFIRMED = 19


def write_truth(value: bool) -> str:  # noqa: FBT001 - a value, not a switch
    """Booleans are text."""
    return "true" if value else "false"


def write_appointment(record: Record) -> dict[str, object]:
    """Write one appointment, as POST and PUT answer with it."""
    return {
        "AptNum": record.number,
        "PatNum": record.patient,
        "AptStatus": record.status,
        "Pattern": record.pattern,
        "Confirmed": _FIRST_CONFIRMED,
        "confirmed": "Not Called",
        "TimeLocked": "false",
        "Op": record.op,
        # Line ends come out as spaces
        "Note": " ".join(record.note.splitlines()),
        "ProvNum": record.provider,
        "provAbbr": f"DOC{record.provider}",
        "ProvHyg": 0,
        "AptDateTime": write_moment(record.start),
        "NextAptNum": 0,
        "UnschedStatus": 0,
        "unschedStatus": "",
        "IsNewPatient": write_truth(record.is_new_patient),
        "ProcDescript": "",
        "ClinicNum": 0,
        "IsHygiene": "false",
        "DateTStamp": write_moment(record.stamped),
        "DateTimeArrived": NO_MOMENT,
        "DateTimeSeated": NO_MOMENT,
        "DateTimeDismissed": NO_MOMENT,
        "InsPlan1": 0,
        "InsPlan2": 0,
        "DateTimeAskedToArrive": NO_MOMENT,
        "colorOverride": "0,0,0",
        "AppointmentTypeNum": 0,
        "SecDateTEntry": write_moment(record.entered),
        "Priority": record.priority,
        "PatternSecondary": "/" * len(record.pattern),
        "ItemOrderPlanned": 0,
    }


def write_told_appointment(record: Record, now: datetime) -> dict[str, object]:
    """Write one appointment, as the GETs do: with the server's own time."""
    return {"serverDateTime": write_moment(now), **write_appointment(record)}


def write_opening(opening: Opening) -> dict[str, object]:
    return {
        "DateTimeStart": write_moment(opening.start),
        "DateTimeEnd": write_moment(opening.end),
        "ProvNum": opening.provider,
        "OpNum": opening.op,
    }


def write_patient_row(patient: Known) -> dict[str, object]:
    """Write a patient as Patients GET (multiple) does."""
    home, work, wireless = patient.phones
    return {
        "PatNum": patient.number,
        "LName": patient.last_name,
        "FName": patient.first_name,
        "MiddleI": "",
        "Preferred": "",
        "PatStatus": patient.status,
        "Birthdate": write_day(patient.birthdate),
        "SSN": "",
        "Address": "",
        "Address2": "",
        "City": "",
        "State": "",
        "Zip": "",
        "HmPhone": home,
        "WkPhone": work,
        "WirelessPhone": wireless,
        "Email": patient.email,
        "priProvAbbr": "",
        "secProvAbbr": "",
        "BillingType": "Standard Account",
        "ChartNumber": "",
        "ClinicNum": 0,
        "clinicAbbr": "",
        "siteDesc": "",
        "TxtMsgOk": patient.text_ok,
    }


def write_patient(patient: Known, now: datetime) -> dict[str, object]:
    """Write a patient as Patients GET (single) and POST do."""
    row = write_patient_row(patient)
    return {
        **row,
        "Gender": "Unknown",
        "Position": "Single",
        "Guarantor": patient.number,
        "EstBalance": 0.0,
        "PriProv": 0,
        "SecProv": 0,
        "FamFinUrgNote": "",
        "ImageFolder": "",
        "MedicaidID": "",
        "BalTotal": 0.0,
        "EmployerNum": 0,
        "DateFirstVisit": NO_DAY,
        "Ward": "",
        "PreferConfirmMethod": "None",
        "PreferContactMethod": "None",
        "PreferRecallMethod": "None",
        "Language": "",
        "AdmitDate": NO_DAY,
        "DateTStamp": write_moment(now),
        "SuperFamily": 0,
        "SecDateEntry": write_day(now.date()),
    }
