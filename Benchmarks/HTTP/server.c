// The stand-in that both programs talk to: HTTP/1.1 with connections that stay, one thread, one fixed small answer to
// each request, after a fixed delay.
//
// usage: server DELAY-MS
// It prints its port, which the system chooses, and serves until it is ended, or its parent is.

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { CONNECTIONS = 65536, REQUEST_MAX = 8192, BATCH = 256 };

static const char answer[] =
    "HTTP/1.1 200 OK\r\n"
    "Connection: keep-alive\r\n"
    "Content-Type: application/json; encoding=utf-8\r\n"
    "Date: Thu, 01 Jan 2026 00:00:00 GMT\r\n"
    "Content-Length: 50\r\n"
    "\r\n"
    "{\"errcode\":0,\"errmsg\":\"ok\",\"msgid\":20010000000001}";

struct connection {
    // Another one for each connection of the same descriptor.
    unsigned generation;
    size_t length;
    char bytes[REQUEST_MAX];
};

// An answer that waits for its time. All wait equally long, so they leave in the order of their arrival.
struct pending {
    uint64_t due;
    int descriptor;
    unsigned generation;
};

static struct connection *connections[CONNECTIONS];
static struct pending ring[CONNECTIONS];
static size_t first, after_last;
static uint64_t delay;

static void die(const char *what) {
    fprintf(stderr, "server: %s: %s\n", what, strerror(errno));
    exit(1);
}

static uint64_t nanoseconds_now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static void end(int descriptor) {
    connections[descriptor]->generation++;
    close(descriptor);
}

static void reply(int descriptor) {
    // It fits into any socket's buffer, or the peer is none of ours.
    if (send(descriptor, answer, sizeof answer - 1, MSG_NOSIGNAL) != sizeof answer - 1) end(descriptor);
}

static void reply_later(int descriptor) {
    if (after_last - first == CONNECTIONS) return end(descriptor);
    ring[after_last++ % CONNECTIONS] = (struct pending){
        .due = nanoseconds_now() + delay, .descriptor = descriptor, .generation = connections[descriptor]->generation};
}

// Sends what is due, and returns the milliseconds until the next answer is; -1 if none waits.
static int send_due(void) {
    if (first == after_last) return -1;
    uint64_t now = nanoseconds_now();
    while (first != after_last) {
        struct pending next = ring[first % CONNECTIONS];
        if (next.due > now) return (next.due - now + 999999) / 1000000;
        first++;
        if (connections[next.descriptor]->generation == next.generation) reply(next.descriptor);
    }
    return -1;
}

// The size of the request that the bytes begin with; 0 if it is not complete.
static size_t request_size(const char *bytes, size_t length) {
    const char *blank = memmem(bytes, length, "\r\n\r\n", 4);
    if (!blank) return 0;
    size_t head = blank + 4 - bytes, body = 0;
    static const char name[] = "\r\nContent-Length: ";
    const char *field = memmem(bytes, head, name, sizeof name - 1);
    // The blank line ends the number.
    if (field) body = strtoul(field + sizeof name - 1, NULL, 10);
    if (body > REQUEST_MAX) return REQUEST_MAX + 1;
    return length >= head + body ? head + body : 0;
}

static void take(int descriptor) {
    struct connection *this = connections[descriptor];
    ssize_t count = recv(descriptor, this->bytes + this->length, REQUEST_MAX - this->length, 0);
    if (count < 0 && errno == EAGAIN) return;
    if (count <= 0) return end(descriptor);
    this->length += count;
    size_t size = request_size(this->bytes, this->length);
    if (size == 0 && this->length < REQUEST_MAX) return;
    // One request at a time, as clients without pipelining send them.
    if (size != this->length) return end(descriptor);
    this->length = 0;
    if (delay) reply_later(descriptor);
    else reply(descriptor);
}

static void welcome(int set, int listener) {
    int descriptor;
    while ((descriptor = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        if (descriptor >= CONNECTIONS) {
            close(descriptor);
            continue;
        }
        if (!connections[descriptor]) connections[descriptor] = calloc(1, sizeof(struct connection));
        if (!connections[descriptor]) die("memory");
        connections[descriptor]->length = 0;
        int on = 1;
        setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        struct epoll_event event = {.events = EPOLLIN, .data.fd = descriptor};
        if (epoll_ctl(set, EPOLL_CTL_ADD, descriptor, &event) < 0) die("epoll_ctl");
    }
    if (errno != EAGAIN) die("accept");
}

int main(int count, char **arguments) {
    if (count != 2) {
        fputs("usage: server DELAY-MS\n", stderr);
        return 2;
    }
    delay = strtoull(arguments[1], NULL, 10) * 1000000;
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    if (listener < 0 || bind(listener, (struct sockaddr *)&address, size) < 0 || listen(listener, 4096) < 0 ||
        getsockname(listener, (struct sockaddr *)&address, &size) < 0) {
        die("listen");
    }
    int set = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = {.events = EPOLLIN, .data.fd = listener};
    if (set < 0 || epoll_ctl(set, EPOLL_CTL_ADD, listener, &event) < 0) die("epoll");
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    while (true) {
        struct epoll_event events[BATCH];
        int ready = epoll_wait(set, events, BATCH, send_due());
        if (ready < 0 && errno != EINTR) die("epoll_wait");
        for (int i = 0; i < ready; i++) {
            if (events[i].data.fd == listener) welcome(set, listener);
            else take(events[i].data.fd);
        }
    }
}
