// Messages in SQLite, one transaction each, on the disk before it returns: bun:sqlite in Bun, better-sqlite3 in Node.

const isBun = typeof Bun !== "undefined";

/** @param {string} path */
async function open(path) {
  if (isBun) return new (await import("bun:sqlite")).Database(path);
  return new (await import("better-sqlite3")).default(path);
}

/** @param {string} path */
export async function openStore(path) {
  const db = await open(path);
  db.exec(
    `PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    CREATE TABLE message (id TEXT PRIMARY KEY, conversation_id TEXT NOT NULL, seq INTEGER NOT NULL,
      author_id TEXT NOT NULL, client_id TEXT NOT NULL, text TEXT NOT NULL, created_at TEXT NOT NULL,
      UNIQUE (conversation_id, seq), UNIQUE (author_id, client_id))`,
  );
  const insert = db.prepare("INSERT INTO message VALUES (?, ?, ?, ?, ?, ?, ?)");
  const lastSeq = new Map();
  return (author, { client_id, conversation_id, text }) => {
    const seq = (lastSeq.get(conversation_id) ?? 0) + 1;
    const message_id = crypto.randomUUID();
    const created_at = new Date().toISOString();
    insert.run(message_id, conversation_id, seq, author, client_id, text, created_at);
    lastSeq.set(conversation_id, seq);
    return {
      ack: { type: "ack", client_id, conversation_id, message_id, seq, created_at, duplicate: false },
      message: { type: "message", client_id, conversation_id, message_id, seq, created_at, author_id: author, text },
    };
  };
}
