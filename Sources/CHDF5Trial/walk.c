#if __has_include(<hdf5.h>)

#include "walk.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "../CHDF5/shim.h"

// The bounds of the readers, or larger ones.
enum { maximum_depth = 40, maximum_links = 100001, maximum_attributes = 256, maximum_chunks = 1 << 12 };
enum { maximum_text = 1 << 16, maximum_list = 32, maximum_references = 1 << 26 };
// The work that takes less than a second of computing: an object takes as much as so many chunks.
enum { work_in_a_second = 100000, work_of_object = 100 };

struct walk {
    size_t size;
    size_t links;
    size_t references;
    size_t work;
};

struct names {
    char **names;
    size_t count, capacity;
};

static void walk_object(struct walk *walk, hid_t object, int depth);

// The more objects a file has, the longer it may take.
static void allow_time(struct walk *walk, size_t work) {
    struct rlimit limit;
    const size_t before = walk->work / work_in_a_second;
    walk->work += work;
    if (walk->work / work_in_a_second == before || getrlimit(RLIMIT_CPU, &limit) != 0) return;
    if (limit.rlim_cur < limit.rlim_max) limit.rlim_cur++;
    setrlimit(RLIMIT_CPU, &limit);
}

static void probe_type(hid_t type) {
    size_t sign, exponent_at, exponent, fraction_at, fraction;
    const H5T_class_t kind = H5Tget_class(type);
    H5Tget_size(type);
    if (kind == H5T_ENUM) {
        const hid_t base = H5Tget_super(type);
        if (base >= 0) probe_type(base);
        if (base >= 0) H5Tclose(base);
    }
    if (kind == H5T_COMPOUND) H5Tget_nmembers(type);
    if (kind == H5T_STRING) {
        H5Tis_variable_str(type);
        H5Tget_strpad(type);
    }
    H5Tget_order(type);
    H5Tget_precision(type);
    H5Tget_offset(type);
    if (kind == H5T_INTEGER) H5Tget_sign(type);
    if (kind != H5T_FLOAT) return;
    H5Tget_fields(type, &sign, &exponent_at, &exponent, &fraction_at, &fraction);
    H5Tget_norm(type);
    H5Tget_ebias(type);
}

static void probe_value(hid_t attribute, hid_t type, hid_t space) {
    static char value[maximum_text];
    const H5T_class_t kind = H5Tget_class(type);
    const hssize_t count = H5Sget_simple_extent_npoints(space);
    const size_t size = H5Tget_size(type);
    const int is_text = kind == H5T_STRING && count == 1 && H5Tis_variable_str(type) == 0;
    const int is_list = (kind == H5T_INTEGER || kind == H5T_FLOAT || kind == H5T_ENUM) && size <= 8 && count > 0
        && count <= maximum_list;
    if ((is_text || is_list) && size > 0 && size <= maximum_text) H5Aread(attribute, type, value);
}

static void probe_attributes(hid_t object) {
    char name[1025];
    H5Aexists(object, "MATLAB_class");
    for (int index = 0; index < maximum_attributes; index++) {
        const hid_t attribute = H5Aopen_by_idx(
            object, ".", H5_INDEX_NAME, H5_ITER_INC, (hsize_t)index, H5P_DEFAULT, H5P_DEFAULT);
        if (attribute < 0) return;
        const ssize_t length = H5Aget_name(attribute, 0, NULL);
        if (length > 0 && length < (ssize_t)sizeof name) H5Aget_name(attribute, (size_t)length + 1, name);
        const hid_t type = H5Aget_type(attribute), space = H5Aget_space(attribute);
        if (type >= 0) probe_type(type);
        if (type >= 0 && space >= 0 && H5Sget_simple_extent_type(space) != H5S_NULL) probe_value(attribute, type, space);
        if (space >= 0) H5Sclose(space);
        if (type >= 0) H5Tclose(type);
        H5Aclose(attribute);
    }
}

// Looks for chunks at places all over the dataset; the index as a whole is gone through for the size.
static void probe_chunks(struct walk *walk, hid_t dataset, hid_t creation, const hsize_t *shape, int rank) {
    hsize_t chunk[32], counts[32], offset[32], all = 1, stored;
    if (H5Pget_chunk(creation, 32, chunk) != rank) return;
    for (int axis = 0; axis < rank; axis++) {
        if (chunk[axis] == 0) return;
        counts[axis] = shape[axis] / chunk[axis] + (shape[axis] % chunk[axis] != 0);
        if (counts[axis] == 0 || all > ((hsize_t)1 << 48) / counts[axis]) return;
        all *= counts[axis];
    }
    H5Dget_storage_size(dataset);
    allow_time(walk, maximum_chunks);
    const hsize_t step = all / maximum_chunks + 1;
    for (hsize_t place = 0; place < all; place += step) {
        hsize_t rest = place;
        for (int axis = rank - 1; axis >= 0; axis--) {
            offset[axis] = rest % counts[axis] * chunk[axis];
            rest /= counts[axis];
        }
        // Without an index, nothing more can be found.
        if (chdf5_chunk_size(dataset, offset, &stored) < 0) return;
    }
}

