#if __has_include(<hdf5.h>)

#define _GNU_SOURCE
#include "describe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct grid {
    int rank;
    hsize_t chunk[hdf5_maximum_rank], counts[hdf5_maximum_rank];
    hsize_t count, written;
};

// Of a chunk: its number in row-major order, its address in the file, its size there, and the filters left out.
static void put_chunk(struct grid *grid, const hsize_t *offset, unsigned left_out, haddr_t address, hsize_t size) {
    hsize_t number = 0;
    grid->written++;
    for (int axis = 0; axis < grid->rank; axis++) {
        const hsize_t place = offset[axis] / grid->chunk[axis];
        if (place >= grid->counts[axis] || offset[axis] % grid->chunk[axis] != 0) return;
        number = number * grid->counts[axis] + place;
    }
    hdf5_put(1);
    hdf5_put(number);
    // Before 1.14.4, addresses of chunks count from the end of a user block.
    hdf5_put(address + (H5_VERSION_GE(1, 14, 4) ? 0 : hdf5_file.user_block));
    hdf5_put(size);
    hdf5_put(left_out);
}

#if H5_VERSION_GE(1, 14, 0)

static int visit_chunk(const hsize_t *offset, unsigned left_out, haddr_t address, hsize_t size, void *grid) {
    put_chunk(grid, offset, left_out, address, size);
    return 0;
}

static int put_each_chunk(hid_t dataset, struct grid *grid) {
    return H5Dchunk_iter(dataset, H5P_DEFAULT, visit_chunk, grid) >= 0;
}

#else

// Older versions search all chunks for one of a place or a number. Only what they print tells of all at once.
static int put_each_chunk(hid_t dataset, struct grid *grid) {
    char *text = NULL;
    size_t size = 0;
    FILE *const before = stdout;
    FILE *const printed = open_memstream(&text, &size);
    if (!printed) return 0;
    stdout = printed;
    const int is_printed = H5Ddebug(dataset) >= 0;
    stdout = before;
    const int is_whole = fclose(printed) == 0 && is_printed;
    for (const char *line = text; is_whole && line && *line;) {
        unsigned left_out;
        unsigned long long stored, address;
        int length = 0;
        hsize_t offset[hdf5_maximum_rank];
        if (sscanf(line, " 0x%x %llu %llu [%n", &left_out, &stored, &address, &length) == 3 && length > 0) {
            char *place = (char *)line + length;
            for (int axis = 0; axis < grid->rank; axis++) {
                offset[axis] = strtoull(place, &place, 10);
                place += *place == ',';
            }
            put_chunk(grid, offset, left_out, address, stored);
        }
        line = strchr(line, '\n');
        line += line != NULL;
    }
    free(text);
    return is_whole;
}

#endif

// The sizes of a chunk, and a 1 if its index is whole, after the stored ones.
void hdf5_put_chunks(hid_t dataset, hid_t creation, const hsize_t *shape, int rank, int is_bounded) {
    struct grid grid = {.rank = H5Pget_chunk(creation, hdf5_maximum_rank, grid.chunk), .count = 1};
    hsize_t count = 0;
    unsigned options = 0;
    int is_good = is_bounded && grid.rank == rank;
    hdf5_put_signed(grid.rank);
    for (int axis = 0; axis < grid.rank && axis < hdf5_maximum_rank; axis++) {
        hdf5_put(grid.chunk[axis]);
        is_good = is_good && grid.chunk[axis] > 0;
        if (!is_good) continue;
        grid.counts[axis] = shape[axis] / grid.chunk[axis] + (shape[axis] % grid.chunk[axis] != 0);
        is_good = grid.counts[axis] > 0 && grid.count <= ((hsize_t)1 << 48) / grid.counts[axis];
        grid.count *= grid.counts[axis];
    }
    H5Pget_chunk_opts(creation, &options);
    hdf5_put(options & H5D_CHUNK_DONT_FILTER_PARTIAL_CHUNKS);
    const hid_t space = is_good ? H5Dget_space(dataset) : -1;
    is_good = space >= 0 && H5Dget_num_chunks(dataset, space, &count) >= 0 && count <= hdf5_file.size;
    if (space >= 0) H5Sclose(space);
    if (is_good && count > 0) {
        hdf5_allow_time((size_t)count);
        is_good = put_each_chunk(dataset, &grid) && grid.written == count;
    }
    hdf5_put(0);
    hdf5_put((uint64_t)is_good);
}

#endif
