// The chat of Socket.IO's tutorial, as a client: node socket_io_chat.mjs URL VERSION TRANSPORTS, with the version 2 or 4
// and the transports in JSON. Prints in JSON what it saw.
const [url, version, transports] = process.argv.slice(2);
const io = version === "2" ? (await import("socket.io-client-2")).default : (await import("socket.io-client")).io;
const options = { transports: JSON.parse(transports), reconnection: false, forceNew: true };
const seen = { transports: [], messages: [], told: [] };
let first = true;
const emit = (socket, ...words) => new Promise((resolve) => socket.emit(...words, (...back) => resolve(back)));
const open = (address) => new Promise((resolve, reject) => {
  const socket = io(address, options);
  socket.on("connect_error", reject);
  socket.on("error", reject);
  socket.on("connect", () => resolve(socket));
  if (first) {
    // The transport that it began with: an upgrade may be done by the time that the namespace is joined.
    first = false;
    socket.io.on("open", () => seen.transports.push(socket.io.engine.transport.name));
    if (socket.io.engine) socket.io.engine.on("upgrade", (transport) => seen.transports.push(transport.name));
  }
});
const until = async (holds) => { while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5)); };

const ann = await open(url);
ann.on("chat message", (...what) => seen.messages.push(["ann", ...what]));
ann.on("user joined", (who) => seen.told.push(["joined", who.users]));
ann.on("user left", (who) => seen.told.push(["left", who.users]));
const bob = await open(url);
bob.on("chat message", (...what) => seen.messages.push(["bob", ...what]));
seen.ack = await emit(ann, "chat message", "héllo 😀", Buffer.from([1, 2, 3]));
await until(() => seen.messages.length === 2);
if (options.transports.length > 1) await until(() => seen.transports.includes("websocket"));
seen.again = await emit(ann, "chat message", "once more");
await until(() => seen.messages.length === 4);
const admin = await open(`${url}/admin`);
seen.namespace = await emit(admin, "anything", 1, { two: Buffer.from([7]) });
seen.rooms = await emit(bob, "join", "red");
bob.close();
await until(() => seen.told.some(([what]) => what === "left"));
seen.transport = ann.io.engine.transport.name;
admin.close();
ann.close();
console.log(JSON.stringify(seen));
