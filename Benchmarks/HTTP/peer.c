// The bare program that the HTTPClient module is measured against: libcurl's multi-socket interface, one thread, one
// poll set, one multi handle, no layers.
//
// usage: peer URL REQUESTS IN-FLIGHT
// It keeps so many POSTs in flight, each on an easy handle that is used again and again, until so many are answered. The
// first answer of each handle, which needs a new connection, comes before the measuring begins. What a real program has
// to do, it does: address and body are set for each request, the answer's body is collected, its status is looked at.

#include <curl/curl.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <time.h>

enum { BATCH = 256, ANSWER_MAX = 65536 };

static const char body[] =
    "{\"touser\":\"oZ8kF5x0t3QbS2m1vYcWnL7aRj4E\",\"template_id\":\"m3Hq0Zx5Yb1Kc8Vd2Nf7Wg4Tj6Rp9Ls0Ua3Ie5Oo1Bw\","
    "\"url\":\"https://example.com/orders/20260101000001\",\"client_msg_id\":\"order-20260101000001-paid\",\"data\":{"
    "\"first\":{\"value\":\"Your order is on its way\"},\"keyword1\":{\"value\":\"20260101000001\"},"
    "\"keyword2\":{\"value\":\"128.00\"},\"remark\":{\"value\":\"It arrives tomorrow between nine and noon\"}}}";

struct transfer {
    CURL *easy;
    size_t length, room;
    char *answer;
};

static CURLM *multi;
static int set;
// When libcurl wants to be called, in nanoseconds; never if UINT64_MAX.
static uint64_t deadline = UINT64_MAX;
static const char *url;

__attribute__((noreturn)) static void die(const char *what, const char *why) {
    fprintf(stderr, "peer: %s: %s\n", what, why);
    exit(1);
}

static void check(CURLMcode code, const char *what) {
    if (code != CURLM_OK) die(what, curl_multi_strerror(code));
}

static uint64_t nanoseconds_now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static double cpu_seconds(const struct rusage *usage) {
    return usage->ru_utime.tv_sec + usage->ru_stime.tv_sec + (usage->ru_utime.tv_usec + usage->ru_stime.tv_usec) / 1e6;
}

// MARK: What libcurl calls

static int set_interest(CURL *easy, curl_socket_t descriptor, int what, void *user, void *known) {
    (void)easy, (void)user;
    if (what == CURL_POLL_REMOVE) {
        epoll_ctl(set, EPOLL_CTL_DEL, descriptor, NULL);
        return 0;
    }
    struct epoll_event event = {.data.fd = descriptor};
    if (what & CURL_POLL_IN) event.events |= EPOLLIN;
    if (what & CURL_POLL_OUT) event.events |= EPOLLOUT;
    if (epoll_ctl(set, known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, descriptor, &event) < 0) return -1;
    // Any pointer but null says that the descriptor is in the set.
    curl_multi_assign(multi, descriptor, multi);
    return 0;
}

static int set_timer(CURLM *of, long milliseconds, void *user) {
    (void)of, (void)user;
    deadline = milliseconds < 0 ? UINT64_MAX : nanoseconds_now() + (uint64_t)milliseconds * 1000000;
    return 0;
}

static size_t collect(char *bytes, size_t size, size_t count, void *user) {
    struct transfer *this = user;
    size_t length = size * count;
    if (this->length + length > ANSWER_MAX) return 0;
    if (this->length + length > this->room) {
        this->room = 2 * (this->length + length);
        this->answer = realloc(this->answer, this->room);
        if (!this->answer) die("realloc", strerror(errno));
    }
    memcpy(this->answer + this->length, bytes, length);
    this->length += length;
    return length;
}

// MARK: Requests

static void prepare(struct transfer *this, struct curl_slist *headers) {
    CURL *easy = this->easy = curl_easy_init();
    if (!easy) die("curl_easy_init", "out of memory");
    curl_easy_setopt(easy, CURLOPT_PRIVATE, this);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, this);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, collect);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    // As the module sets them.
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "wxpush");
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, 30000L);
    curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, 8192L);
    curl_easy_setopt(easy, CURLOPT_UPLOAD_BUFFERSIZE, 16384L);
}

static void start(struct transfer *this) {
    this->length = 0;
    curl_easy_setopt(this->easy, CURLOPT_URL, url);
    curl_easy_setopt(this->easy, CURLOPT_TIMEOUT_MS, 60000L);
    curl_easy_setopt(this->easy, CURLOPT_POST, 1L);
    curl_easy_setopt(this->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)sizeof body - 1);
    curl_easy_setopt(this->easy, CURLOPT_POSTFIELDS, body);
    check(curl_multi_add_handle(multi, this->easy), "curl_multi_add_handle");
}

