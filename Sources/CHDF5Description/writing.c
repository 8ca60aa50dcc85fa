#if __has_include(<hdf5.h>)

#include "describe.h"

#include <string.h>
#include <sys/resource.h>

struct hdf5_file hdf5_file;

// The work that takes less than a second of computing.
enum { work_in_a_second = 25000 };

// The more a file has, the longer it may take.
void hdf5_allow_time(size_t work) {
    struct rlimit limit;
    const size_t before = hdf5_file.work / work_in_a_second;
    hdf5_file.work += work;
    const size_t more = hdf5_file.work / work_in_a_second - before;
    if (more == 0 || getrlimit(RLIMIT_CPU, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max - limit.rlim_cur > more ? limit.rlim_cur + more : limit.rlim_max;
    setrlimit(RLIMIT_CPU, &limit);
}

void hdf5_put(uint64_t number) {
    unsigned char bytes[10];
    size_t count = 0;
    do {
        bytes[count++] = (unsigned char)((number & 127) | (number > 127 ? 128 : 0));
        number >>= 7;
    } while (number > 0);
    hdf5_file.write(bytes, count);
}

void hdf5_put_signed(int64_t number) {
    hdf5_put(number < 0 ? 2 * (uint64_t)(-(number + 1)) + 1 : 2 * (uint64_t)number);
}

void hdf5_put_bytes(const void *bytes, size_t count) {
    hdf5_put(count);
    hdf5_file.write(bytes, count);
}

void hdf5_put_text(const char *text) { hdf5_put_bytes(text, strlen(text)); }

#endif
