// Smartcar's SDK for Node: answers each line, a call as a JSON list, with a line of JSON.
'use strict';

const smartcar = require('smartcar');

const written = (text) => JSON.stringify(JSON.parse(text));

const calls = {
  // The SDK hashes the body parsed and written again.
  body: written,
  written,
  hash: smartcar.hashChallenge,
  verify: (token, signature, text) => smartcar.verifyPayload(token, signature, JSON.parse(text)),
};

// `node:readline` also ends lines at U+2028.
let rest = '';
process.stdin.setEncoding('utf8').on('data', (piece) => {
  const lines = (rest + piece).split('\n');
  rest = lines.pop();
  for (const line of lines) {
    const [name, ...args] = JSON.parse(line);
    console.log(JSON.stringify(calls[name](...args)));
  }
});
