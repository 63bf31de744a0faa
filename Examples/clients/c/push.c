/*
 * Asks wxpush for one push, and waits for its result.
 *
 *     cc -o push push.c -lrabbitmq
 *     AMQP_URL=amqp://guest:guest@localhost:5672/%2f ./push 9912 oXyz
 */

#include <amqp.h>
#include <amqp_tcp_socket.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

enum { CHANNEL = 1, PATIENCE = 30 };

static void fail(const char *what) {
    fprintf(stderr, "push: %s\n", what);
    exit(1);
}

/* Ends the program if the broker has refused the last call. */
static void check(amqp_connection_state_t connection, const char *what) {
    if (amqp_get_rpc_reply(connection).reply_type != AMQP_RESPONSE_NORMAL) fail(what);
}

static amqp_connection_state_t connect_to(const char *url) {
    char *copy = strdup(url);
    struct amqp_connection_info info;
    amqp_default_connection_info(&info);
    if (copy == NULL || amqp_parse_url(copy, &info) != AMQP_STATUS_OK) fail("AMQP_URL is no AMQP address");
    amqp_connection_state_t connection = amqp_new_connection();
    amqp_socket_t *socket = amqp_tcp_socket_new(connection);
    if (socket == NULL || amqp_socket_open(socket, info.host, info.port) != AMQP_STATUS_OK) fail("cannot reach the broker");
    amqp_rpc_reply_t login = amqp_login(
        connection, info.vhost, 0, AMQP_DEFAULT_FRAME_SIZE, 30, AMQP_SASL_METHOD_PLAIN, info.user, info.password);
    if (login.reply_type != AMQP_RESPONSE_NORMAL) fail("the broker refuses the login");
    free(copy);
    amqp_channel_open(connection, CHANNEL);
    check(connection, "cannot open a channel");
    return connection;
}

static void send_job(amqp_connection_state_t connection, const char *id, const char *job, const char *replies) {
    amqp_basic_properties_t properties = {
        ._flags = AMQP_BASIC_DELIVERY_MODE_FLAG | AMQP_BASIC_CONTENT_TYPE_FLAG | AMQP_BASIC_MESSAGE_ID_FLAG
                  | AMQP_BASIC_CORRELATION_ID_FLAG | AMQP_BASIC_REPLY_TO_FLAG,
        .delivery_mode = AMQP_DELIVERY_PERSISTENT,
        .content_type = amqp_cstring_bytes("application/json"),
        .message_id = amqp_cstring_bytes(id),
        .correlation_id = amqp_cstring_bytes(id),
        .reply_to = amqp_cstring_bytes(replies),
    };
    const bool mandatory = true, immediate = false;
    int status = amqp_basic_publish(
        connection, CHANNEL, amqp_empty_bytes, amqp_cstring_bytes("wxpush.jobs"), mandatory, immediate, &properties,
        amqp_cstring_bytes(job));
    if (status != AMQP_STATUS_OK) fail(amqp_error_string2(status));
}

/* Waits for the one result, prints it, and says whether the message has gone out, now or before. */
static bool receive_result(amqp_connection_state_t connection) {
    amqp_envelope_t envelope;
    struct timeval patience = {.tv_sec = PATIENCE};
    amqp_rpc_reply_t reply = amqp_consume_message(connection, &envelope, &patience, 0);
    if (reply.reply_type == AMQP_RESPONSE_LIBRARY_EXCEPTION && reply.library_error == AMQP_STATUS_TIMEOUT) {
        fail("no result yet; the job stays on the queue");
    }
    /* The job itself comes back if there is no queue for it. */
    if (reply.reply_type != AMQP_RESPONSE_NORMAL) fail("no result; does the queue wxpush.jobs exist?");
    char *result = strndup(envelope.message.body.bytes, envelope.message.body.len);
    amqp_destroy_envelope(&envelope);
    if (result == NULL) fail("out of memory");
    puts(result);
    /* A JSON library does this better. A duplicate was finished before: "original" holds that result. */
    bool is_done = strstr(result, "\"status\":\"sent\"") != NULL || strstr(result, "\"status\":\"duplicate\"") != NULL;
    free(result);
    return is_done;
}

int main(int count, char **arguments) {
    if (count != 3) fail("usage: push ORDER OPENID");
    const char *order = arguments[1], *openid = arguments[2];
    if (strpbrk(order, "\"\\") != NULL || strpbrk(openid, "\"\\") != NULL) fail("neither may hold a quote or a backslash");
    const char *url = getenv("AMQP_URL");

    char id[128], job[1024], replies[64];
    /* The same event, the same id: however often this runs, one message goes out. */
    int id_length = snprintf(id, sizeof id, "order-%s-paid", order);
    int job_length = snprintf(
        job, sizeof job,
        "{\"id\":\"%s\",\"to\":\"%s\",\"template\":\"order-paid\",\"params\":{\"order_id\":\"%s\","
        "\"title\":\"手冲咖啡\",\"amount\":\"129.00\",\"paid_at\":\"2026-11-20T08:00:00Z\"}}",
        id, openid, order);
    if (id_length >= (int)sizeof id || job_length >= (int)sizeof job) fail("the order or the openid is too long");

    amqp_connection_state_t connection = connect_to(url != NULL ? url : "amqp://guest:guest@localhost:5672/%2f");
    /* A queue of our own. Names that begin with "amq." or "wxpush." are refused, so the broker must not choose one. */
    struct timeval now;
    gettimeofday(&now, NULL);
    snprintf(replies, sizeof replies, "shop-replies-%ld-%ld%06ld", (long)getpid(), (long)now.tv_sec, (long)now.tv_usec);
    const bool passive = false, durable = false, exclusive = true, auto_delete = true, no_local = false, no_ack = true;
    amqp_queue_declare(
        connection, CHANNEL, amqp_cstring_bytes(replies), passive, durable, exclusive, auto_delete, amqp_empty_table);
    check(connection, "cannot declare the queue for results");
    amqp_basic_consume(
        connection, CHANNEL, amqp_cstring_bytes(replies), amqp_empty_bytes, no_local, no_ack, exclusive, amqp_empty_table);
    check(connection, "cannot consume results");

    send_job(connection, id, job, replies);
    bool is_done = receive_result(connection);
    amqp_connection_close(connection, AMQP_REPLY_SUCCESS);
    amqp_destroy_connection(connection);
    return is_done ? 0 : 1;
}
