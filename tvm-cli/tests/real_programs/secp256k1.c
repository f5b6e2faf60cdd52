/* Signs some messages on the curve of Bitcoin, and verifies the signatures: prints them in hexadecimal, and whether a
   changed message is refused. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "secp256k1.h"
#include "secp256k1_preallocated.h"

/* The crate puts its version before every name. */
#define NAME(name) rustsecp256k1_v0_14_##name

void NAME(default_illegal_callback_fn)(const char *text, void *data) { puts(text), exit(1); }
void NAME(default_error_callback_fn)(const char *text, void *data) { puts(text), exit(1); }

static void print(const unsigned char *bytes, size_t length) {
    for (size_t index = 0; index < length; index++) printf("%02x", bytes[index]);
    puts("");
}

int main(void) {
    void *memory = malloc(NAME(context_preallocated_size)(SECP256K1_CONTEXT_NONE));
    NAME(context) *context = NAME(context_preallocated_create)(memory, SECP256K1_CONTEXT_NONE);
    unsigned char key[32], message[32];
    for (int round = 1; round <= 2; round++) {
        for (int index = 0; index < 32; index++) {
            key[index] = (unsigned char)(round * 37 + index * 11);
            message[index] = (unsigned char)(round * 91 + index * 5);
        }
        NAME(pubkey) public;
        NAME(ecdsa_signature) signature;
        unsigned char text[64];
        if (!NAME(ec_pubkey_create)(context, &public, key)) return 1;
        if (!NAME(ecdsa_sign)(context, &signature, message, key, NULL, NULL)) return 1;
        NAME(ecdsa_signature_serialize_compact)(context, text, &signature);
        print(text, sizeof text);
        int valid = NAME(ecdsa_verify)(context, &signature, message, &public);
        message[round]++;
        int changed = NAME(ecdsa_verify)(context, &signature, message, &public);
        printf("valid %d, of a changed message %d\n", valid, changed);
    }
    return 0;
}
