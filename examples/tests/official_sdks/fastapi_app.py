"""A receiver in FastAPI with Smartcar's SDK, as Smartcar's tutorials describe it: prints its port, then each event that it accepts, a line each."""

import json
import os
import socket
from typing import Annotated

import smartcar
import uvicorn
from fastapi import FastAPI, Header, HTTPException, Request

TOKEN = os.environ["SMARTCAR_MANAGEMENT_TOKEN"]
app = FastAPI()


def answer(challenge):
    return {"challenge": smartcar.hash_challenge(TOKEN, challenge)}


@app.post("/webhooks/smartcar")
async def receive(request: Request, sc_signature: Annotated[str, Header()] = ""):
    # The SDK hashes the body as it came.
    body = (await request.body()).decode()
    event = json.loads(body)
    if event.get("eventName") == "verify":
        return answer(event["payload"]["challenge"])
    if event.get("eventType") == "VERIFY":
        return answer(event["data"]["challenge"])

    if not smartcar.verify_payload(TOKEN, sc_signature, body):
        raise HTTPException(401)
    print(json.dumps(event), flush=True)


# asyncio sets TCP_NODELAY, without which each answer takes 40 ms, where the protocol is given alone.
listener = socket.socket(proto=socket.IPPROTO_TCP)
listener.bind(("127.0.0.1", 0))
listener.listen()
print(listener.getsockname()[1], flush=True)
# Its log of requests would go where the events go.
config = uvicorn.Config(app, log_level="warning", access_log=False)
uvicorn.Server(config).run(sockets=[listener])
