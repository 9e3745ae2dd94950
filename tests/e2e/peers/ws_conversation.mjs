// What the ws package says to the other end, which echoes, and what it makes of the answers.
import { readFileSync } from 'node:fs'

const version = JSON.parse(readFileSync(new URL('node_modules/ws/package.json', import.meta.url))).version

function next (socket, event) {
  return new Promise((resolve, reject) => {
    socket.once(event, (...values) => resolve(values))
    socket.once('close', code => reject(new Error(`closed with ${code} while waiting for ${event}`)))
    socket.once('error', reject)
  })
}

async function echoed (socket, data, options = {}) {
  const answer = next(socket, 'message')
  socket.send(data, options)
  const [got, binary] = await answer
  return binary === (typeof data !== 'string') && Buffer.from(data).equals(got)
}

// What the package takes for "offer-deflate" or JSON with the names of RFC 7692; false for nothing.
export function deflateOptions (words) {
  if (!words) return false
  const given = words === 'offer-deflate' ? {} : JSON.parse(words)
  const options = { threshold: 0 }
  for (const [name, value] of Object.entries(given)) {
    options[name.replace(/_(.)/g, (_, letter) => letter.toUpperCase())] = value
  }
  return options
}

// Many at once: they must come back in order.
async function inOrder (socket) {
  const sent = Array.from({ length: 60 }, (_, number) => JSON.stringify({ number, text: 'ä'.repeat(number) }))
  const got = []
  const done = new Promise((resolve, reject) => {
    const take = data => {
      got.push(data.toString())
      if (got.length === sent.length) { socket.off('message', take); resolve() }
    }
    socket.on('message', take)
    socket.once('close', code => reject(new Error(`closed with ${code}`)))
  })
  sent.forEach(text => socket.send(text))
  await done
  return got.every((text, index) => text === sent[index])
}

export async function converse (socket) {
  socket.setMaxListeners(100)
  const result = { peer: `ws ${version}` }
  result.text = await echoed(socket, 'Grüße 👋')
  result.binary = await echoed(socket, Buffer.from([0, 1, 254, 255]))
  result.empty = await echoed(socket, '') && await echoed(socket, Buffer.alloc(0))
  result.big_text = await echoed(socket, 'x'.repeat(2 ** 20))
  result.big_binary = await echoed(socket, Buffer.alloc(2 ** 20, 7))
  result.order = await inOrder(socket)
  const joined = next(socket, 'message')
  socket.send('frag', { fin: false })
  socket.ping('between')
  socket.send('ments', { fin: true })
  result.fragments = (await joined)[0].toString() === 'fragments'
  const pong = next(socket, 'pong')
  socket.ping('are you there')
  result.ping = (await pong)[0].toString() === 'are you there'
  const end = new Promise(resolve => socket.once('close', (code, reason) => resolve([code, reason.toString()])))
  socket.close(4000, 'enough')
  result.close = (await end)[0]
  return result
}
