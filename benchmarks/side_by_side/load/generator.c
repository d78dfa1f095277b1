/* The load: says what the plan says, on one core, and measures. It knows WebSocket frames and no peer's protocol.
 *
 *     generator PLAN      commands come on standard input, answers leave as lines of JSON:
 *     open FIRST COUNT AT_ONCE [stalled]      connect and greet; a stalled one never reads again
 *     loop IN_FLIGHT WARM SECONDS             every ack is answered with the next message
 *     rate PER_SECOND WARM SECONDS            messages at a fixed rate
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/timerfd.h>

#include "connection.h"
#include "histogram.h"

enum { CHUNK = 1 << 20, EVENTS = 512, EVERY_TENTH = 10 };
enum phase { AT_REST, WARMING, MEASURING, DRAINING };

static const uint64_t MILLISECOND = 1000000u, PAUSE = 250 * MILLISECOND, SILENCE = 5000 * MILLISECOND, PATIENCE = 15000 * MILLISECOND;
static const double SECOND = 1e9;

static struct plan plan;
static struct connection *connections;
static struct connection **senders;
static uint32_t sender_count, turn;
static char chunk[CHUNK];
static int ticker;

static enum phase phase;
static int is_loop, is_timing_all;
static uint64_t now, heard_at, began, ends, sent, acked, delivered, ready, closed;
static uint64_t window_acked, window_delivered, window_began;
static double window_cpu;
static struct histogram ack_times, delivery_times;

static double own_cpu(void) {
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
           (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

static void give_up(struct connection *one) {
    epoll_ctl(poller, EPOLL_CTL_DEL, one->fd, NULL);
    close(one->fd);
    one->is_open = one->is_ready = 0;
    closed++;
}

static void send_next(struct connection *one) {
    sent++;
    write_message(one, sent, now);
}

/* Take what a member was told: every message has a stamp behind a tilde, and every ack the sender's mark. */
static void take_payload(struct connection *one, const char *bytes, size_t length) {
    const char *end = bytes + length;
    int is_timed = phase == MEASURING && (is_timing_all || (one - connections) % EVERY_TENTH == 0);
    for (const char *at = bytes; (at = memchr(at, '~', (size_t)(end - at))) && end - at > STAMP_DIGITS; at++) {
        delivered++;
        if (is_timed) record(&delivery_times, now - read_stamp(at + 1));
    }
    if (one->acked == one->sent) return;
    const struct text *mark = &one->part->ack_mark;
    for (const char *at = bytes; (at = memmem(at, (size_t)(end - at), mark->bytes, mark->length)); at += mark->length) {
        acked++;
        if (phase == MEASURING) record(&ack_times, now - one->sent_at[one->acked % RING]);
        one->acked++;
        if (is_loop && (phase == WARMING || phase == MEASURING)) send_next(one);
    }
}

static int goes_on(struct connection *one, const char *bytes, size_t length) {
    const struct text *until = &one->part->steps[one->step].until;
    return memmem(bytes, length, until->bytes, until->length) != NULL;
}

static void say_step(struct connection *one) {
    for (; one->step < one->part->step_count; one->step++) {
        const struct step *step = &one->part->steps[one->step];
        append(&one->out, step->say.bytes, step->say.length);
        if (step->until.length) return;
    }
    one->is_ready = 1;
    ready++;
}

static void take_text(struct connection *one, const char *bytes, size_t length) {
    if (one->is_ready) {
        take_payload(one, bytes, length);
    } else if (goes_on(one, bytes, length)) {
        one->step++;
        say_step(one);
    }
}

static size_t take_frame(struct connection *one, const char *bytes, size_t length) {
    uint64_t payload = 0;
    size_t head = read_head((const unsigned char *)bytes, length, &payload);
    if (!head || length - head < payload) return 0;
    int kind = bytes[0] & 15;
    const char *text = bytes + head;
    if (kind == 9) answer_ping(one, text, payload);
    else if (payload == 1 && *text == '2') append(&one->out, "\x81\x81\0\0\0\0" "3", 7); /* Engine.IO's own ping */
    else if (kind < 8) take_text(one, text, payload);
    return head + payload;
}

/* Bytes outside frames: an HTTP head, or XML, which is cut where a tag ends. */
static size_t take_raw(struct connection *one, const char *bytes, size_t length) {
    if (!one->is_ready) {
        const struct text *until = &one->part->steps[one->step].until;
        const char *found = memmem(bytes, length, until->bytes, until->length);
        if (!found) return 0;
        one->step++;
        say_step(one);
        return (size_t)(found - bytes) + until->length;
    }
    const char *end = memrchr(bytes, '>', length);
    if (!end) return 0;
    take_payload(one, bytes, (size_t)(end - bytes) + 1);
    return (size_t)(end - bytes) + 1;
}

