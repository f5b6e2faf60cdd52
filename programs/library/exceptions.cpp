/* What clang calls for exceptions of C++ in WebAssembly (-fwasm-exceptions). An exception carries the
 * address of an object with a header before it. A landing pad asks here which of its handlers takes
 * it. Types are compared by the libc++abi that the program is linked with, one that was built without
 * exceptions, as that of Debian is. */

#define LIBRARY __attribute__((weak))

typedef __SIZE_TYPE__ size_t;
typedef unsigned char byte;

extern "C" void *malloc(size_t);
extern "C" void free(void *);

namespace std {
/* The beginning of what libc++abi has; its functions are virtual. */
class type_info {
public:
    virtual ~type_info();
};
[[noreturn]] LIBRARY void terminate() noexcept { __builtin_trap(); }
} // namespace std

namespace __cxxabiv1 {
class __shim_type_info : public std::type_info {
public:
    virtual ~__shim_type_info();
    virtual void noop1() const;
    virtual void noop2() const;
    virtual bool can_catch(const __shim_type_info *thrown, void *&object) const = 0;
};
} // namespace __cxxabiv1

namespace {

using Type = __cxxabiv1::__shim_type_info;

/* What lies before a thrown object. */
struct alignas(16) Exception {
    const Type *type;
    /* Its destructor, which returns its argument in WebAssembly. */
    void *(*destroy)(void *);
    /* The object, or the part of it, that the handler takes; of a pointer, what it points to. */
    void *caught;
    /* The exception that is handled around this one. */
    Exception *around;
    /* How many handlers it has; below 0 when it has been thrown again. */
    int handlers;

    void *object() { return this + 1; }
    static Exception *of(void *object) { return static_cast<Exception *>(object) - 1; }
};

/* The exception of the innermost handler. */
Exception *handled;
int uncaught;

/* The number of the tag in __builtin_wasm_throw. */
constexpr int TAG_CPP_EXCEPTION = 0;

[[noreturn]] void raise(Exception *exception) {
    uncaught++;
    __builtin_wasm_throw(TAG_CPP_EXCEPTION, exception);
}

unsigned read_unsigned(const byte *&from) {
    unsigned value = 0, shift = 0;
    byte next;
    do {
        next = *from++;
        value |= unsigned(next & 0x7f) << shift;
        shift += 7;
    } while (next & 0x80);
    return value;
}

int read_signed(const byte *&from) {
    const byte *first = from;
    unsigned value = read_unsigned(from);
    int bits = 7 * int(from - first);
    bool negative = from[-1] & 0x40;
    return int(bits < 32 && negative ? value | ~0u << bits : value);
}

/* A function's table of handlers. */
struct Handlers {
    const byte *sites, *actions;
    /* The types of handlers lie before this, the first one last. */
    const Type *const *types;

    explicit Handlers(const byte *at) {
        constexpr byte OMITTED = 0xff;
        if (*at++ != OMITTED) std::terminate();
        types = nullptr;
        if (*at++ != OMITTED) {
            unsigned length = read_unsigned(at);
            types = reinterpret_cast<const Type *const *>(at + length);
        }
        at++;
        unsigned length = read_unsigned(at);
        sites = at;
        actions = at + length;
    }

    /* The first action of a landing pad; none if it only cleans up. */
    const byte *action(unsigned pad) const {
        const byte *at = sites;
        while (at < actions) {
            unsigned site = read_unsigned(at), first = read_unsigned(at);
            if (site == pad) return first ? actions + first - 1 : nullptr;
        }
        return nullptr;
    }

    /* Does the handler with this number take the exception? */
    bool takes(int number, Exception *exception) const {
        const Type *type = types[-number];
        exception->caught = exception->object();
        return !type || type->can_catch(exception->type, exception->caught);
    }

    /* The handler of a landing pad that takes the exception; 0 if none does. */
    int of(unsigned pad, Exception *exception) const {
        const byte *at = action(pad);
        while (at) {
            int number = read_signed(at);
            const byte *here = at;
            int next = read_signed(at);
            if (number > 0 && takes(number, exception)) return number;
            at = next ? here + next : nullptr;
        }
        return 0;
    }
};

} // namespace

extern "C" {

/* What a landing pad says and is told. */
struct LandingPad {
    unsigned number;
    const byte *handlers;
    int selector;
};
LIBRARY LandingPad __wasm_lpad_context;

LIBRARY int _Unwind_CallPersonality(void *exception) {
    LandingPad &pad = __wasm_lpad_context;
    pad.selector = Handlers(pad.handlers).of(pad.number, static_cast<Exception *>(exception));
    return 0;
}

LIBRARY void *__cxa_allocate_exception(size_t size) noexcept {
    void *memory = malloc(sizeof(Exception) + size);
    if (!memory) std::terminate();
    Exception *exception = static_cast<Exception *>(memory);
    *exception = Exception{};
    return exception->object();
}

LIBRARY void __cxa_free_exception(void *object) noexcept { free(Exception::of(object)); }

[[noreturn]] LIBRARY void __cxa_throw(void *object, std::type_info *type, void *(*destroy)(void *)) {
    Exception *exception = Exception::of(object);
    exception->type = static_cast<const Type *>(type);
    exception->destroy = destroy;
    raise(exception);
}

LIBRARY void *__cxa_get_exception_ptr(void *exception) noexcept {
    return static_cast<Exception *>(exception)->caught;
}

LIBRARY void *__cxa_begin_catch(void *thrown) noexcept {
    Exception *exception = static_cast<Exception *>(thrown);
    int handlers = exception->handlers;
    exception->handlers = (handlers < 0 ? -handlers : handlers) + 1;
    if (exception != handled) {
        exception->around = handled;
        handled = exception;
    }
    uncaught--;
    return exception->caught;
}

LIBRARY void __cxa_end_catch() {
    Exception *exception = handled;
    if (!exception) return;
    bool again = exception->handlers < 0;
    exception->handlers += again ? 1 : -1;
    if (exception->handlers) return;
    handled = exception->around;
    if (again) return;
    if (exception->destroy) exception->destroy(exception->object());
    free(exception);
}

[[noreturn]] LIBRARY void __cxa_rethrow() {
    Exception *exception = handled;
    if (!exception) std::terminate();
    exception->handlers = -exception->handlers;
    raise(exception);
}

LIBRARY unsigned __cxa_uncaught_exceptions() noexcept { return unsigned(uncaught); }

} // extern "C"
