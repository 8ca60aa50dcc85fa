#if __has_include(<hdf5.h>)

// The layout of a description: numbers of 7 bits a byte, the lowest first, and the highest bit for more to come; signed
// ones as 2n or -2n - 1. Texts and bytes follow their count. Each entry of a list follows a 1, and a 0 ends it.
//
//   file: 0 if it cannot be opened, 1 without a root group, else 2, sizes of addresses and lengths, objects; its end
//   object: address (0 for the root group, the first), attributes, 0 for others, 1 for a group, 2 for a dataset
//   attribute: name, 0 (left out), 1 and a text, or 2, type, count and bytes
//   group: 0 if links cannot be read, else 1 and links: name, 0 and an address, 1 (soft) or 2 (into another file)
//   dataset: 0 if its header cannot be read, else 1, type, shape, filters, fill value, layout
//   type: class, size, order, precision, offset, sign; then by class (see put_type)
//   shape: 0 without elements, else 1, rank and sizes
//   filters: signed count, numbers and names
//   fill value: 0 if unknown, 1 for zero, 2 and bytes
//   layout: signed number; then by number (see put_layout)

#include "describe.h"

#include <stdlib.h>
#include <string.h>

#include "../CHDF5/shim.h"

// The bounds of the readers, or larger ones; the work of an object.
enum { maximum_links = 100001, maximum_attributes = 256, maximum_filters = 32 };
enum { maximum_text = 1 << 16, maximum_list = 32, maximum_references = 1 << 26, object_work = 25 };

// The objects to describe, by address; the table has the places of addresses among them, plus one.
static struct {
    haddr_t *addresses;
    size_t count, capacity;
    size_t *table;
    size_t places;
} found;
static char value[maximum_text];

// Returns the place of an address in the table, or that where it belongs.
static size_t place_of(haddr_t address) {
    size_t place = (size_t)((address * 0x9e3779b97f4a7c15u) >> 20) & (found.places - 1);
    while (found.table[place] > 0 && found.addresses[found.table[place] - 1] != address) {
        place = (place + 1) & (found.places - 1);
    }
    return place;
}

static void find(haddr_t address) {
    if (address == 0 || address >= hdf5_file.size) return;
    if (2 * found.count >= found.places) {
        free(found.table);
        found.places = found.places > 0 ? 4 * found.places : 1 << 10;
        found.table = calloc(found.places, sizeof *found.table);
        if (!found.table) abort();
        for (size_t index = 0; index < found.count; index++) found.table[place_of(found.addresses[index])] = index + 1;
    }
    const size_t place = place_of(address);
    if (found.table[place] > 0) return;
    if (found.count == found.capacity) {
        found.capacity = 2 * found.capacity + 64;
        found.addresses = realloc(found.addresses, found.capacity * sizeof *found.addresses);
        if (!found.addresses) abort();
    }
    found.addresses[found.count++] = address;
    found.table[place] = found.count;
}

// By class: of floating-point numbers, the places and sizes of the sign, exponent and fraction, the norm and the bias;
// of texts, whether their length varies, and the padding; of records, the number of fields; of enumerations, a 1 and
// the type of their numbers.
static void put_type(hid_t type, int is_base) {
    size_t sign = 0, exponent_at = 0, exponent = 0, fraction_at = 0, fraction = 0;
    const H5T_class_t kind = H5Tget_class(type);
    hdf5_put_signed(kind);
    hdf5_put(H5Tget_size(type));
    hdf5_put_signed(H5Tget_order(type));
    hdf5_put(H5Tget_precision(type));
    hdf5_put_signed(H5Tget_offset(type));
    hdf5_put_signed(kind == H5T_INTEGER ? H5Tget_sign(type) : -1);
    if (kind == H5T_FLOAT) {
        hdf5_put(H5Tget_fields(type, &sign, &exponent_at, &exponent, &fraction_at, &fraction) >= 0);
        hdf5_put(sign);
        hdf5_put(exponent_at);
        hdf5_put(exponent);
        hdf5_put(fraction_at);
        hdf5_put(fraction);
        hdf5_put_signed(H5Tget_norm(type));
        hdf5_put(H5Tget_ebias(type));
    }
    if (kind == H5T_STRING) {
        hdf5_put_signed(H5Tis_variable_str(type));
        hdf5_put_signed(H5Tget_strpad(type));
    }
    if (kind == H5T_COMPOUND) hdf5_put_signed(H5Tget_nmembers(type));
    if (kind == H5T_ENUM) {
        const hid_t base = is_base ? -1 : H5Tget_super(type);
        hdf5_put(base >= 0);
        if (base >= 0) put_type(base, 1);
        if (base >= 0) H5Tclose(base);
    }
}

