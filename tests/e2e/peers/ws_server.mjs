// node ws_server.mjs [DEFLATE]: print the URL, then a line of JSON for each connection that ends.
// /drive talks to a client that echoes; every other path echoes.
import { WebSocketServer } from 'ws'
import { converse, deflateOptions } from './ws_conversation.mjs'

const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: deflateOptions(process.argv[2]) })
server.on('listening', () => console.log(`ws://127.0.0.1:${server.address().port}/`))
server.on('connection', async (socket, request) => {
  if (request.url === '/drive') {
    try {
      console.log(JSON.stringify(await converse(socket)))
    } catch (error) {
      console.log(JSON.stringify({ error: String(error) }))
    }
    return
  }
  socket.on('message', (data, binary) => {
    if (!binary && data.toString() === 'please close') socket.close(4001, 'as you asked')
    else if (!binary && data.toString() === 'please vanish') socket.terminate()
    else socket.send(data, { binary })
  })
  socket.on('error', () => {})
  socket.on('close', (code, reason) => console.log(JSON.stringify({ closed: [code, reason.toString()] })))
})
