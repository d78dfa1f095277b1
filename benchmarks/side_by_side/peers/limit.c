/* The limit: Nova's frames, stored in SQLite and sent on, one transaction and one write per member and turn.
 *
 *     limit PORT DATABASE
 *
 * It trusts its clients: one frame a read at least, no control frames, no account.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { EVENTS = 512, ROOMS = 4096, UUID = 36, CHUNK = 1 << 18, BACKLOG = 8192 };

struct buffer {
    char *bytes;
    size_t length, capacity;
};

struct member {
    int fd, is_open, wants_write;
    struct room *room;
    struct member *next;
    struct buffer in, out, acks;
};

struct room {
    char id[UUID + 1];
    struct member *members;
    struct buffer frames;
    long long seq;
};

static struct room rooms[ROOMS];
static struct member *listening;
static int room_count, poller, is_in_transaction;
static sqlite3 *database;
static sqlite3_stmt *insert;
static char chunk[CHUNK];

static void append(struct buffer *to, const char *bytes, size_t length) {
    if (to->length + length > to->capacity) {
        to->capacity = (to->length + length) * 2;
        to->bytes = realloc(to->bytes, to->capacity);
    }
    memcpy(to->bytes + to->length, bytes, length);
    to->length += length;
}

static void drop_first(struct buffer *of, size_t length) {
    memmove(of->bytes, of->bytes + length, of->length - length);
    of->length -= length;
    if (of->length) return;
    free(of->bytes);
    memset(of, 0, sizeof *of);
}

static void watch(struct member *one, int operation) {
    struct epoll_event event = {.events = EPOLLIN | (one->wants_write ? EPOLLOUT : 0), .data.ptr = one};
    epoll_ctl(poller, operation, one->fd, &event);
}

static void flush(struct member *one) {
    ssize_t sent = one->out.length ? send(one->fd, one->out.bytes, one->out.length, MSG_NOSIGNAL) : 0;
    if (sent > 0) drop_first(&one->out, (size_t)sent);
    if ((one->out.length > 0) == one->wants_write) return;
    one->wants_write = one->out.length > 0;
    watch(one, EPOLL_CTL_MOD);
}

static void put_head(struct buffer *to, size_t length) {
    unsigned char head[10] = {0x81};
    int bytes = length < 126 ? 0 : length < 65536 ? 2 : 8;
    head[1] = (unsigned char)(bytes == 0 ? length : bytes == 2 ? 126 : 127);
    for (int at = 0; at < bytes; at++) head[2 + at] = (unsigned char)(length >> 8 * (bytes - 1 - at));
    append(to, (char *)head, 2 + (size_t)bytes);
}

static struct room *find_room(const char *id) {
    for (int at = 0; at < room_count; at++)
        if (!memcmp(rooms[at].id, id, UUID)) return &rooms[at];
    memcpy(rooms[room_count].id, id, UUID);
    return &rooms[room_count++];
}

/* The text after a key, up to its quote: no client here sends an escape. */
static const char *find(const char *frame, const char *key, int *length) {
    const char *begin = strstr(frame, key);
    if (!begin) exit(3);
    begin += strlen(key);
    *length = (int)(strchr(begin, '"') - begin);
    return begin;
}

static void run(const char *statement) {
    if (sqlite3_exec(database, statement, NULL, NULL, NULL) != SQLITE_OK) exit(4);
}

static void store(struct member *author, const char *frame) {
    int id_length, text_length, room_length;
    const char *id = find(frame, "\"client_id\":\"", &id_length), *text = find(frame, "\"text\":\"", &text_length);
    struct room *room = find_room(find(frame, "\"conversation_id\":\"", &room_length));
    if (!is_in_transaction) run("BEGIN IMMEDIATE");
    is_in_transaction = 1;
    room->seq++;
    sqlite3_bind_text(insert, 1, id, id_length, SQLITE_STATIC);
    sqlite3_bind_text(insert, 2, room->id, UUID, SQLITE_STATIC);
    sqlite3_bind_int64(insert, 3, room->seq);
    sqlite3_bind_text(insert, 4, text, text_length, SQLITE_STATIC);
    if (sqlite3_step(insert) != SQLITE_DONE) exit(4);
    sqlite3_reset(insert);
    char head[512], body[4096];
    const char *same = "\"client_id\":\"%.*s\",\"conversation_id\":\"%s\",\"message_id\":\"%.*s\",\"seq\":%lld,"
                       "\"created_at\":\"2026-01-01T00:00:00.000000Z\"";
    snprintf(head, sizeof head, same, id_length, id, room->id, id_length, id, room->seq);
    int length = snprintf(body, sizeof body, ",{\"type\":\"message\",%s,\"author_id\":\"%s\",\"text\":\"%.*s\"}", head,
                          room->id, text_length, text);
    append(&room->frames, body, (size_t)length);
    length = snprintf(body, sizeof body, ",{\"type\":\"ack\",%s,\"duplicate\":false}", head);
    append(&author->acks, body, (size_t)length);
}

