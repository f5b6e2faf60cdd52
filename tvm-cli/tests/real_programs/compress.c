/* Compresses and decompresses a file by one of four libraries, chosen when it is compiled; writes the compressed
   file, and says how long it is and whether the file came back. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined ZLIB
#include "zlib.h"
#elif defined BZIP2
#include "bzlib.h"
void bz_internal_error(int code) { exit(code); }
#elif defined LZ4
#include "lz4.h"
#else
#include "zstd.h"
#endif

static unsigned char original[1 << 18], packed[1 << 19], unpacked[1 << 18];

static size_t pack(size_t length) {
#if defined ZLIB
    uLongf size = sizeof packed;
    return compress2(packed, &size, original, length, 9) == Z_OK ? size : 0;
#elif defined BZIP2
    unsigned size = sizeof packed;
    return BZ2_bzBuffToBuffCompress((char *)packed, &size, (char *)original, length, 9, 0, 0) == BZ_OK ? size : 0;
#elif defined LZ4
    return LZ4_compress_default((char *)original, (char *)packed, length, sizeof packed);
#else
    size_t size = ZSTD_compress(packed, sizeof packed, original, length, 3);
    return ZSTD_isError(size) ? 0 : size;
#endif
}

static size_t unpack(size_t length) {
#if defined ZLIB
    uLongf size = sizeof unpacked;
    return uncompress(unpacked, &size, packed, length) == Z_OK ? size : 0;
#elif defined BZIP2
    unsigned size = sizeof unpacked;
    return BZ2_bzBuffToBuffDecompress((char *)unpacked, &size, (char *)packed, length, 0, 0) == BZ_OK ? size : 0;
#elif defined LZ4
    return LZ4_decompress_safe((char *)packed, (char *)unpacked, length, sizeof unpacked);
#else
    size_t size = ZSTD_decompress(unpacked, sizeof unpacked, packed, length);
    return ZSTD_isError(size) ? 0 : size;
#endif
}

int main(int argc, char **argv) {
    FILE *in = argc > 2 ? fopen(argv[1], "rb") : 0;
    if (!in) return puts("no file"), 1;
    size_t length = fread(original, 1, sizeof original, in);
    fclose(in);
    size_t size = pack(length);
    FILE *out = fopen(argv[2], "wb");
    if (!out || fwrite(packed, 1, size, out) != size || fclose(out)) return puts("not written"), 1;
    int same = unpack(size) == length && !memcmp(original, unpacked, length);
    printf("%zu bytes, %zu compressed, %s\n", length, size, same ? "the same again" : "different");
    return !same;
}
