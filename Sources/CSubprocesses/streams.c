#include <fcntl.h>
#include <unistd.h>

// A program may be started with a standard stream closed. Its number would be that of the next file that is opened, which
// is one of the run-time library's own before any code of this program runs: hence a constructor. What is opened for
// standard output cannot be written, so that writing there stays an error; what goes to standard error is lost.
__attribute__((constructor)) static void open_closed_streams(void) {
    const int modes[] = {O_RDONLY, O_RDONLY, O_WRONLY};
    // From 0 on: the system gives a new file the smallest free number, so each gets its own.
    for (int stream = 0; stream < 3; stream++)
        if (fcntl(stream, F_GETFD) == -1 && open("/dev/null", modes[stream]) != stream) return;
}
