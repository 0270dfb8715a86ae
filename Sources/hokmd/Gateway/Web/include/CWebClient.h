#ifndef CWEBCLIENT_H
#define CWEBCLIENT_H

#include <stddef.h>

/// A file of the web client, as it lies in the binary. Everything lives as long as the process.
struct web_client_file {
    /// The path under which it is served, with the leading slash.
    const char *path;
    const char *content_type;
    const unsigned char *bytes;
    size_t length;
};

/// The file at `index`, counted from 0; null beyond the last.
const struct web_client_file *web_client_file(size_t index);

#endif
