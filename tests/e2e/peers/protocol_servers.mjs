// Servers of protocols that go over WebSocket, by their own libraries: node protocol_servers.mjs NAME. Prints its port.
import { createServer } from "node:http";

const http = createServer();
const servers = {
  mqtt: async () => {
    const { Aedes } = await import("aedes");
    const { WebSocketServer, createWebSocketStream } = await import("ws");
    const broker = await Aedes.createBroker();
    new WebSocketServer({ server: http }).on("connection", (ws) => {
      // The broker writes a packet in pieces, each of which would be a message of its own.
      const send = ws.send.bind(ws);
      let pieces = [];
      ws.send = (piece, done) => {
        if (!pieces.length) setImmediate(() => { send(Buffer.concat(pieces)); pieces = []; });
        pieces.push(piece);
        done();
      };
      broker.handle(createWebSocketStream(ws));
    });
  },
  stomp: async () => {
    const { default: StompServer } = await import("stomp-broker-js");
    const broker = new StompServer({ server: http, path: "/" });
    // It sends nobody what he sent himself.
    broker.on("send", ({ dest }) => { if (dest === "/topic/b") broker.send("/topic/a", {}, "hi"); });
  },
  graphql: async () => {
    const { buildSchema } = await import("graphql");
    const { useServer } = await import("graphql-ws/use/ws");
    const { WebSocketServer } = await import("ws");
    const schema = buildSchema("type Query { hello: String } type Subscription { count: Int }");
    const roots = {
      query: { hello: "world" },
      subscription: { count: async function* () { yield { count: 1 }; yield { count: 2 }; } },
    };
    useServer({ schema, roots }, new WebSocketServer({ server: http }));
  },
  "socket.io": async () => {
    const { Server } = await import("socket.io");
    serveChat(new Server(http));
  },
  "socket.io-2": async () => serveChat((await import("socket.io-2")).default(http)),
};
const serveChat = (io) => io.on("connection", (socket) => {
  socket.on("ask", (what, answer) => answer({ asked: what }));
  socket.on("file", () => socket.emit("file", Buffer.from([1, 2, 3])));
});
await servers[process.argv[2]]();
http.listen(0, "127.0.0.1", () => console.log(http.address().port));
