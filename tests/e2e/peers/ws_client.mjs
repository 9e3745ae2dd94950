// node ws_client.mjs URL: talk to a server that echoes, print what came of it as JSON.
import WebSocket from 'ws'
import { converse } from './ws_conversation.mjs'

const socket = new WebSocket(process.argv[2], { perMessageDeflate: process.argv[3] === 'offer-deflate' })
await new Promise((resolve, reject) => { socket.once('open', resolve); socket.once('error', reject) })
console.log(JSON.stringify(await converse(socket)))
