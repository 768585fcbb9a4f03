"""Every address of the site, and what may be asked of each."""

from __future__ import annotations

READ = frozenset({"GET", "HEAD"})
BOTH = READ | {"POST"}
ACT = frozenset({"POST"})

ROUTES: dict[str, frozenset[str]] = {
    "/": READ,
    "/embed.js": READ,
    "/look-<digest>.css": READ,
    "/<slug>/embed": READ,
    "/<slug>/embed/doctor": BOTH,
    "/<slug>/": BOTH,
    "/<slug>/look-<digest>.css": READ,
    "/<slug>/where": BOTH,
    "/<slug>/times": BOTH,
    "/<slug>/details": BOTH,
    "/<slug>/check": BOTH,
    "/<slug>/book": BOTH,
    "/<slug>/outcome/<token>": READ,
    "/<slug>/outcome/<token>/appointment.ics": READ,
    "/<slug>/booking/<token>": READ,
    "/<slug>/booking/<token>/appointment.ics": READ,
    "/<slug>/booking/<token>/change": BOTH,
    "/<slug>/booking/<token>/cancel": BOTH,
    "/<slug>/booking/<token>/sooner": BOTH,
    "/<slug>/booking/<token>/sooner/leave": ACT,
    "/<slug>/asap": BOTH,
    "/<slug>/asap/join": BOTH,
    "/<slug>/asap/<token>": READ,
    "/<slug>/asap/<token>/joined": READ,
    "/<slug>/asap/<token>/leave": ACT,
    "/<slug>/privacy": READ,
    "/a/<token>": READ,
    "/a/<token>/seen": READ,
    "/a/<token>/<any(take, decline, undo, stop):_act>": READ,
    "/a/<token>/take": ACT,
    "/a/<token>/decline": ACT,
    "/a/<token>/undo": ACT,
    "/a/<token>/stop": ACT,
    "/api/<slug>/asapcomms": BOTH,
    "/api/<slug>/asapcomms/<int:number>": READ,
    "/api/<slug>/appointments/ASAP": READ,
    "/api/<slug>/openapi.json": READ,
    "/texts/status": ACT,
    "/texts/inbound": ACT,
    "/health/live": READ,
    "/health/ready": READ,
    "/metrics": READ,
}
"""Each rule with what it takes; OPTIONS apart."""

PAGES = {
    "/<slug>/": "Who would you like to see?",
    "/<slug>/where": "Where would you like to be seen?",
    "/<slug>/times": "When would suit you?",
    "/<slug>/details": "Your details",
}
"""The pages that may be opened by their URL and that carry what was typed."""
OWN_PAGES = {
    "/<slug>/booking/<token>": "Your appointment",
    "/<slug>/booking/<token>/change": "Move your appointment?",
    "/<slug>/booking/<token>/cancel": "Cancel this appointment?",
}
"""The pages of a booking that stands: nobody may frame them, keep them, or learn their address."""
ACTS = {
    "/<slug>/book",
    "/<slug>/booking/<token>/change",
    "/<slug>/booking/<token>/cancel",
    "/<slug>/booking/<token>/sooner",
    "/<slug>/booking/<token>/sooner/leave",
    "/<slug>/asap/join",
    "/<slug>/asap/<token>/leave",
    "/a/<token>/take",
    "/a/<token>/decline",
    "/a/<token>/undo",
    "/a/<token>/stop",
    "/api/<slug>/asapcomms",
}
"""All that a POST can change anything by, and the gateway's own, which are signed."""
FRAMED = {"/<slug>/asap", "/<slug>/asap/join", "/<slug>/asap/<token>/joined"}
"""Of the list's pages those that may be framed: they are a part of the journey."""
SECRET = {
    "/<slug>/outcome/<token>",
    "/<slug>/booking/<token>/appointment.ics",
    "/<slug>/booking/<token>/sooner",
    "/<slug>/asap/<token>",
    "/<slug>/asap/<token>/joined",
    *OWN_PAGES,
}