static int is_raw(const struct connection *one) {
    return !plan.is_websocket || (!one->is_ready && one->part->steps[one->step].is_raw);
}

static size_t take(struct connection *one, const char *bytes, size_t length) {
    size_t used = 0, more;
    while (used < length) {
        const char *rest = bytes + used;
        more = is_raw(one) ? take_raw(one, rest, length - used) : take_frame(one, rest, length - used);
        if (!more) break;
        used += more;
    }
    return used;
}

static void read_some(struct connection *one) {
    ssize_t length = recv(one->fd, chunk, CHUNK, 0);
    if (length < 0 && errno == EAGAIN) return;
    if (length <= 0) {
        give_up(one);
        return;
    }
    heard_at = now;
    if (one->in.length) {
        append(&one->in, chunk, (size_t)length);
        drop_first(&one->in, take(one, one->in.bytes, one->in.length));
    } else {
        size_t used = take(one, chunk, (size_t)length);
        if (used < (size_t)length) append(&one->in, chunk + used, (size_t)length - used);
    }
    flush(one);
}

static void send_at_rate(void) {
    uint64_t ticks = 0;
    if (read(ticker, &ticks, sizeof ticks) != sizeof ticks || phase == AT_REST || phase == DRAINING) return;
    for (; ticks; ticks--) {
        struct connection *one = senders[turn++ % sender_count];
        send_next(one);
        flush(one);
    }
}

static void set_ticker(double per_second) {
    uint64_t pause = per_second > 0 ? (uint64_t)(SECOND / per_second) : 0;
    struct itimerspec every = {.it_interval = {(time_t)(pause / 1000000000u), (long)(pause % 1000000000u)}};
    every.it_value = every.it_interval;
    timerfd_settime(ticker, 0, &every, NULL);
}

static void pass_events(int timeout_ms) {
    struct epoll_event events[EVENTS];
    int count = epoll_wait(poller, events, EVENTS, timeout_ms);
    now = nanoseconds();
    for (int at = 0; at < count; at++) {
        struct connection *one = events[at].data.ptr;
        if (!one) {
            send_at_rate();
            continue;
        }
        if (!one->is_open) continue;
        if (events[at].events & EPOLLOUT) flush(one);
        if (events[at].events & ~(uint32_t)EPOLLOUT) read_some(one);
    }
}

static void start(struct connection *one, int is_stalled) {
    one->is_open = 1;
    one->step = 0;
    one->in.length = one->out.length = 0;
    dial(one, plan.port, !is_stalled);
    say_step(one);
}

/* Whoever was turned away comes again, as a browser does. */
static void start_again(uint32_t first, uint32_t count) {
    static uint64_t last;
    if (now - last < PAUSE) return;
    last = now;
    for (uint32_t at = first; at < first + count; at++)
        if (!connections[at].is_open) start(&connections[at], 0);
}

static void open_some(uint32_t first, uint32_t count, uint32_t at_once, int is_stalled) {
    uint64_t begin = now = nanoseconds(), lost = closed, goal = ready + count;
    for (uint32_t next = first; ready < goal && now - begin < 4 * PATIENCE; pass_events(100)) {
        while (next < first + count && next - first - (uint32_t)(ready + count - goal) < at_once)
            start(&connections[next++], is_stalled);
        start_again(first, next - first);
    }
    for (uint32_t next = first; is_stalled && next < first + count; next++) {
        connections[next].is_stalled = 1;
        watch(&connections[next], EPOLL_CTL_MOD);
    }
    uint64_t missing = goal - ready;
    printf("{\"opened\": %llu, \"failed\": %llu, \"turned_away\": %llu, \"seconds\": %.6f}\n",
           (unsigned long long)(count - missing), (unsigned long long)missing, (unsigned long long)(closed - lost),
           (double)(now - begin) / SECOND);
}

static void begin_window(void) {
    phase = MEASURING;
    window_acked = acked;
    window_delivered = delivered;
    window_cpu = own_cpu();
    memset(&ack_times, 0, sizeof ack_times);
    memset(&delivery_times, 0, sizeof delivery_times);
    printf("{\"window\": \"begins\"}\n");
    fflush(stdout);
    window_began = now = nanoseconds();
}