// A transfer that is over; null if there is none.
static struct transfer *finished(void) {
    CURLMsg *message;
    int left;
    while ((message = curl_multi_info_read(multi, &left))) {
        if (message->msg != CURLMSG_DONE) continue;
        CURLcode code = message->data.result;
        CURL *easy = message->easy_handle;
        if (code != CURLE_OK) die("a request", curl_easy_strerror(code));
        long status = 0;
        struct transfer *this;
        curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
        curl_easy_getinfo(easy, CURLINFO_PRIVATE, &this);
        if (status != 200 || this->length == 0) die("a request", "an answer that is none");
        check(curl_multi_remove_handle(multi, easy), "curl_multi_remove_handle");
        return this;
    }
    return NULL;
}

static void act(curl_socket_t descriptor, int what) {
    int running;
    check(curl_multi_socket_action(multi, descriptor, what, &running), "curl_multi_socket_action");
}

static void turn(void) {
    uint64_t now = nanoseconds_now();
    int limit = -1;
    if (deadline <= now) limit = 0;
    else if (deadline != UINT64_MAX) limit = (deadline - now + 999999) / 1000000;
    struct epoll_event events[BATCH];
    int ready = epoll_wait(set, events, BATCH, limit);
    if (ready < 0 && errno != EINTR) die("epoll_wait", strerror(errno));
    for (int i = 0; i < ready; i++) {
        int what = 0;
        if (events[i].events & EPOLLIN) what |= CURL_CSELECT_IN;
        if (events[i].events & EPOLLOUT) what |= CURL_CSELECT_OUT;
        if (events[i].events & (EPOLLERR | EPOLLHUP)) what |= CURL_CSELECT_ERR;
        act(events[i].data.fd, what);
    }
    if (deadline <= nanoseconds_now()) {
        deadline = UINT64_MAX;
        act(CURL_SOCKET_TIMEOUT, 0);
    }
}

int main(int count, char **arguments) {
    long requests = count == 4 ? atol(arguments[2]) : 0;
    long in_flight = count == 4 ? atol(arguments[3]) : 0;
    if (requests < 1 || in_flight < 1) {
        fputs("usage: peer URL REQUESTS IN-FLIGHT\n", stderr);
        return 2;
    }
    url = arguments[1];
    curl_global_init(CURL_GLOBAL_ALL);
    multi = curl_multi_init();
    set = epoll_create1(EPOLL_CLOEXEC);
    if (!multi || set < 0) die("start", "out of memory");
    curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, set_interest);
    curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, set_timer);
    curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, in_flight);
    struct curl_slist *headers = curl_slist_append(NULL, "Content-Type: application/json");
    headers = curl_slist_append(headers, "Expect:");

    struct transfer *transfers = calloc(in_flight, sizeof *transfers);
    if (!transfers) die("start", "out of memory");
    for (long i = 0; i < in_flight; i++) {
        prepare(&transfers[i], headers);
        start(&transfers[i]);
    }
    uint64_t began = 0;
    struct rusage before, after;
    long begun = in_flight, answered = 0, wanted = in_flight + requests;
    while (answered < wanted) {
        turn();
        struct transfer *done;
        while ((done = finished())) {
            if (++answered == in_flight) {
                getrusage(RUSAGE_SELF, &before);
                began = nanoseconds_now();
            }
            if (begun < wanted) {
                begun++;
                start(done);
            }
        }
    }
    double seconds = (nanoseconds_now() - began) / 1e9;
    getrusage(RUSAGE_SELF, &after);
    printf("{\"program\":\"c\",\"requests\":%ld,\"seconds\":%.3f,\"rate\":%.0f,\"cpu_us_per_request\":%.2f,"
           "\"peak_rss_kb\":%ld}\n",
        requests, seconds, requests / seconds, (cpu_seconds(&after) - cpu_seconds(&before)) * 1e6 / requests,
        after.ru_maxrss);

    for (long i = 0; i < in_flight; i++) {
        curl_easy_cleanup(transfers[i].easy);
        free(transfers[i].answer);
    }
    free(transfers);
    curl_multi_cleanup(multi);
    curl_slist_free_all(headers);
    curl_global_cleanup();
    return 0;
}
