// Linux calls that Swift's Glibc module does not expose.
#ifndef CLINUX_SHIM_H
#define CLINUX_SHIM_H

#include <fcntl.h>
#include <linux/sock_diag.h>
#include <linux/sockios.h>
#include <malloc.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

// Not in the headers of glibc 2.36, in the kernel since 4.12.
#ifndef SO_MEMINFO
#define SO_MEMINFO 55
#endif

// A pipe that no child comes to hold by chance; in C, pipe2 is for those who ask for GNU extensions.
static inline int clinux_pipe(int ends[2]) { return (int)syscall(SYS_pipe2, ends, O_CLOEXEC); }

// prctl is variadic, which Swift cannot call.
static inline int clinux_name_thread(const char *name) {
    return prctl(PR_SET_NAME, name, 0, 0, 0);
}

// The bytes that the kernel still takes for a socket without making the writer wait, at a cost of its own per
// buffer; negative when the kernel does not tell.
static inline int64_t clinux_send_room(int fd) {
    uint32_t info[SK_MEMINFO_VARS];
    socklen_t size = sizeof info;
    if (getsockopt(fd, SOL_SOCKET, SO_MEMINFO, info, &size) != 0 || size <= SK_MEMINFO_WMEM_QUEUED * sizeof info[0]) {
        // An emulated kernel. The buffer's size counts twice what it holds, to allow for the kernel's own needs.
        int buffer = 0, queued = 0;
        size = sizeof buffer;
        if (getsockopt(fd, SOL_SOCKET, SO_SNDBUF, &buffer, &size) != 0 || ioctl(fd, SIOCOUTQ, &queued) != 0) return -1;
        return (int64_t)buffer / 2 - 2 * (int64_t)queued;
    }
    return (int64_t)info[SK_MEMINFO_SNDBUF] - (int64_t)info[SK_MEMINFO_WMEM_QUEUED];
}

// The columns of a terminal; 0 when it does not tell. ioctl is variadic, which Swift cannot call.
static inline int clinux_terminal_columns(int fd) {
    struct winsize size;
    return ioctl(fd, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

#endif