static void put_value(hid_t attribute, hid_t type, hid_t space) {
    const H5T_class_t kind = H5Tget_class(type);
    const hssize_t count = H5Sget_simple_extent_npoints(space);
    const size_t size = H5Tget_size(type);
    // The library reads a text of variable length by a length in the file that nothing bounds.
    const int is_text = kind == H5T_STRING && count == 1 && H5Tis_variable_str(type) == 0;
    const int is_list = (kind == H5T_INTEGER || kind == H5T_FLOAT || kind == H5T_ENUM) && size <= 8 && count > 0
        && count <= maximum_list;
    const int is_read = (is_text || is_list) && H5Sget_simple_extent_type(space) != H5S_NULL && size > 0
        && size <= maximum_text && H5Aread(attribute, type, value) >= 0;
    hdf5_put(!is_read ? 0 : is_text ? 1 : 2);
    if (!is_read) return;
    if (is_list) {
        put_type(type, 0);
        hdf5_put((uint64_t)count);
    }
    hdf5_put_bytes(value, size * (size_t)count);
}

static void put_attributes(hid_t object) {
    char name[1025];
    for (int index = 0; index < maximum_attributes; index++) {
        const hid_t attribute = H5Aopen_by_idx(
            object, ".", H5_INDEX_NAME, H5_ITER_INC, (hsize_t)index, H5P_DEFAULT, H5P_DEFAULT);
        if (attribute < 0) break;
        const ssize_t length = H5Aget_name(attribute, sizeof name, name);
        const hid_t type = H5Aget_type(attribute), space = H5Aget_space(attribute);
        if (length > 0 && length < (ssize_t)sizeof name) {
            hdf5_put(1);
            hdf5_put_bytes(name, (size_t)length);
            if (type >= 0 && space >= 0) {
                put_value(attribute, type, space);
            } else {
                hdf5_put(0);
            }
        }
        if (space >= 0) H5Sclose(space);
        if (type >= 0) H5Tclose(type);
        H5Aclose(attribute);
    }
    hdf5_put(0);
}

// Readers refuse datasets that unpack to more bytes than this, before they look for them.
static int count_bytes(const hsize_t *shape, int rank, size_t size, hsize_t *bytes) {
    const hsize_t limit = 256 * hdf5_file.size < (size_t)1 << 24 ? (hsize_t)1 << 24 : 256 * (hsize_t)hdf5_file.size;
    *bytes = size;
    for (int axis = 0; axis < rank; axis++) {
        if (shape[axis] > 0 && *bytes > limit / shape[axis]) return 0;
        *bytes *= shape[axis];
    }
    return *bytes > 0;
}

// Whether the library copies elements as they are in the file.
static int is_plain(hid_t type) {
    const H5T_class_t kind = H5Tget_class(type);
    return kind == H5T_INTEGER || kind == H5T_FLOAT || kind == H5T_ENUM
        || (kind == H5T_REFERENCE && H5Tget_size(type) == 8) || (kind == H5T_STRING && H5Tis_variable_str(type) == 0);
}

