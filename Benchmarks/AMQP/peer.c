// The bare program that the AMQP module is measured against: librabbitmq, one thread, two connections, no layers.
//
// It takes jobs from one quorum queue, publishes a reply for each to another, and acknowledges a job once the broker
// has confirmed its reply. What a real program has to do, it does: it copies properties and bodies out of the library's
// pools and gives these back, matches confirms that come out of order, notices returns, and keeps its heartbeats up.
// Its other modes prepare and inspect the queues.

#include <amqp.h>
#include <amqp_framing.h>
#include <amqp_tcp_socket.h>
#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

enum {
    CHANNEL = 1,
    FRAME_MAX = 131072,
    HEARTBEAT = 15,
    // Deliveries taken before their replies go out, so that the broker is never short of work on either side.
    TURN = 64,
    FILL_WINDOW = 2000,
    // Seconds without any progress that count as a failure.
    PATIENCE = 60,
    SHORT_STRING = 256,
};

static const char usage[] =
    "usage: peer PORT N PREFETCH IN_QUEUE OUT_QUEUE   answer N jobs and print one line of JSON\n"
    "       peer PORT fill QUEUE N BYTES              declare the quorum queue and put N jobs into it\n"
    "       peer PORT declare QUEUE                   declare the quorum queue\n"
    "       peer PORT depth QUEUE                     print the number of messages that are ready\n"
    "       peer PORT purge QUEUE                     empty the queue and print how many messages it had\n"
    "       peer PORT delete QUEUE                    delete the queue and print how many messages it had\n";

__attribute__((noreturn, format(printf, 1, 2))) static void die(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fputs("peer: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    exit(1);
}

static void check(int status, const char *what) {
    if (status < 0) die("%s: %s", what, amqp_error_string2(status));
}

static void check_reply(amqp_rpc_reply_t reply, const char *what) {
    if (reply.reply_type == AMQP_RESPONSE_NORMAL) return;
    if (reply.reply_type == AMQP_RESPONSE_LIBRARY_EXCEPTION) {
        die("%s: %s", what, amqp_error_string2(reply.library_error));
    }
    if (reply.reply.id == AMQP_CHANNEL_CLOSE_METHOD) {
        amqp_channel_close_t *close = reply.reply.decoded;
        die("%s: %.*s", what, (int)close->reply_text.len, (char *)close->reply_text.bytes);
    }
    if (reply.reply.id == AMQP_CONNECTION_CLOSE_METHOD) {
        amqp_connection_close_t *close = reply.reply.decoded;
        die("%s: %.*s", what, (int)close->reply_text.len, (char *)close->reply_text.bytes);
    }
    die("%s: unexpected answer", what);
}

static amqp_connection_state_t connect_to(int port) {
    amqp_connection_state_t connection = amqp_new_connection();
    amqp_socket_t *socket = connection ? amqp_tcp_socket_new(connection) : NULL;
    if (!socket) die("no memory for a connection");
    struct timeval limit = {10, 0};
    check(amqp_socket_open_noblock(socket, "127.0.0.1", port, &limit), "connect");

    static char *const wanted[] = {"publisher_confirms", "basic.nack", "consumer_cancel_notify", "connection.blocked"};
    enum { WANTED = sizeof wanted / sizeof *wanted };
    amqp_table_entry_t entries[WANTED], capabilities;
    for (int i = 0; i < WANTED; i++) {
        entries[i].key = amqp_cstring_bytes(wanted[i]);
        entries[i].value.kind = AMQP_FIELD_KIND_BOOLEAN;
        entries[i].value.value.boolean = 1;
    }
    capabilities.key = amqp_cstring_bytes("capabilities");
    capabilities.value.kind = AMQP_FIELD_KIND_TABLE;
    capabilities.value.value.table = (amqp_table_t){WANTED, entries};
    amqp_table_t properties = {1, &capabilities};
    check_reply(amqp_login_with_properties(connection, "/", 0, FRAME_MAX, HEARTBEAT, &properties,
                                           AMQP_SASL_METHOD_PLAIN, "guest", "guest"),
                "login");
    amqp_channel_open(connection, CHANNEL);
    check_reply(amqp_get_rpc_reply(connection), "open a channel");
    return connection;
}

static void disconnect(amqp_connection_state_t connection) {
    amqp_connection_close(connection, AMQP_REPLY_SUCCESS);
    amqp_destroy_connection(connection);
}

static void declare(amqp_connection_state_t connection, const char *queue) {
    amqp_table_entry_t type = {.key = amqp_cstring_bytes("x-queue-type")};
    type.value.kind = AMQP_FIELD_KIND_UTF8;
    type.value.value.bytes = amqp_cstring_bytes("quorum");
    amqp_table_t arguments = {1, &type};
    amqp_queue_declare(connection, CHANNEL, amqp_cstring_bytes(queue), 0, 1, 0, 0, arguments);
    check_reply(amqp_get_rpc_reply(connection), "declare");
}

static void select_confirms(amqp_connection_state_t connection) {
    amqp_confirm_select(connection, CHANNEL);
    check_reply(amqp_get_rpc_reply(connection), "select confirms");
}

static double seconds_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec + now.tv_nsec / 1e9;
}

