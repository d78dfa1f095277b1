/* One connection: what it has read in part, what it has yet to write, and how far its greeting has come. */
#ifndef CONNECTION_H
#define CONNECTION_H

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "plan.h"

enum { RING = 8192, STAMP_DIGITS = 16, SMALL_WINDOW = 4096 };

struct buffer {
    char *bytes;
    size_t length, capacity;
};

struct connection {
    const struct part *part;
    int fd, is_open, is_ready, is_stalled, wants_write;
    uint32_t step;
    struct buffer in, out;
    uint64_t *sent_at; /* a ring: acks come in order */
    uint32_t acked, sent;
};

static int poller;

static uint64_t nanoseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static void append(struct buffer *to, const void *bytes, size_t length) {
    if (to->length + length > to->capacity) {
        to->capacity = (to->length + length) * 2;
        to->bytes = need(realloc(to->bytes, to->capacity));
    }
    memcpy(to->bytes + to->length, bytes, length);
    to->length += length;
}

static void drop_first(struct buffer *of, size_t length) {
    memmove(of->bytes, of->bytes + length, of->length - length);
    of->length -= length;
    if (of->length || of->capacity < 65536) return;
    free(of->bytes);
    memset(of, 0, sizeof *of);
}

static void watch(struct connection *one, int operation) {
    struct epoll_event event = {.data.ptr = one};
    event.events = (one->is_stalled ? 0u : (uint32_t)EPOLLIN) | (one->wants_write ? (uint32_t)EPOLLOUT : 0u);
    epoll_ctl(poller, operation, one->fd, &event);
}

static void flush(struct connection *one) {
    ssize_t written = one->out.length ? send(one->fd, one->out.bytes, one->out.length, MSG_NOSIGNAL) : 0;
    if (written > 0) drop_first(&one->out, (size_t)written);
    int is_waiting = one->out.length > 0;
    if (is_waiting == one->wants_write) return;
    one->wants_write = is_waiting;
    watch(one, EPOLL_CTL_MOD);
}

static void dial(struct connection *one, uint32_t port, int is_reading) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    one->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (one->fd < 0) fail("no more sockets: raise the limit of open files");
    int on = 1, window = SMALL_WINDOW;
    setsockopt(one->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (!is_reading) setsockopt(one->fd, SOL_SOCKET, SO_RCVBUF, &window, sizeof window);
    if (connect(one->fd, (struct sockaddr *)&address, sizeof address) && errno != EINPROGRESS) fail("cannot connect");
    one->wants_write = 1;
    watch(one, EPOLL_CTL_ADD);
}

static void put_hex(char *at, uint64_t value, int digits) {
    while (digits--) {
        at[digits] = "0123456789abcdef"[value & 15];
        value >>= 4;
    }
}

/* A version 7 UUID, as Nova's browser mints them: they grow. */
static void put_id(char *at, uint64_t number) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    uint64_t ms = (uint64_t)now.tv_sec * 1000u + (uint64_t)now.tv_nsec / 1000000u;
    put_hex(at, ms >> 16, 8);
    put_hex(at + 9, ms & 0xffff, 4);
    put_hex(at + 14, 0x7000 | (number >> 20 & 0xfff), 4);
    put_hex(at + 19, 0x8000 | (number >> 8 & 0xfff), 4);
    put_hex(at + 24, number * 0x9e3779b97f4a7c15u >> 16, 12);
}

static void put_stamp(char *at, uint64_t value) {
    for (int digit = STAMP_DIGITS; digit--; value /= 10) at[digit] = (char)('0' + value % 10);
}

static uint64_t read_stamp(const char *at) {
    uint64_t value = 0;
    for (int digit = 0; digit < STAMP_DIGITS; digit++) value = value * 10 + (uint64_t)(at[digit] - '0');
    return value;
}

/* Put one message into the buffer; flush() sends it. */
static void write_message(struct connection *one, uint64_t number, uint64_t now) {
    const struct part *part = one->part;
    size_t begin = one->out.length;
    append(&one->out, part->message.bytes, part->message.length);
    if (part->id_at != NOWHERE) put_id(one->out.bytes + begin + part->id_at, number);
    put_stamp(one->out.bytes + begin + part->stamp_at, now);
    if (!one->sent_at) one->sent_at = need(calloc(RING, sizeof *one->sent_at));
    one->sent_at[one->sent++ % RING] = now;
}

/* The length of the first frame's head; 0 while not all of it is there. */
static size_t read_head(const unsigned char *bytes, size_t length, uint64_t *payload) {
    size_t head = length < 2 ? 2 : bytes[1] < 126 ? 2 : bytes[1] == 126 ? 4 : 10;
    if (length < head) return 0;
    *payload = bytes[1];
    if (head > 2) *payload = 0;
    for (size_t at = 2; at < head; at++) *payload = *payload << 8 | bytes[at];
    return head;
}

static void answer_ping(struct connection *one, const char *bytes, size_t length) {
    unsigned char head[6] = {0x8a, (unsigned char)(0x80 | length), 0, 0, 0, 0};
    append(&one->out, head, sizeof head);
    append(&one->out, bytes, length);
}

#endif
