// hiredis as Swift sees it: its headers, and a guard that its asynchronous side lacks.
#ifndef CHIREDIS_SHIM_H
#define CHIREDIS_SHIM_H

#include <hiredis/async.h>
#include <hiredis/hiredis.h>
#include <stdlib.h>

// Counts the replies that a peer may still send. hiredis ends the process by an assertion when a reply arrives that
// nobody has asked for; with the guard the reader takes such a reply for an error, which ends the connection only.
typedef struct chiredis_guard {
    redisReplyObjectFunctions functions;
    const redisReplyObjectFunctions *original;
    size_t expected;
    int has_refused;
} chiredis_guard;

// Whether an object belongs to a reply that was asked for. An array counts once, when it begins.
static inline chiredis_guard *chiredis_admit(const redisReadTask *task) {
    chiredis_guard *guard = (chiredis_guard *)task->privdata;
    if (task->parent != NULL) return guard;
    if (guard->expected == 0) {
        guard->has_refused = 1;
        return NULL;
    }
    guard->expected -= 1;
    return guard;
}

static inline void *chiredis_string(const redisReadTask *task, char *bytes, size_t length) {
    chiredis_guard *guard = chiredis_admit(task);
    return guard ? guard->original->createString(task, bytes, length) : NULL;
}

static inline void *chiredis_array(const redisReadTask *task, int count) {
    chiredis_guard *guard = chiredis_admit(task);
    // hiredis allocates for the announced count at once; none of our scripts answers with nearly as many.
    return guard && count >= 0 && count <= 1 << 20 ? guard->original->createArray(task, count) : NULL;
}

static inline void *chiredis_integer(const redisReadTask *task, long long value) {
    chiredis_guard *guard = chiredis_admit(task);
    return guard ? guard->original->createInteger(task, value) : NULL;
}

static inline void *chiredis_nil(const redisReadTask *task) {
    chiredis_guard *guard = chiredis_admit(task);
    return guard ? guard->original->createNil(task) : NULL;
}

// Puts the guard between a context and its reader. To be freed after the context.
static inline chiredis_guard *chiredis_guard_replies(redisAsyncContext *context) {
    chiredis_guard *guard = (chiredis_guard *)calloc(1, sizeof *guard);
    if (guard == NULL) return NULL;
    redisReader *reader = context->c.reader;
    guard->original = reader->fn;
    guard->functions.createString = chiredis_string;
    guard->functions.createArray = chiredis_array;
    guard->functions.createInteger = chiredis_integer;
    guard->functions.createNil = chiredis_nil;
    guard->functions.freeObject = reader->fn->freeObject;
    reader->fn = &guard->functions;
    reader->privdata = guard;
    return guard;
}

#endif