// Ends the program on a method that only comes when something went wrong.
static void refuse(const amqp_frame_t *frame) {
    if (frame->frame_type != AMQP_FRAME_METHOD) return;
    amqp_bytes_t text = amqp_empty_bytes;
    switch (frame->payload.method.id) {
        case AMQP_CHANNEL_CLOSE_METHOD:
            text = ((amqp_channel_close_t *)frame->payload.method.decoded)->reply_text;
            break;
        case AMQP_CONNECTION_CLOSE_METHOD:
            text = ((amqp_connection_close_t *)frame->payload.method.decoded)->reply_text;
            break;
        case AMQP_BASIC_RETURN_METHOD:
            text = ((amqp_basic_return_t *)frame->payload.method.decoded)->reply_text;
            break;
        case AMQP_CONNECTION_BLOCKED_METHOD:
        case AMQP_CONNECTION_UNBLOCKED_METHOD:
            return;
    }
    die("the broker sent %s %.*s", amqp_method_name(frame->payload.method.id), (int)text.len, (char *)text.bytes);
}

// MARK: Publishing with confirms

struct publisher {
    amqp_connection_state_t connection;
    uint64_t published;
    // Everything up to here is confirmed; what is confirmed beyond it is marked in the ring.
    uint64_t confirmed;
    bool *early;
    uint64_t mask;
};

static uint64_t ring_size(uint64_t least) {
    uint64_t size = 1;
    while (size < least) size *= 2;
    return size;
}

static struct publisher make_publisher(int port, uint64_t window) {
    struct publisher publisher = {.connection = connect_to(port), .mask = ring_size(window) - 1};
    publisher.early = calloc(publisher.mask + 1, sizeof *publisher.early);
    if (!publisher.early) die("no memory for the window");
    select_confirms(publisher.connection);
    return publisher;
}

static void confirm(struct publisher *self, uint64_t tag, bool multiple) {
    if (tag > self->published) die("the broker confirmed what was never published");
    if (multiple) {
        for (; self->confirmed < tag; self->confirmed++) self->early[(self->confirmed + 1) & self->mask] = false;
    } else if (tag > self->confirmed) {
        self->early[tag & self->mask] = true;
    }
    while (self->early[(self->confirmed + 1) & self->mask]) {
        self->confirmed++;
        self->early[self->confirmed & self->mask] = false;
    }
}

// Reads what the broker has said, waiting at most so long for the first frame.
static void pump_publisher(struct publisher *self, int wait_seconds) {
    amqp_frame_t frame;
    struct timeval wait = {wait_seconds, 0};
    for (;;) {
        int status = amqp_simple_wait_frame_noblock(self->connection, &frame, &wait);
        if (status == AMQP_STATUS_TIMEOUT) break;
        check(status, "read confirms");
        wait.tv_sec = 0;
        if (frame.frame_type == AMQP_FRAME_METHOD && frame.payload.method.id == AMQP_BASIC_ACK_METHOD) {
            amqp_basic_ack_t *ack = frame.payload.method.decoded;
            confirm(self, ack->delivery_tag, ack->multiple);
        } else {
            refuse(&frame);
        }
    }
    amqp_maybe_release_buffers(self->connection);
}

static void await_confirm(struct publisher *self) {
    uint64_t before = self->confirmed;
    double deadline = seconds_now() + PATIENCE;
    while (self->confirmed == before) {
        if (seconds_now() > deadline) die("no confirm within %d s", PATIENCE);
        pump_publisher(self, 1);
    }
}

