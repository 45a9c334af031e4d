"""Signed deliveries of five sizes, of which as many can be made as are wanted, each with an id of its own."""

import hashlib
import hmac
import itertools
import json

TOKEN = b"application-management-token"
DIGITS = 12
# What differs stands at the end of an id.
PREFIX = "c0ffee00-0000-4000-8000-"
MINUTE = 60_000
NOW = 1_772_402_400_000


def uuid(number):
    return f"8d3e3aee-6f0d-4f0e-8a53-{number:012}"


def charging_completed():
    return {
        "version": "2.0",
        "webhookId": uuid(1),
        "eventName": "eventBased",
        "mode": "live",
        "payload": {
            "eventId": PREFIX + DIGITS * "0",
            "vehicleId": uuid(2),
            "eventType": "CHARGING_COMPLETED",
            "eventTime": "2026-03-01T21:58:59.120Z",
        },
    }


def reading(path, body):
    headers = {"sc-data-age": "2026-03-01T21:41:07.000Z", "sc-fetched-at": "2026-03-01T21:59:30.412Z"}
    if path not in ("/charge", "/location"):
        headers["sc-unit-system"] = "metric"
    return {"path": path, "code": 200, "body": body, "headers": headers}


def vehicles(event_name, count):
    data = [
        reading("/battery", {"range": 301.275391, "percentRemaining": 0.64}),
        reading("/charge", {"isPluggedIn": True, "state": "CHARGING"}),
        reading("/location", {"latitude": 57.7087, "longitude": 11.9751}),
        reading("/odometer", {"distance": 41_806.372}),
        reading("/tires/pressure", {"frontLeft": 231.4, "frontRight": 230.9, "backLeft": 228.2, "backRight": 229.7}),
        reading("/charge/limit", {"limit": 0.85}),
    ]
    # The request ids of all vehicles tell a delivery from another, so one that differs is enough.
    request_ids = itertools.chain([PREFIX + DIGITS * "0"], map(uuid, itertools.count(20_000)))
    return {
        "version": "2.0",
        "webhookId": uuid(1),
        "eventName": event_name,
        "mode": "live",
        "payload": {
            "vehicles": [
                {"vehicleId": uuid(10_000 + it), "requestId": next(request_ids), "data": data} for it in range(count)
            ]
        },
    }


SIGNALS = [
    ("TractionBattery", "StateOfCharge", {"unit": "percent", "value": 64}),
    ("Charge", "IsCharging", {"value": True}),
    ("Charge", "Voltage", {"value": 231.6, "unit": "volts"}),
    ("Odometer", "TraveledDistance", {"value": 41_806.372, "unit": "km"}),
    ("Location", "PreciseLocation", {"latitude": 57.7087, "longitude": 11.9751, "heading": 87, "direction": "E"}),
    ("Charge", "ChargeLimits", {"values": [{"type": "GLOBAL", "limit": 85}], "activeLimit": 85, "unit": "percent"}),
    ("Wheel", "Tires", {
        "values": [{"row": row, "column": column, "tirePressure": 229.7} for row in (0, 1) for column in (0, 1)],
        "rowCount": 2, "columnCount": 2, "unit": "kpa",
    }),
    ("VehicleIdentification", "Nickname", {"value": "Göran's \"work\" car"}),
    ("Closure", "IsLocked", {"value": True}),
    ("InternalCombustionEngine", "FuelLevel", None),
]


def signal(group, name, body):
    known = {"code": f"{group}-{name}".lower(), "name": name, "group": group}
    if body is None:
        error = {"type": "COMPATIBILITY", "code": "VEHICLE_NOT_CAPABLE", "resolution": {"type": None}}
        return {**known, "status": {"value": "ERROR", "error": error}}
    times = {"oemUpdatedAt": NOW - 20 * MINUTE, "retrievedAt": NOW - MINUTE}
    return {**known, "body": body, "status": {"value": "SUCCESS"}, "meta": times}


def vehicle_state(count):
    group, name, _ = SIGNALS[0]
    return {
        "eventId": PREFIX + DIGITS * "0",
        "eventType": "VEHICLE_STATE",
        "data": {
            "user": {"id": uuid(3)},
            "vehicle": {
                "id": uuid(2), "make": "VOLVO", "model": "EX30", "year": 2025, "mode": "LIVE", "powertrainType": "BEV",
            },
            "signals": [signal(*it) for it in itertools.islice(itertools.cycle(SIGNALS), count)],
        },
        "triggers": [
            {
                "type": "SIGNAL_UPDATED",
                "signal": {"name": name, "group": group, "code": f"{group}-{name}".lower()},
            }
        ],
        "meta": {
            "version": "4.0", "deliveryId": uuid(4), "deliveredAt": NOW, "webhookId": uuid(1),
            "webhookName": "Fleet", "signalCount": count, "mode": "LIVE",
        },
    }


def challenges(text):
    """One of each generation."""
    meta = {
        "version": "4.0", "webhookId": uuid(1), "webhookName": "Fleet", "deliveryId": uuid(4), "deliveredAt": NOW,
    }
    v4 = {"eventId": uuid(5), "eventType": "VERIFY", "data": {"challenge": text}, "meta": meta}
    v2 = {"version": "2.0", "webhookId": uuid(1), "eventName": "verify", "payload": {"challenge": text}}
    return [compact(v4), compact(v2)]


def compact(document):
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()


def sign(message):
    return hmac.digest(TOKEN, message, hashlib.sha256).hex()


class Deliveries:
    """A body, and what is put into it."""

    def __init__(self, document):
        self.body = compact(document)
        self.place = self.body.index(PREFIX.encode()) + len(PREFIX)

    def __getitem__(self, number):
        return self.body[: self.place] + b"%012d" % number + self.body[self.place + DIGITS :]

    def write(self, folder, count):
        """Writes what the script of wrk reads, and returns its first arguments."""
        (folder / "body").write_bytes(self[0])
        with open(folder / "signatures", "w") as file:
            file.writelines(sign(self[it]) for it in range(count))
        return [str(folder / "body"), str(folder / "signatures"), str(self.place)]


SIZES = {
    "0.3KB": Deliveries(charging_completed()),
    "1.4KB": Deliveries(vehicles("dynamic", 1)),
    "6KB": Deliveries(vehicle_state(24)),
    "60KB": Deliveries(vehicle_state(254)),
    "1MB": Deliveries(vehicles("schedule", 770)),
}
