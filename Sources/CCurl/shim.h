// libcurl as Swift sees it: its headers, and the variadic calls, which Swift cannot make by itself.
#ifndef CCURL_SHIM_H
#define CCURL_SHIM_H

// The checks work on constant options only, and there are none below.
#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>

static inline CURLcode ccurl_set_number(CURL *easy, CURLoption option, long value) { return curl_easy_setopt(easy, option, value); }
static inline CURLcode ccurl_set_size(CURL *easy, CURLoption option, curl_off_t value) { return curl_easy_setopt(easy, option, value); }
static inline CURLcode ccurl_set_text(CURL *easy, CURLoption option, const char *value) { return curl_easy_setopt(easy, option, value); }
static inline CURLcode ccurl_set_pointer(CURL *easy, CURLoption option, void *value) { return curl_easy_setopt(easy, option, value); }
static inline CURLcode ccurl_set_headers(CURL *easy, struct curl_slist *value) { return curl_easy_setopt(easy, CURLOPT_HTTPHEADER, value); }

static inline CURLcode ccurl_on_write(CURL *easy, curl_write_callback call) { return curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, call); }
static inline CURLcode ccurl_on_header(CURL *easy, curl_write_callback call) { return curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, call); }
static inline CURLcode ccurl_on_read(CURL *easy, curl_read_callback call) { return curl_easy_setopt(easy, CURLOPT_READFUNCTION, call); }
static inline CURLcode ccurl_on_seek(CURL *easy, curl_seek_callback call) { return curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, call); }
static inline CURLcode ccurl_on_request(CURL *easy, curl_prereq_callback call) { return curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, call); }
static inline CURLcode ccurl_on_open(CURL *easy, curl_opensocket_callback call) { return curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, call); }
static inline CURLcode ccurl_on_close(CURL *easy, curl_closesocket_callback call) { return curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, call); }

static inline CURLcode ccurl_get_number(CURL *easy, CURLINFO info, long *value) { return curl_easy_getinfo(easy, info, value); }
static inline CURLcode ccurl_get_pointer(CURL *easy, CURLINFO info, void **value) { return curl_easy_getinfo(easy, info, value); }

static inline CURLMcode ccurl_multi_set_number(CURLM *multi, CURLMoption option, long value) { return curl_multi_setopt(multi, option, value); }
static inline CURLMcode ccurl_multi_set_pointer(CURLM *multi, CURLMoption option, void *value) { return curl_multi_setopt(multi, option, value); }
static inline CURLMcode ccurl_multi_on_socket(CURLM *multi, curl_socket_callback call) { return curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, call); }
static inline CURLMcode ccurl_multi_on_timer(CURLM *multi, curl_multi_timer_callback call) { return curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, call); }

static inline CURLSHcode ccurl_share(CURLSH *share, curl_lock_data what) { return curl_share_setopt(share, CURLSHOPT_SHARE, what); }

static inline unsigned ccurl_version(void) { return curl_version_info(CURLVERSION_NOW)->version_num; }

// Macros that Swift does not import.
static const long ccurl_global_all = CURL_GLOBAL_ALL;
static const curl_socket_t ccurl_no_socket = CURL_SOCKET_BAD;

#endif