static void publish(struct publisher *self, const char *queue, const amqp_basic_properties_t *properties,
                    amqp_bytes_t body) {
    check(amqp_basic_publish(self->connection, CHANNEL, amqp_empty_bytes, amqp_cstring_bytes(queue), 1, 0, properties,
                             body),
          "publish");
    self->published++;
}

// MARK: Answering jobs

struct text {
    size_t length;
    char bytes[SHORT_STRING];
};

// A job, copied out of the library's memory. Slots are used again, so that a steady stream allocates nothing.
struct job {
    uint64_t tag;
    struct text message_id, correlation_id, reply_to, content_type;
    char *body;
    size_t length, capacity;
};

struct consumer {
    amqp_connection_state_t connection;
    struct job *jobs;
    uint64_t mask;
    uint64_t wanted, received, acknowledged;
    // The delivery whose frames are arriving; the spare takes those beyond the wanted number.
    struct job *current;
    struct job spare;
    size_t missing;
    double started;
    struct rusage usage;
};

static struct consumer make_consumer(int port, uint64_t wanted, uint16_t prefetch, const char *queue) {
    struct consumer consumer = {.connection = connect_to(port), .wanted = wanted, .mask = ring_size(prefetch) - 1};
    consumer.jobs = calloc(consumer.mask + 1, sizeof *consumer.jobs);
    if (!consumer.jobs) die("no memory for the jobs");
    amqp_basic_qos(consumer.connection, CHANNEL, 0, prefetch, 0);
    check_reply(amqp_get_rpc_reply(consumer.connection), "set the prefetch");
    amqp_basic_consume(consumer.connection, CHANNEL, amqp_cstring_bytes(queue), amqp_empty_bytes, 0, 0, 0,
                       amqp_empty_table);
    check_reply(amqp_get_rpc_reply(consumer.connection), "consume");
    return consumer;
}

static void copy_text(struct text *text, const amqp_basic_properties_t *properties, amqp_flags_t flag,
                      amqp_bytes_t value) {
    text->length = properties->_flags & flag ? value.len : 0;
    if (text->length) memcpy(text->bytes, value.bytes, text->length);
}

static void begin_job(struct consumer *self, uint64_t tag) {
    if (self->received == 0) {
        self->started = seconds_now();
        getrusage(RUSAGE_SELF, &self->usage);
    }
    if (self->received - self->acknowledged > self->mask) die("the broker exceeds the prefetch");
    self->current = self->received < self->wanted ? &self->jobs[self->received & self->mask] : &self->spare;
    self->current->tag = tag;
}

static void finish_job(struct consumer *self) {
    if (self->current != &self->spare) self->received++;
    self->current = NULL;
}

static void describe_job(struct consumer *self, uint64_t size, const amqp_basic_properties_t *properties) {
    struct job *job = self->current;
    copy_text(&job->message_id, properties, AMQP_BASIC_MESSAGE_ID_FLAG, properties->message_id);
    copy_text(&job->correlation_id, properties, AMQP_BASIC_CORRELATION_ID_FLAG, properties->correlation_id);
    copy_text(&job->reply_to, properties, AMQP_BASIC_REPLY_TO_FLAG, properties->reply_to);
    copy_text(&job->content_type, properties, AMQP_BASIC_CONTENT_TYPE_FLAG, properties->content_type);
    if (size > job->capacity) {
        free(job->body);
        job->body = malloc(size);
        if (!job->body) die("no memory for a body of %llu bytes", (unsigned long long)size);
        job->capacity = size;
    }
    job->length = 0;
    self->missing = size;
    if (size == 0) finish_job(self);
}

static void extend_job(struct consumer *self, amqp_bytes_t part) {
    struct job *job = self->current;
    if (part.len > self->missing) die("a body is longer than its header says");
    memcpy(job->body + job->length, part.bytes, part.len);
    job->length += part.len;
    self->missing -= part.len;
    if (self->missing == 0) finish_job(self);
}

