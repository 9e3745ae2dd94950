// The ws package with its own defaults, to see how it reacts: server, or client with a URL a line on stdin.
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import WebSocket, { WebSocketServer } from 'ws'

const version = JSON.parse(readFileSync(new URL('node_modules/ws/package.json', import.meta.url))).version
console.log(`ws ${version}`)

function echo (socket) {
  socket.on('message', (data, binary) => socket.send(data, { binary }))
  socket.on('error', () => {})
}

if (process.argv[2] === 'client') {
  for await (const url of createInterface({ input: process.stdin })) {
    const socket = new WebSocket(url, { perMessageDeflate: process.argv[3] === 'deflate', handshakeTimeout: 5000 })
    echo(socket)
    let opened = false
    socket.once('open', () => { opened = true; console.log('open') })
    socket.once('close', () => opened || console.log('refused'))
    await new Promise(resolve => socket.once('close', resolve))
  }
} else {
  const server = new WebSocketServer({
    host: '127.0.0.1', port: 0, perMessageDeflate: process.argv[3] === 'deflate'
  })
  server.on('connection', echo)
  server.on('listening', () => console.log(server.address().port))
}
