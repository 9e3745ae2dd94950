// node lines_client.mjs URL FILE: a bare ws client that writes what it gets as lines of JSON.
import { createWriteStream } from 'node:fs'
import { createRequire } from 'node:module'

// The package is installed for the peers of the end-to-end tests.
const WebSocket = createRequire(new URL('../e2e/peers/package.json', import.meta.url))('ws')

const out = createWriteStream(process.argv[3])
const socket = new WebSocket(process.argv[2], { perMessageDeflate: false })
socket.on('message', (data) => {
  out.write(`${JSON.stringify({ time: Date.now(), direction: 'received', text: data.toString() })}\n`)
})
socket.on('close', () => out.end())