// Takes deliveries until there are none or a turn is full; returns whether there may be more.
static bool pump_consumer(struct consumer *self) {
    uint64_t limit = self->received + TURN;
    bool more = true;
    while (self->received < limit) {
        amqp_frame_t frame;
        struct timeval now = {0, 0};
        int status = amqp_simple_wait_frame_noblock(self->connection, &frame, &now);
        if (status == AMQP_STATUS_TIMEOUT) {
            more = false;
            break;
        }
        check(status, "read jobs");
        if (frame.frame_type == AMQP_FRAME_METHOD && frame.payload.method.id == AMQP_BASIC_DELIVER_METHOD) {
            begin_job(self, ((amqp_basic_deliver_t *)frame.payload.method.decoded)->delivery_tag);
        } else if (frame.frame_type == AMQP_FRAME_HEADER && self->current) {
            describe_job(self, frame.payload.properties.body_size, frame.payload.properties.decoded);
        } else if (frame.frame_type == AMQP_FRAME_BODY && self->current) {
            extend_job(self, frame.payload.body_fragment);
        } else {
            refuse(&frame);
        }
    }
    amqp_maybe_release_buffers(self->connection);
    return more;
}

static amqp_bytes_t bytes_of(struct text *text) {
    return (amqp_bytes_t){text->length, text->bytes};
}

static void reply(struct publisher *publisher, const char *queue, struct job *job, time_t now) {
    amqp_basic_properties_t properties = {
        ._flags = AMQP_BASIC_CONTENT_TYPE_FLAG | AMQP_BASIC_DELIVERY_MODE_FLAG | AMQP_BASIC_CORRELATION_ID_FLAG |
                  AMQP_BASIC_MESSAGE_ID_FLAG | AMQP_BASIC_TIMESTAMP_FLAG | AMQP_BASIC_TYPE_FLAG |
                  AMQP_BASIC_APP_ID_FLAG,
        .content_type = amqp_cstring_bytes("application/json"),
        .delivery_mode = AMQP_DELIVERY_PERSISTENT,
        .correlation_id = bytes_of(&job->correlation_id),
        .message_id = bytes_of(&job->message_id),
        .timestamp = now,
        .type = amqp_cstring_bytes("reply"),
        .app_id = amqp_cstring_bytes("amqp-bench"),
    };
    publish(publisher, queue, &properties, (amqp_bytes_t){job->length, job->body});
}

// Acknowledges, in one go, the jobs at the front whose replies are confirmed.
static void acknowledge(struct consumer *consumer, const struct publisher *publisher) {
    if (publisher->confirmed == consumer->acknowledged) return;
    uint64_t tag = consumer->jobs[(publisher->confirmed - 1) & consumer->mask].tag;
    check(amqp_basic_ack(consumer->connection, CHANNEL, tag, 1), "acknowledge");
    consumer->acknowledged = publisher->confirmed;
}

static bool has_unread(amqp_connection_state_t connection) {
    return amqp_frames_enqueued(connection) || amqp_data_in_buffer(connection);
}

static double cpu_between(const struct rusage *from, const struct rusage *to) {
    return (to->ru_utime.tv_sec - from->ru_utime.tv_sec) + (to->ru_stime.tv_sec - from->ru_stime.tv_sec) +
           (to->ru_utime.tv_usec - from->ru_utime.tv_usec + to->ru_stime.tv_usec - from->ru_stime.tv_usec) / 1e6;
}

static void answer(int port, uint64_t wanted, uint16_t prefetch, const char *in, const char *out) {
    struct publisher publisher = make_publisher(port, prefetch);
    struct consumer consumer = make_consumer(port, wanted, prefetch, in);
    struct pollfd sockets[] = {
        {.fd = amqp_get_sockfd(consumer.connection), .events = POLLIN},
        {.fd = amqp_get_sockfd(publisher.connection), .events = POLLIN},
    };
    int idle = 0;
    while (consumer.acknowledged < wanted) {
        bool more = pump_consumer(&consumer);
        pump_publisher(&publisher, 0);
        acknowledge(&consumer, &publisher);
        if (publisher.published < consumer.received) {
            time_t now = time(NULL);
            while (publisher.published < consumer.received) {
                reply(&publisher, out, &consumer.jobs[publisher.published & consumer.mask], now);
            }
        }
        if (more || consumer.acknowledged == wanted) continue;
        if (has_unread(consumer.connection) || has_unread(publisher.connection)) continue;
        int ready = poll(sockets, 2, 1000 * HEARTBEAT / 3);
        if (ready < 0 && errno != EINTR) die("poll: %s", strerror(errno));
        idle = ready == 0 ? idle + HEARTBEAT / 3 : 0;
        if (idle >= PATIENCE) {
            die("only %llu of %llu jobs within %d s", (unsigned long long)consumer.acknowledged,
                (unsigned long long)wanted, PATIENCE);
        }
    }
    double seconds = seconds_now() - consumer.started;
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf("{\"program\":\"c\",\"messages\":%llu,\"seconds\":%.3f,\"rate\":%.0f,"
           "\"cpu_us_per_message\":%.2f,\"peak_rss_kb\":%ld}\n",
           (unsigned long long)wanted, seconds, wanted / seconds,
           cpu_between(&consumer.usage, &usage) * 1e6 / wanted, usage.ru_maxrss);
    disconnect(consumer.connection);
    disconnect(publisher.connection);
}

