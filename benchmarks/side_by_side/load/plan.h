/* What the generator is to say, read from the file that plan.py writes: little-endian, texts with their length first. */
#ifndef PLAN_H
#define PLAN_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct text {
    char *bytes;
    uint32_t length;
};

/* One turn of the greeting: say this, then wait until that arrives. */
struct step {
    uint32_t is_raw; /* outside the WebSocket's frames */
    struct text say, until;
};

/* What one connection says. */
struct part {
    uint32_t is_sender, id_at, stamp_at, step_count;
    struct text ack_mark, message;
    struct step *steps;
};

struct plan {
    uint32_t port, is_websocket, fan_out, count; /* fan_out: the members of a room */
    struct part *parts;
};

static const uint32_t NOWHERE = 0xffffffffu;

static void fail(const char *why) {
    fprintf(stderr, "generator: %s\n", why);
    exit(2);
}

static void *need(void *memory) {
    if (!memory) fail("out of memory");
    return memory;
}

static uint32_t read_number(FILE *file) {
    uint32_t value;
    if (fread(&value, sizeof value, 1, file) != 1) fail("the plan ends too early");
    return value;
}

static struct text read_text(FILE *file) {
    struct text text = {NULL, read_number(file)};
    text.bytes = need(malloc(text.length + 1u));
    if (text.length && fread(text.bytes, text.length, 1, file) != 1) fail("the plan ends too early");
    text.bytes[text.length] = 0;
    return text;
}

/* A client's text frame; its mask is zero, so that the payload stays as it is. */
static struct text framed(struct text payload) {
    struct text frame = {need(malloc(payload.length + 14u)), 0};
    unsigned char *head = (unsigned char *)frame.bytes;
    head[0] = 0x81;
    if (payload.length < 126) {
        head[1] = (unsigned char)(0x80 | payload.length);
        frame.length = 2;
    } else {
        head[1] = 0x80 | 126;
        head[2] = (unsigned char)(payload.length >> 8);
        head[3] = (unsigned char)payload.length;
        frame.length = 4;
    }
    memset(head + frame.length, 0, 4);
    memcpy(head + frame.length + 4, payload.bytes, payload.length);
    frame.length += 4 + payload.length;
    free(payload.bytes);
    return frame;
}

static void read_part(FILE *file, struct part *part, int is_websocket) {
    part->is_sender = read_number(file);
    part->ack_mark = read_text(file);
    part->message = read_text(file);
    part->id_at = read_number(file);
    part->stamp_at = read_number(file);
    part->step_count = read_number(file);
    part->steps = need(calloc(part->step_count, sizeof *part->steps));
    for (uint32_t at = 0; at < part->step_count; at++) {
        struct step *step = &part->steps[at];
        step->is_raw = read_number(file);
        step->say = read_text(file);
        step->until = read_text(file);
        if (!step->is_raw && step->say.length) step->say = framed(step->say);
    }
    if (!is_websocket) return;
    uint32_t bare = part->message.length;
    part->message = framed(part->message);
    if (part->id_at != NOWHERE) part->id_at += part->message.length - bare;
    part->stamp_at += part->message.length - bare;
}

static struct plan read_plan(const char *path) {
    FILE *file = fopen(path, "rb");
    if (!file) fail("the plan cannot be opened");
    struct plan plan = {0};
    plan.port = read_number(file);
    plan.is_websocket = read_number(file);
    plan.fan_out = read_number(file);
    plan.count = read_number(file);
    plan.parts = need(calloc(plan.count, sizeof *plan.parts));
    for (uint32_t at = 0; at < plan.count; at++) read_part(file, &plan.parts[at], plan.is_websocket);
    fclose(file);
    return plan;
}

#endif
