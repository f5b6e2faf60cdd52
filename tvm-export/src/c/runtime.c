#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- What the model consists of. The numbers are at the end of the file. ---- */

/* A matrix is lines of entries that are not zero: rows, or the columns of what writes to the residual stream. Line `i`
   has the entries from line_ends[i - 1] to line_ends[i], each with its place in the line. */
extern const double entries[];
extern const unsigned short places[];
extern const int line_ends[];

/* A layer by the first line of each of its matrices. */
struct layer {
    int heads, neurons;
    int query, key, value, attention_output;
    int gate, neuron_value, neuron_output;
    int first_cache, end_cache;
};

/* Heads of equal keys share a cache. */
enum kind {
    OWN_POSITION, /* no keys: the latest position is the own */
    MEAN,
    LINES,  /* the second coordinate of every query is 1: a score is linear in the first */
    POINTS, /* any direction: all different keys are compared */
};
struct shape {
    enum kind kind;
    int first_member, end_member;
};

extern const struct layer layers[];
extern const struct shape shapes[];
extern const int members[]; /* heads, by cache */
extern const char *const names[];
extern const unsigned char generable[];
extern const char *const data[]; /* sections of the prompt, as pairs of hexadecimal digits */

/* ---- Vectors and matrices, in the order of the definition. ---- */

static void fail(const char *problem) {
    fflush(stdout);
    fprintf(stderr, "%s\n", problem);
    exit(1);
}

static void *grown(void *old, size_t bytes) {
    void *memory = realloc(old, bytes);
    if (memory == NULL) fail("out of memory");
    return memory;
}

static int line_begin(int line) {
    return line == 0 ? 0 : line_ends[line - 1];
}

/* A row times a vector, added from left to right. */
static double row(int line, const double *vector) {
    double sum = 0;
    for (int at = line_begin(line); at < line_ends[line]; at++) {
        double product = entries[at] * vector[places[at]];
        sum += product;
    }
    return sum;
}

/* Adds a number times a column to a vector. */
static void add_column(int line, double number, double *vector) {
    for (int at = line_begin(line); at < line_ends[line]; at++) {
        double product = entries[at] * number;
        vector[places[at]] += product;
    }
}

/* ---- Attention: of all positions with the greatest score the latest gives its values. ---- */

/* A key as a line: its score is slope * q + offset. */
struct key {
    long long slope, offset, position;
    int values; /* where its values are */
    int below, above;
};

struct cache {
    struct key *keys; /* of LINES a tree, with the root in place 1 */
    int used, capacity;
    double *values;
    int *unused, unused_values, value_capacity, all_values;
    double *sums;
};

static struct cache caches[CACHES + 1];
static long long position;

/* Coordinates are integers: so large that no score leaves 64 bits. */
#define GREATEST_SLOPE (1LL << 31)
#define GREATEST_OFFSET (1LL << 53)

static long long integer(double number, long long greatest) {
    if (!(-(double)greatest <= number && number < (double)greatest))
        fail("a coordinate of a head is too large for scores of 64 bits");
    return (long long)number;
}

static long long score(const struct key *key, long long query) {
    return key->slope * query + key->offset;
}

static int beats(const struct key *one, const struct key *other, long long query) {
    long long a = score(one, query), b = score(other, query);
    return a > b || (a == b && one->position > other->position);
}

static int new_values(struct cache *cache, int width) {
    if (cache->unused_values > 0) return cache->unused[--cache->unused_values];
    if (cache->all_values == cache->value_capacity) {
        cache->value_capacity = 2 * cache->value_capacity + 16;
        size_t number = (size_t)cache->value_capacity;
        cache->values = grown(cache->values, number * (size_t)width * sizeof(double));
        cache->unused = grown(cache->unused, number * sizeof(int));
    }
    return cache->all_values++;
}

static int new_key(struct cache *cache, struct key key) {
    if (cache->used + 1 >= cache->capacity) {
        cache->capacity = 2 * cache->capacity + 16;
        cache->keys = grown(cache->keys, (size_t)cache->capacity * sizeof(struct key));
    }
    cache->keys[++cache->used] = key;
    return cache->used;
}

/* Keys in a tree over all queries from low to high. A node has the key that wins in the middle; one that loses there
   can win on one side only, since two lines cross once. What wins nowhere is forgotten. */
static void insert_line(struct cache *cache, struct key key) {
    long long low = -GREATEST_SLOPE, high = GREATEST_SLOPE - 1;
    int at = 1, parent = 0, above = 0;
    while (at != 0 && at <= cache->used) {
        struct key *here = &cache->keys[at];
        long long middle = low + (high - low) / 2;
        if (beats(&key, here, middle)) {
            struct key old = *here;
            here->slope = key.slope, here->offset = key.offset;
            here->position = key.position, here->values = key.values;
            key.slope = old.slope, key.offset = old.offset;
            key.position = old.position, key.values = old.values;
        }
        parent = at;
        if (beats(&key, here, low)) {
            above = 0, high = middle - 1, at = here->below;
        } else if (beats(&key, here, high)) {
            above = 1, low = middle + 1, at = here->above;
        } else {
            cache->unused[cache->unused_values++] = key.values;
            return;
        }
    }
    int placed = new_key(cache, key);
    if (parent != 0) *(above ? &cache->keys[parent].above : &cache->keys[parent].below) = placed;
}