// By layout: of contiguous elements, the number of other files they are in, and their offset plus one; of compact ones,
// the size in the header and the bytes; chunks.
static void put_layout(
    hid_t dataset, hid_t type, hid_t creation, const hsize_t *shape, int rank, hsize_t bytes, int is_bounded) {
    const H5D_layout_t layout = H5Pget_layout(creation);
    hdf5_put_signed(layout);
    if (layout == H5D_CONTIGUOUS) {
        hdf5_put_signed(H5Pget_external_count(creation));
        const haddr_t offset = H5Dget_offset(dataset);
        hdf5_put(offset == HADDR_UNDEF ? 0 : offset + 1);
    }
    if (layout == H5D_COMPACT) {
        const hsize_t size = H5Dget_storage_size(dataset);
        // The library copies as many bytes as the shape needs, whatever the header has.
        const int is_read = is_bounded && is_plain(type) && bytes <= size && bytes <= maximum_text
            && H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, value) >= 0;
        hdf5_put(size);
        hdf5_put_bytes(value, is_read ? (size_t)bytes : 0);
    }
    if (layout == H5D_CHUNKED) hdf5_put_chunks(dataset, creation, shape, rank, is_bounded);
}

static void put_creation(hid_t creation, hid_t type) {
    char name[64];
    H5D_fill_value_t fill = H5D_FILL_VALUE_UNDEFINED;
    const size_t size = H5Tget_size(type);
    const int filters = H5Pget_nfilters(creation);
    hdf5_put_signed(filters);
    for (int index = 0; index < filters && index < maximum_filters; index++) {
        memset(name, 0, sizeof name);
        hdf5_put_signed(chdf5_filter(creation, (unsigned)index, name, sizeof name - 1));
        hdf5_put_text(name);
    }
    const int is_known = is_plain(type) && H5Pfill_value_defined(creation, &fill) >= 0;
    if (is_known && fill == H5D_FILL_VALUE_USER_DEFINED && size > 0 && size <= maximum_text
        && H5Pget_fill_value(creation, type, value) >= 0) {
        hdf5_put(2);
        hdf5_put_bytes(value, size);
    } else {
        // Without a value of the writer's, it is zero.
        hdf5_put(is_known && fill != H5D_FILL_VALUE_USER_DEFINED);
    }
}

static void follow(hid_t dataset, hid_t type, size_t bytes) {
    uint64_t *references = bytes <= maximum_references && bytes <= 256 * hdf5_file.size ? malloc(bytes) : NULL;
    if (!references) return;
    if (H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, references) >= 0) {
        // Elements may refer to the cell that they are in; a reader follows no more than the file can have.
        for (size_t index = 0; index < bytes / 8 && hdf5_file.references++ < hdf5_file.size / 8; index++) {
            find(references[index]);
        }
    }
    free(references);
}

static void put_dataset(hid_t dataset) {
    hsize_t shape[hdf5_maximum_rank], bytes = 0;
    const hid_t space = H5Dget_space(dataset), type = H5Dget_type(dataset), creation = H5Dget_create_plist(dataset);
    const int is_null = space >= 0 && H5Sget_simple_extent_type(space) == H5S_NULL;
    const int rank = is_null ? 0 : space >= 0 ? H5Sget_simple_extent_ndims(space) : -1;
    const int is_whole = type >= 0 && creation >= 0 && rank >= 0 && rank <= hdf5_maximum_rank
        && (is_null || H5Sget_simple_extent_dims(space, shape, NULL) == rank);
    hdf5_put((uint64_t)is_whole);
    if (is_whole) {
        const int is_bounded = !is_null && count_bytes(shape, rank, H5Tget_size(type), &bytes);
        put_type(type, 0);
        hdf5_put(!is_null);
        if (!is_null) hdf5_put((uint64_t)rank);
        for (int axis = 0; axis < rank; axis++) hdf5_put(shape[axis]);
        put_creation(creation, type);
        put_layout(dataset, type, creation, shape, rank, bytes, is_bounded);
        if (is_bounded && H5Tget_class(type) == H5T_REFERENCE && H5Tget_size(type) == 8) {
            follow(dataset, type, (size_t)bytes);
        }
    }
    if (creation >= 0) H5Pclose(creation);
    if (type >= 0) H5Tclose(type);
    if (space >= 0) H5Sclose(space);
}