static void join(struct member *one, const char *frame) {
    int length;
    one->room = find_room(find(frame, "\"room\":\"", &length));
    one->next = one->room->members;
    one->room->members = one;
    static const char welcome[] = "[{\"type\":\"welcome\"}]";
    put_head(&one->out, sizeof welcome - 1);
    append(&one->out, welcome, sizeof welcome - 1);
    flush(one);
}

/* What is left of it is as small as a benchmark is short. */
static void leave(struct member *one) {
    if (one->room)
        for (struct member **at = &one->room->members; *at; at = &(*at)->next)
            if (*at == one) {
                *at = one->next;
                break;
            }
    close(one->fd);
}

/* What the turn brought: one commit, then one write per member. */
static void end_turn(void) {
    if (!is_in_transaction) return;
    run("COMMIT");
    is_in_transaction = 0;
    for (int at = 0; at < room_count; at++) {
        struct room *room = &rooms[at];
        if (!room->frames.length) continue;
        for (struct member *one = room->members; one; one = one->next) {
            size_t acks = one->acks.length, frames = room->frames.length;
            put_head(&one->out, acks + frames + 1);
            append(&one->out, "[", 1);
            if (acks) append(&one->out, one->acks.bytes + 1, acks - 1), append(&one->out, ",", 1);
            append(&one->out, room->frames.bytes + 1, frames - 1);
            append(&one->out, "]", 1);
            one->acks.length = 0;
            flush(one);
        }
        room->frames.length = 0;
    }
}

static void take(struct member *one, char *payload, size_t length, const unsigned char *mask) {
    for (size_t at = 0; at < length; at++) payload[at] ^= (char)mask[at & 3];
    char kept = payload[length];
    payload[length] = 0;
    if (one->room) store(one, payload);
    else join(one, payload);
    payload[length] = kept;
}

static size_t take_frame(struct member *one, char *bytes, size_t length) {
    size_t head = length < 2 ? 2 : (bytes[1] & 127) < 126 ? 6 : 8;
    if (length < head) return 0;
    size_t payload = bytes[1] & 127;
    if (payload == 126) payload = (size_t)(unsigned char)bytes[2] << 8 | (unsigned char)bytes[3];
    if (length - head < payload) return 0;
    unsigned char mask[4];
    memcpy(mask, bytes + head - 4, 4);
    take(one, bytes + head, payload, mask);
    return head + payload;
}

static size_t shake_hands(struct member *one, const char *bytes, size_t length) {
    const char *end = memmem(bytes, length, "\r\n\r\n", 4);
    if (!end) return 0;
    static const char answer[] = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                 "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
    append(&one->out, answer, sizeof answer - 1);
    one->is_open = 1;
    flush(one);
    return (size_t)(end - bytes) + 4;
}

static void read_some(struct member *one) {
    ssize_t length = recv(one->fd, chunk, CHUNK, 0);
    if (length < 0 && errno == EAGAIN) return;
    if (length <= 0) {
        leave(one);
        return;
    }
    append(&one->in, chunk, (size_t)length);
    append(&one->in, "", 1); /* room for the end of a text */
    one->in.length--;
    size_t used = 0, more;
    do {
        char *rest = one->in.bytes + used;
        size_t left = one->in.length - used;
        more = one->is_open ? take_frame(one, rest, left) : shake_hands(one, rest, left);
        used += more;
    } while (more);
    drop_first(&one->in, used);
}

static void accept_all(void) {
    int fd, on = 1;
    while ((fd = accept4(listening->fd, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
        struct member *one = calloc(1, sizeof *one);
        one->fd = fd;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        watch(one, EPOLL_CTL_ADD);
    }
}

static void open_store(const char *path) {
    if (sqlite3_open(path, &database) != SQLITE_OK) exit(4);
    run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
        "CREATE TABLE message (client_id TEXT NOT NULL UNIQUE, conversation_id TEXT NOT NULL, seq INTEGER NOT NULL,"
        " text TEXT NOT NULL, UNIQUE (conversation_id, seq))");
    sqlite3_prepare_v2(database, "INSERT INTO message VALUES (?, ?, ?, ?)", -1, &insert, NULL);
}

int main(int count, char **arguments) {
    if (count != 3) return 2;
    open_store(arguments[2]);
    poller = epoll_create1(0);
    listening = calloc(1, sizeof *listening);
    listening->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(arguments[1]))};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(listening->fd, (struct sockaddr *)&address, sizeof address) || listen(listening->fd, BACKLOG)) return 2;
    watch(listening, EPOLL_CTL_ADD);
    for (;;) {
        struct epoll_event events[EVENTS];
        int found = epoll_wait(poller, events, EVENTS, -1);
        for (int at = 0; at < found; at++) {
            struct member *one = events[at].data.ptr;
            if (one == listening) accept_all();
            else if (events[at].events & ~(uint32_t)EPOLLOUT) read_some(one);
            else flush(one);
        }
        end_turn();
    }
}