static int find_line(const struct cache *cache, long long query) {
    long long low = -GREATEST_SLOPE, high = GREATEST_SLOPE - 1;
    int at = 1, best = 1;
    while (at != 0) {
        const struct key *here = &cache->keys[at];
        if (beats(here, &cache->keys[best], query)) best = at;
        long long middle = low + (high - low) / 2;
        if (query == middle) break;
        if (query < middle) high = middle - 1, at = here->below;
        else low = middle + 1, at = here->above;
    }
    return best;
}

static void insert_point(struct cache *cache, struct key key) {
    for (int at = 1; at <= cache->used; at++) {
        struct key *here = &cache->keys[at];
        if (here->slope == key.slope && here->offset == key.offset) {
            cache->unused[cache->unused_values++] = here->values;
            here->position = key.position, here->values = key.values;
            return;
        }
    }
    new_key(cache, key);
}

static int find_point(const struct cache *cache, long long q0, long long q1) {
    int best = 1;
    long long greatest = 0;
    for (int at = 1; at <= cache->used; at++) {
        const struct key *key = &cache->keys[at];
        if (fabs((double)q0 * (double)key->slope) + fabs((double)q1 * (double)key->offset) > 0x1p62)
            fail("a score of a head is too large for 64 bits");
        long long found = q0 * key->slope + q1 * key->offset;
        int later = key->position > cache->keys[best].position;
        if (at == 1 || found > greatest || (found == greatest && later)) best = at, greatest = found;
    }
    return best;
}

/* The heads of one cache: what each of them selects. */
static void attend(const struct layer *layer, int index, const double *stream, double *selected) {
    const struct shape *shape = &shapes[index];
    struct cache *cache = &caches[index];
    const int *heads = &members[shape->first_member];
    int number = shape->end_member - shape->first_member, width = 2 * number;
    double own[2 * MOST_HEADS];
    for (int member = 0; member < number; member++) {
        int line = layer->value + 2 * heads[member];
        own[2 * member] = row(line, stream);
        own[2 * member + 1] = row(line + 1, stream);
    }
    if (shape->kind == MEAN && cache->sums == NULL) {
        cache->sums = grown(NULL, (size_t)width * sizeof(double));
        for (int at = 0; at < width; at++) cache->sums[at] = 0;
    }
    if (shape->kind == LINES || shape->kind == POINTS) {
        int line = layer->key + 2 * heads[0];
        struct key key = {0, 0, position, 0, 0, 0};
        key.slope = integer(row(line, stream), GREATEST_SLOPE);
        key.offset = integer(row(line + 1, stream), GREATEST_OFFSET);
        key.values = new_values(cache, width);
        memcpy(&cache->values[(size_t)key.values * (size_t)width], own, (size_t)width * sizeof(double));
        if (shape->kind == LINES) insert_line(cache, key);
        else insert_point(cache, key);
    }
    for (int member = 0; member < number; member++) {
        double *to = &selected[2 * heads[member]];
        const double *from = &own[2 * member];
        if (shape->kind == MEAN) {
            for (int axis = 0; axis < 2; axis++) {
                cache->sums[2 * member + axis] += from[axis];
                to[axis] = cache->sums[2 * member + axis] / (double)(position + 1);
            }
            continue;
        }
        if (shape->kind != OWN_POSITION) {
            int line = layer->query + 2 * heads[member];
            double q0 = row(line, stream), q1 = row(line + 1, stream);
            int found = shape->kind == LINES
                            ? find_line(cache, integer(q0, GREATEST_SLOPE))
                            : find_point(cache, integer(q0, GREATEST_OFFSET), integer(q1, GREATEST_OFFSET));
            from = &cache->values[(size_t)cache->keys[found].values * (size_t)width + 2 * (size_t)member];
        }
        to[0] = from[0], to[1] = from[1];
    }
}

/* ---- The forward pass. ---- */

static double stream[D_MODEL];

static void add(const double *change) {
    for (int slot = 0; slot < D_MODEL; slot++) stream[slot] += change[slot];
}

