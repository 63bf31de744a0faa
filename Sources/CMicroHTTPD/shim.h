// libmicrohttpd as Swift sees it: its header, and the variadic calls, which Swift cannot make by itself.
#ifndef CMICROHTTPD_SHIM_H
#define CMICROHTTPD_SHIM_H

#include <microhttpd.h>
#include <sys/epoll.h>

// Needs a GNU macro that the Glibc module does not set.
int accept4(int listener, struct sockaddr *address, socklen_t *length, int flags);

// What a daemon is started with: all pointers last until the call returns, but the owner, which lasts as long as the daemon.
struct cmhd_settings {
    void *owner;
    MHD_AccessHandlerCallback on_request;
    void *(*on_target)(void *owner, const char *target, struct MHD_Connection *connection);
    MHD_RequestCompletedCallback on_end;
    MHD_NotifyConnectionCallback on_connection;
    size_t connection_memory;
    unsigned int connection_limit;
    unsigned int idle_seconds;
    // In PEM, with a zero at the end; both NULL for plain HTTP.
    const char *certificate;
    const char *key;
};

// Leaves what is percent-encoded as it is.
static inline size_t cmhd_keep_escapes(void *owner, struct MHD_Connection *connection, char *text) {
    (void)owner; (void)connection;
    return __builtin_strlen(text);
}

// A daemon without threads and without a listener: others tell it when to run, and hand it its connections.
static inline struct MHD_Daemon *cmhd_start(const struct cmhd_settings *settings) {
    unsigned int flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_NO_LISTEN_SOCKET;
    struct MHD_OptionItem identity[] = {
        {MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)settings->certificate},
        {MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)settings->key},
        {MHD_OPTION_END, 0, NULL},
    };
    if (settings->certificate) flags |= MHD_USE_TLS;
    return MHD_start_daemon(
        flags, 0, NULL, NULL, settings->on_request, settings->owner,
        MHD_OPTION_URI_LOG_CALLBACK, settings->on_target, settings->owner,
        MHD_OPTION_UNESCAPE_CALLBACK, cmhd_keep_escapes, NULL,
        MHD_OPTION_NOTIFY_COMPLETED, settings->on_end, settings->owner,
        MHD_OPTION_NOTIFY_CONNECTION, settings->on_connection, settings->owner,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, settings->connection_memory,
        MHD_OPTION_CONNECTION_LIMIT, settings->connection_limit,
        MHD_OPTION_CONNECTION_TIMEOUT, settings->idle_seconds,
        MHD_OPTION_ARRAY, settings->certificate ? identity : identity + 2,
        MHD_OPTION_END);
}

static inline int cmhd_poll_set(struct MHD_Daemon *daemon) {
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_EPOLL_FD);
    return info ? info->epoll_fd : -1;
}

static inline int cmhd_socket(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    return info ? info->connect_fd : -1;
}

static inline void *cmhd_context(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info ? info->socket_context : NULL;
}

static inline const struct sockaddr *cmhd_peer(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    return info ? info->client_addr : NULL;
}

// The peer has ended its side of the connection.
static const uint32_t cmhd_peer_ended = EPOLLRDHUP;

// Macros that Swift does not import.
static const ssize_t cmhd_end_of_stream = MHD_CONTENT_READER_END_OF_STREAM;
static const ssize_t cmhd_end_with_error = MHD_CONTENT_READER_END_WITH_ERROR;
static const uint64_t cmhd_size_unknown = MHD_SIZE_UNKNOWN;

#endif
