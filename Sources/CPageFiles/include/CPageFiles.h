#pragma once
#include <stddef.h>

/// A file of the page.
struct page_file {
    const char *name;
    const unsigned char *bytes;
    size_t count;
};

/// The file at a place; NULL after the last one.
const struct page_file *page_file_at(size_t place);
