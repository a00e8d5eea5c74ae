// A chat as the documentation of Socket.IO makes it, with its Redis adapter.
// With DATABASE_FOLDER each message is a row in PostgreSQL, committed before it is told.

import { createServer } from "node:http";
import { createAdapter } from "@socket.io/redis-adapter";
import pg from "pg";
import { createClient } from "redis";
import { Server } from "socket.io";

const { PORT, REDIS_SOCKET, DATABASE_FOLDER, DATABASE_NAME, DATABASE_USER } = process.env;
const publisher = createClient({ socket: { path: REDIS_SOCKET } });
const subscriber = publisher.duplicate();
await Promise.all([publisher.connect(), subscriber.connect()]);

let pool;
if (DATABASE_FOLDER) {
  pool = new pg.Pool({ host: DATABASE_FOLDER, database: DATABASE_NAME, user: DATABASE_USER });
  await pool.query("CREATE TABLE message (id BIGSERIAL PRIMARY KEY, chat TEXT, body TEXT)");
  await pool.query("CREATE INDEX message_chat ON message (chat)");
}
const insert = { name: "insert", text: "INSERT INTO message (chat, body) VALUES ($1, $2)" };

const http = createServer();
const io = new Server(http, { adapter: createAdapter(publisher, subscriber) });

io.on("connection", (socket) => {
  const { chat } = socket.handshake.auth;
  socket.join(chat);
  socket.on("message", async (data, answer) => {
    if (pool) await pool.query({ ...insert, values: [chat, data.body] });
    socket.to(chat).emit("message", data);
    answer(data.id);
  });
});

http.listen(Number(PORT), "127.0.0.1");
