// librabbitmq as Swift sees it: its headers, and the one call that Swift cannot make by itself.
#ifndef CRABBITMQ_SHIM_H
#define CRABBITMQ_SHIM_H

// The headers moved into a folder with 0.12.
#if __has_include(<rabbitmq-c/amqp.h>)
#include <rabbitmq-c/amqp.h>
#include <rabbitmq-c/framing.h>
#include <rabbitmq-c/ssl_socket.h>
#include <rabbitmq-c/tcp_socket.h>
#else
#include <amqp.h>
#include <amqp_framing.h>
#include <amqp_ssl_socket.h>
#include <amqp_tcp_socket.h>
#endif

// amqp_login_with_properties is variadic, which Swift cannot call.
static inline amqp_rpc_reply_t crabbitmq_login(
    amqp_connection_state_t state, const char *virtual_host, int channel_max, int frame_max, int heartbeat,
    const amqp_table_t *properties, const char *user, const char *password) {
    return amqp_login_with_properties(
        state, virtual_host, channel_max, frame_max, heartbeat, properties, AMQP_SASL_METHOD_PLAIN, user, password);
}

#endif
