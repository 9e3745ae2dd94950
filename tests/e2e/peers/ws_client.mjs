// node ws_client.mjs URL [DEFLATE]: talk to a server that echoes, print what came of it as JSON.
// DEFLATE is "offer-deflate", or parameters of permessage-deflate as JSON, with the names of RFC 7692.
import WebSocket from 'ws'
import { converse, deflateOptions } from './ws_conversation.mjs'

const socket = new WebSocket(process.argv[2], { perMessageDeflate: deflateOptions(process.argv[3]) })
await new Promise((resolve, reject) => { socket.once('open', resolve); socket.once('error', reject) })
console.log(JSON.stringify(await converse(socket)))
