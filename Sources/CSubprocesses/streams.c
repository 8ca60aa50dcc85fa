#include <fcntl.h>
#include <unistd.h>

// A program may start with a closed standard stream. The next opened file would have its number; the run-time library
// opens one before any code of this program runs, hence a constructor. The file for standard output is not writable, so
// writing there stays an error. Text for standard error is lost.
__attribute__((constructor)) static void open_closed_streams(void) {
    const int modes[] = {O_RDONLY, O_RDONLY, O_WRONLY};
    // The system gives a new file the smallest free number, so in this order each stream has its own.
    for (int stream = 0; stream < 3; stream++)
        if (fcntl(stream, F_GETFD) == -1 && open("/dev/null", modes[stream]) != stream) return;
}
