/* Durations in buckets of at most 1.6 %: the percentiles of millions cost nothing to keep. */
#ifndef HISTOGRAM_H
#define HISTOGRAM_H

#include <stdint.h>
#include <string.h>

enum { STEPS = 64, BUCKETS = STEPS * 64 };

struct histogram {
    uint64_t count;
    uint64_t buckets[BUCKETS];
};

static inline unsigned bucket_of(uint64_t nanoseconds) {
    if (nanoseconds < STEPS) return (unsigned)nanoseconds;
    unsigned shift = 63u - (unsigned)__builtin_clzll(nanoseconds) - 6u;
    return (shift + 1u) * STEPS + (unsigned)((nanoseconds >> shift) - STEPS);
}

static inline void record(struct histogram *into, uint64_t nanoseconds) {
    into->count++;
    into->buckets[bucket_of(nanoseconds)]++;
}

/* The lower edge of the bucket that has this share of all durations below it, in milliseconds. */
static inline double percentile_ms(const struct histogram *of, double share) {
    uint64_t wanted = (uint64_t)((double)of->count * share), seen = 0;
    for (unsigned at = 0; at < BUCKETS; at++) {
        seen += of->buckets[at];
        if (seen <= wanted) continue;
        unsigned shift = at / STEPS;
        uint64_t value = shift ? (uint64_t)(at % STEPS + STEPS) << (shift - 1u) : at;
        return (double)value / 1e6;
    }
    return 0;
}

#endif