static void feed(int token) {
    double change[D_MODEL] = {0}, linear[D_MODEL] = {0}, selected[2 * MOST_HEADS + 1];
    memset(stream, 0, sizeof stream);
    add_column(EMBEDDING + token, 1, stream);
    add_column(POSITION_LINEAR, (double)position, linear);
    add(linear);
    add_column(POSITION_PERIODIC + (int)(position % PERIOD), 1, change);
    add(change);
    for (const struct layer *layer = layers; layer < layers + LAYERS; layer++) {
        for (int cache = layer->first_cache; cache < layer->end_cache; cache++)
            attend(layer, cache, stream, selected);
        memset(change, 0, sizeof change);
        for (int output = 0; output < 2 * layer->heads; output++)
            add_column(layer->attention_output + output, selected[output], change);
        add(change);
        memset(change, 0, sizeof change);
        for (int neuron = 0; neuron < layer->neurons; neuron++) {
            double gate = row(layer->gate + neuron, stream);
            if (gate > 0) {
                double open = gate * row(layer->neuron_value + neuron, stream);
                add_column(layer->neuron_output + neuron, open, change);
            }
        }
        add(change);
    }
    position++;
}

/* The token with the greatest score; the first one if several have it. */
static int predict(void) {
    int best = -1;
    double greatest = 0;
    for (int token = 0; token < TOKENS; token++) {
        if (!generable[token]) continue;
        double found = row(UNEMBEDDING + token, stream);
        if (best < 0 ? found == found : found > greatest) best = token, greatest = found;
    }
    if (best < 0) fail("no score is a number");
    return best;
}

/* ---- Tokens. ---- */

static int token_named(const char *name) {
    for (int token = 0; token < TOKENS; token++)
        if (strcmp(names[token], name) == 0) return token;
    fprintf(stderr, "token `%s`, which this model does not know\n", name);
    exit(2);
}

static int print_tokens;

static void read_token(int token) {
    if (print_tokens) printf("%s ", names[token]);
    feed(token);
}

/* A byte of a section of the prompt: itself where it is printable and no bracket, else in hex. */
static void read_byte(int byte) {
    char name[3];
    int plain = 0x21 <= byte && byte <= 0x7e && byte != '{' && byte != '}';
    snprintf(name, sizeof name, plain ? "%c" : "%02x", byte);
    read_token(token_named(name));
}

static void end_section(void) {
    read_token(token_named("commit(+0,sts=0,bt=0)"));
}

/* A model with a program in its weights reads the input of the program: an argument, or stdin if that is `-`. */
static void read_input(const char *input) {
    if (input != NULL && strcmp(input, "-") == 0) {
        for (int byte = getchar(); byte != EOF; byte = getchar()) read_byte(byte);
    } else {
        for (; input != NULL && *input; input++) read_byte((unsigned char)*input);
    }
    read_byte(0);
    end_section();
}

/* A universal model reads a program as `tvm compile` writes it: from a file, or from stdin if that is `-`. */
static void read_program(const char *path) {
    char name[64];
    FILE *file = path != NULL && strcmp(path, "-") != 0 ? fopen(path, "r") : stdin;
    if (file == NULL) {
        perror(path);
        exit(2);
    }
    while (fscanf(file, "%63s", name) == 1) read_token(token_named(name));
    if (file != stdin) fclose(file);
}

static void read_prompt(const char *argument) {
    if (!HAS_PROGRAM) {
        read_program(argument);
        return;
    }
    read_token(token_named("{"));
    read_token(token_named("}"));
    for (const char *const *section = data; *section != NULL; section++) {
        unsigned byte;
        for (const char *at = *section; sscanf(at, "%2x", &byte) == 1; at += 2) read_byte((int)byte);
        end_section();
    }
    if (READS_INPUT) read_input(argument);
}

/* What a program writes is in the tokens `out(c)`, a character, and `out(hh)`, two hexadecimal digits. */
static void write_output(const char *name) {
    size_t length = strlen(name);
    unsigned byte;
    if (strncmp(name, "out(", 4) != 0 || print_tokens) return;
    if (length == 6) putchar(name[4]);
    else if (sscanf(name + 4, "%2x", &byte) == 1) putchar((int)byte);
    fflush(stdout);
}

/* Generates tokens up to the last one. 0 after `halt`, 3 after a trap. */
static int generate(void) {
    for (;;) {
        int token = predict();
        const char *name = names[token];
        if (print_tokens) printf("%s ", name);
        write_output(name);
        if (strcmp(name, "halt") == 0) return 0;
        if (strncmp(name, "trap(", 5) == 0) {
            fflush(stdout);
            fprintf(stderr, "%s\n", name);
            return 3;
        }
        if (strcmp(name, "await") == 0) fail("the program asks its host, and there is none here");
        feed(token);
    }
}

int main(int arguments, char **argument) {
    if (arguments > 1 && strcmp(argument[1], "--tokens") == 0) print_tokens = 1;
    if (arguments > 2 + print_tokens) {
        fprintf(stderr, "usage: %s [--tokens] [%s]\n", argument[0], HAS_PROGRAM ? "INPUT" : "FILE");
        return 2;
    }
    read_prompt(arguments > 1 + print_tokens ? argument[1 + print_tokens] : NULL);
    int status = generate();
    if (print_tokens) printf("\n");
    return status;
}