static void follow(struct walk *walk, hid_t dataset, hid_t type, size_t bytes, int depth) {
    uint64_t *references = bytes <= maximum_references && bytes <= 256 * walk->size ? malloc(bytes) : NULL;
    if (!references) return;
    if (H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, references) >= 0) {
        // Elements may refer to the cell that they are in; a reader follows no more than the file can have.
        for (size_t index = 0; index < bytes / 8 && walk->references++ < walk->size / 8; index++) {
            const hid_t object = references[index] ? chdf5_dereference(dataset, references[index]) : -1;
            if (object < 0) continue;
            walk_object(walk, object, depth + 1);
            H5Oclose(object);
        }
    }
    free(references);
}

static void probe_creation(hid_t dataset, hid_t creation, hid_t type, size_t size) {
    static char value[maximum_text];
    char name[64];
    unsigned options;
    H5D_fill_value_t fill;
    const int filters = H5Pget_nfilters(creation);
    for (int index = 0; index < filters && index < 32; index++) chdf5_filter(creation, (unsigned)index, name, 63);
    H5Pget_external_count(creation);
    H5Dget_offset(dataset);
    H5Pfill_value_defined(creation, &fill);
    if (size > 0 && size <= maximum_text) H5Pget_fill_value(creation, type, value);
    if (H5Pget_layout(creation) == H5D_CHUNKED) H5Pget_chunk_opts(creation, &options);
    if (H5Pget_layout(creation) == H5D_COMPACT) H5Dget_storage_size(dataset);
}

// Readers refuse datasets that unpack to more bytes than this, before they look for them.
static int is_bounded(const struct walk *walk, const hsize_t *shape, int rank, size_t size, hsize_t *bytes) {
    const hsize_t limit = 256 * walk->size < (size_t)1 << 24 ? (hsize_t)1 << 24 : 256 * (hsize_t)walk->size;
    *bytes = size;
    for (int axis = 0; axis < rank; axis++) {
        if (shape[axis] > 0 && *bytes > limit / shape[axis]) return 0;
        *bytes *= shape[axis];
    }
    return *bytes > 0;
}

static void walk_dataset(struct walk *walk, hid_t dataset, int depth) {
    hsize_t shape[32], bytes;
    const hid_t space = H5Dget_space(dataset), type = H5Dget_type(dataset), creation = H5Dget_create_plist(dataset);
    if (space >= 0 && type >= 0 && creation >= 0) {
        const size_t size = H5Tget_size(type);
        const H5T_class_t kind = H5Tget_class(type);
        const int is_null = H5Sget_simple_extent_type(space) == H5S_NULL;
        const int rank = is_null ? 0 : H5Sget_simple_extent_ndims(space);
        probe_type(type);
        // Of texts of variable length, the fill value is never asked for.
        probe_creation(dataset, creation, type, H5Tis_variable_str(type) == 0 ? size : 0);
        if (rank >= 0 && rank <= 32 && H5Sget_simple_extent_dims(space, shape, NULL) == rank && !is_null
            && is_bounded(walk, shape, rank, size, &bytes)) {
            if (H5Pget_layout(creation) == H5D_CHUNKED) probe_chunks(walk, dataset, creation, shape, rank);
            if (kind == H5T_REFERENCE && size == 8) follow(walk, dataset, type, (size_t)bytes, depth);
        }
    }
    if (creation >= 0) H5Pclose(creation);
    if (type >= 0) H5Tclose(type);
    if (space >= 0) H5Sclose(space);
}

static int collect(const char *name, int kind, void *context) {
    struct names *all = context;
    if (kind != H5L_TYPE_HARD) return 0;
    if (all->count == all->capacity) {
        char **larger = realloc(all->names, (all->capacity = 2 * all->capacity + 64) * sizeof *larger);
        if (!larger) return -1;
        all->names = larger;
    }
    char *copy = strdup(name);
    if (!copy) return -1;
    all->names[all->count++] = copy;
    return all->count > maximum_links ? -1 : 0;
}

static void walk_group(struct walk *walk, hid_t group, int depth) {
    struct names all = {0};
    const int is_whole = chdf5_each_link(group, collect, &all) >= 0;
    for (size_t index = 0; index < all.count; index++) {
        if (is_whole && walk->links < maximum_links) {
            walk->links++;
            const hid_t object = H5Oopen(group, all.names[index], H5P_DEFAULT);
            if (object >= 0) walk_object(walk, object, depth + 1);
            if (object >= 0) H5Oclose(object);
        }
        free(all.names[index]);
    }
    free(all.names);
}

static void walk_object(struct walk *walk, hid_t object, int depth) {
    if (depth > maximum_depth) return;
    allow_time(walk, work_of_object);
    probe_attributes(object);
    switch (H5Iget_type(object)) {
    case H5I_GROUP: walk_group(walk, object, depth); break;
    case H5I_DATASET: walk_dataset(walk, object, depth); break;
    default: break;
    }
}

void hdf5_walk(hid_t file, size_t size) {
    struct walk walk = {.size = size};
    const hid_t root = H5Gopen2(file, "/", H5P_DEFAULT);
    if (root < 0) return;
    walk_object(&walk, root, 0);
    H5Gclose(root);
}

#endif