// MARK: Queues

static void fill(int port, const char *queue, uint64_t count, size_t size) {
    char *body = malloc(size + 1);
    if (!body) die("no memory for a body");
    memset(body, 'x', size);
    struct publisher publisher = make_publisher(port, FILL_WINDOW);
    declare(publisher.connection, queue);
    while (publisher.published < count) {
        pump_publisher(&publisher, 0);
        uint64_t room = FILL_WINDOW - (publisher.published - publisher.confirmed);
        if (room == 0) await_confirm(&publisher);
        for (uint64_t i = 0; i < room && i < TURN && publisher.published < count; i++) {
            char id[32];
            snprintf(id, sizeof id, "job-%llu", (unsigned long long)publisher.published + 1);
            amqp_basic_properties_t properties = {
                ._flags = AMQP_BASIC_CONTENT_TYPE_FLAG | AMQP_BASIC_DELIVERY_MODE_FLAG |
                          AMQP_BASIC_CORRELATION_ID_FLAG | AMQP_BASIC_MESSAGE_ID_FLAG | AMQP_BASIC_REPLY_TO_FLAG,
                .content_type = amqp_cstring_bytes("application/json"),
                .delivery_mode = AMQP_DELIVERY_PERSISTENT,
                .correlation_id = amqp_cstring_bytes(id),
                .message_id = amqp_cstring_bytes(id),
                .reply_to = amqp_cstring_bytes("replies"),
            };
            publish(&publisher, queue, &properties, (amqp_bytes_t){size, body});
        }
    }
    while (publisher.confirmed < count) await_confirm(&publisher);
    disconnect(publisher.connection);
    free(body);
}

static void manage(int port, const char *mode, const char *queue) {
    amqp_connection_state_t connection = connect_to(port);
    amqp_bytes_t name = amqp_cstring_bytes(queue);
    if (strcmp(mode, "declare") == 0) {
        declare(connection, queue);
    } else if (strcmp(mode, "depth") == 0) {
        amqp_queue_declare_ok_t *ok =
            amqp_queue_declare(connection, CHANNEL, name, 1, 0, 0, 0, amqp_empty_table);
        check_reply(amqp_get_rpc_reply(connection), mode);
        printf("%u\n", ok->message_count);
    } else if (strcmp(mode, "purge") == 0) {
        amqp_queue_purge_ok_t *ok = amqp_queue_purge(connection, CHANNEL, name);
        check_reply(amqp_get_rpc_reply(connection), mode);
        printf("%u\n", ok->message_count);
    } else if (strcmp(mode, "delete") == 0) {
        amqp_queue_delete_ok_t *ok = amqp_queue_delete(connection, CHANNEL, name, 0, 0);
        check_reply(amqp_get_rpc_reply(connection), mode);
        printf("%u\n", ok->message_count);
    } else {
        fputs(usage, stderr);
        exit(2);
    }
    disconnect(connection);
}

static uint64_t number(const char *text, uint64_t least, uint64_t most) {
    char *end;
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    if (errno || end == text || *end || *text == '-' || value < least || value > most) {
        die("%s is not a number from %llu to %llu", text, (unsigned long long)least, (unsigned long long)most);
    }
    return value;
}

int main(int count, char **arguments) {
    if (count == 4) {
        manage(number(arguments[1], 1, 65535), arguments[2], arguments[3]);
    } else if (count == 6 && strcmp(arguments[2], "fill") == 0) {
        fill(number(arguments[1], 1, 65535), arguments[3], number(arguments[4], 1, 1000000000),
             number(arguments[5], 0, 1 << 27));
    } else if (count == 6) {
        answer(number(arguments[1], 1, 65535), number(arguments[2], 1, 1000000000), number(arguments[3], 1, 65535),
               arguments[4], arguments[5]);
    } else {
        fputs(usage, stderr);
        return 2;
    }
    return 0;
}