struct link {
    char *name;
    H5L_type_t kind;
    haddr_t address;
};

struct links {
    struct link *links;
    size_t count, capacity;
};

#if H5_VERSION_GE(1, 12, 0)
typedef H5L_info1_t link_facts;
static herr_t (*const each_link)(hid_t, H5_index_t, H5_iter_order_t, hsize_t *, H5L_iterate1_t, void *) = H5Literate1;
#else
typedef H5L_info_t link_facts;
static herr_t (*const each_link)(hid_t, H5_index_t, H5_iter_order_t, hsize_t *, H5L_iterate_t, void *) = H5Literate;
#endif

static herr_t collect(hid_t group, const char *name, const link_facts *facts, void *context) {
    struct links *links = context;
    (void)group;
    if (links->count == links->capacity) {
        links->capacity = 2 * links->capacity + 64;
        struct link *larger = realloc(links->links, links->capacity * sizeof *larger);
        if (!larger) return -1;
        links->links = larger;
    }
    char *copy = strdup(name);
    if (!copy) return -1;
    const haddr_t address = facts->type == H5L_TYPE_HARD ? facts->u.address : 0;
    links->links[links->count++] = (struct link){copy, facts->type, address};
    return links->count > maximum_links ? -1 : 0;
}

static void put_group(hid_t group) {
    struct links links = {0};
    const int is_whole = each_link(group, H5_INDEX_NAME, H5_ITER_INC, NULL, collect, &links) >= 0;
    hdf5_put((uint64_t)is_whole);
    for (size_t index = 0; index < links.count; index++) {
        const struct link link = links.links[index];
        if (is_whole) {
            hdf5_put(1);
            hdf5_put_text(link.name);
            hdf5_put(link.kind == H5L_TYPE_HARD ? 0 : link.kind == H5L_TYPE_EXTERNAL ? 2 : 1);
            if (link.kind == H5L_TYPE_HARD) {
                hdf5_put(link.address);
                if (hdf5_file.links++ < maximum_links) find(link.address);
            }
        }
        free(link.name);
    }
    free(links.links);
    if (is_whole) hdf5_put(0);
}

static void put_object(haddr_t address, hid_t object) {
    hdf5_put(1);
    hdf5_put(address);
    hdf5_allow_time(object_work);
    put_attributes(object);
    const H5I_type_t kind = H5Iget_type(object);
    hdf5_put(kind == H5I_GROUP ? 1 : kind == H5I_DATASET ? 2 : 0);
    if (kind == H5I_GROUP) put_group(object);
    if (kind == H5I_DATASET) put_dataset(object);
}

void hdf5_write_description(hid_t file, size_t size, hdf5_writer write) {
    hdf5_file.size = size;
    hdf5_file.write = write;
    size_t address_size = 0, length_size = 0;
    const hid_t root = file >= 0 ? H5Gopen2(file, "/", H5P_DEFAULT) : -1;
    hdf5_put(file < 0 ? 0 : root < 0 ? 1 : 2);
    if (root < 0) return;
    const hid_t creation = H5Fget_create_plist(file);
    if (creation >= 0) H5Pget_sizes(creation, &address_size, &length_size);
    if (creation >= 0) H5Pget_userblock(creation, &hdf5_file.user_block);
    hdf5_put(address_size);
    hdf5_put(length_size);
    put_object(0, root);
    for (size_t index = 0; index < found.count; index++) {
        const hid_t object = H5Oopen_by_addr(file, found.addresses[index]);
        if (object < 0) continue;
        put_object(found.addresses[index], object);
        H5Oclose(object);
    }
    hdf5_put(0);
}

#endif