static void end_window(void) {
    double spent = (double)(now - window_began) / SECOND;
    printf("{\"window\": \"ends\"}\n");
    fflush(stdout);
    phase = DRAINING;
    heard_at = now;
    window_cpu = (own_cpu() - window_cpu) / spent;
    window_acked = acked - window_acked;
    window_delivered = delivered - window_delivered;
    began = (uint64_t)(spent * SECOND);
}

static void report(void) {
    printf("{\"seconds\": %.6f, \"acks\": %llu, \"deliveries\": %llu, \"busy\": %.4f, \"ack_p50_ms\": %.4f, "
           "\"ack_p99_ms\": %.4f, \"p50_ms\": %.4f, \"p99_ms\": %.4f, \"sent\": %llu, \"acked\": %llu, "
           "\"delivered\": %llu, \"closed\": %llu}\n",
           (double)began / SECOND, (unsigned long long)window_acked, (unsigned long long)window_delivered, window_cpu,
           percentile_ms(&ack_times, 0.5), percentile_ms(&ack_times, 0.99), percentile_ms(&delivery_times, 0.5),
           percentile_ms(&delivery_times, 0.99), (unsigned long long)sent, (unsigned long long)acked,
           (unsigned long long)delivered, (unsigned long long)closed);
}

static int has_all_arrived(void) {
    return acked == sent && delivered >= sent * plan.fan_out;
}

/* Warm up, measure, then wait for the rest: what was sent must have arrived. */
static void run(double warm, double seconds) {
    now = heard_at = nanoseconds();
    phase = WARMING;
    uint64_t measured = now + (uint64_t)(warm * SECOND);
    ends = measured + (uint64_t)(seconds * SECOND);
    while (phase != AT_REST) {
        pass_events(phase == DRAINING ? 50 : 1);
        if (phase == WARMING && now >= measured) begin_window();
        else if (phase == MEASURING && now >= ends) end_window();
        else if (phase == DRAINING && (has_all_arrived() || now - heard_at > SILENCE || now - ends > PATIENCE)) phase = AT_REST;
    }
    report();
}

static void loop(uint32_t in_flight, double warm, double seconds) {
    is_loop = 1;
    is_timing_all = 0;
    now = nanoseconds();
    for (uint32_t at = 0; at < in_flight; at++) send_next(senders[at % sender_count]);
    for (uint32_t at = 0; at < sender_count; at++) flush(senders[at]);
    run(warm, seconds);
}

static void rate(double per_second, double warm, double seconds) {
    is_loop = 0;
    is_timing_all = 1;
    set_ticker(per_second);
    run(warm, seconds);
    set_ticker(0);
}

static void obey(const char *line) {
    unsigned first, count, at_once;
    double amount, warm, seconds;
    char word[16] = "";
    if (sscanf(line, "open %u %u %u %15s", &first, &count, &at_once, word) >= 3)
        open_some(first, count, at_once, !strcmp(word, "stalled"));
    else if (sscanf(line, "loop %lf %lf %lf", &amount, &warm, &seconds) == 3) loop((uint32_t)amount, warm, seconds);
    else if (sscanf(line, "rate %lf %lf %lf", &amount, &warm, &seconds) == 3) rate(amount, warm, seconds);
    else fail("a command was not understood");
    fflush(stdout);
}

/* Standard input as lines, while the connections are served: a ping must be answered between two works. */
static int read_command(char *line, size_t room) {
    size_t length = 0;
    while (length + 1 < room) {
        ssize_t got = read(STDIN_FILENO, line + length, 1);
        if (got == 0) return 0;
        if (got < 0) pass_events(5);
        else if (line[length++] == '\n') break;
    }
    line[length] = 0;
    return 1;
}

int main(int count, char **arguments) {
    if (count != 2) fail("usage: generator PLAN");
    plan = read_plan(arguments[1]);
    poller = epoll_create1(0);
    ticker = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
    epoll_ctl(poller, EPOLL_CTL_ADD, ticker, &event);
    connections = need(calloc(plan.count, sizeof *connections));
    senders = need(calloc(plan.count, sizeof *senders));
    for (uint32_t at = 0; at < plan.count; at++) {
        connections[at].part = &plan.parts[at];
        if (plan.parts[at].is_sender) senders[sender_count++] = &connections[at];
    }
    fcntl(STDIN_FILENO, F_SETFL, O_NONBLOCK);
    char line[256];
    while (read_command(line, sizeof line)) obey(line);
    return 0;
}
