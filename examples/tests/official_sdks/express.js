// A receiver in Express with Smartcar's SDK, as Smartcar's tutorials describe it: prints its port, then each event that it accepts, a line each.
'use strict';

const express = require('express');
const smartcar = require('smartcar');

const token = process.env.SMARTCAR_MANAGEMENT_TOKEN;
const app = express();

// The SDK hashes the body parsed and written again.
app.post('/webhooks/smartcar', express.json(), (req, res) => {
  const event = req.body;
  const answer = ({ challenge }) => res.json({ challenge: smartcar.hashChallenge(token, challenge) });
  if (event.eventName === 'verify') return answer(event.payload);
  if (event.eventType === 'VERIFY') return answer(event.data);

  if (!smartcar.verifyPayload(token, req.get('SC-Signature'), event)) return res.sendStatus(401);
  console.log(JSON.stringify(event));
  return res.sendStatus(200);
});

const server = app.listen(0, '127.0.0.1', () => console.log(server.address().port));
