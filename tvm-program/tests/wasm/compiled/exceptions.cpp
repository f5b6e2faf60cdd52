/* Exceptions of C++: by type, by base class, thrown again, with destructors on the way, and one that
 * leaves a function that must not throw. */

extern "C" __attribute__((import_module("tvm"), import_name("output"))) void output(int);
static void say(const char *text) { while (*text) output(*text++); }
struct Base { int v; virtual ~Base() {} Base(int v): v(v) {} };
struct Other { int o = 7; virtual ~Other() {} };
struct Derived : Other, Base { Derived(int v) : Base(v) {} ~Derived() { say("~D"); } };
struct Guard { int n; Guard(int n): n(n) {} ~Guard() { output('0'+n); } };
__attribute__((noinline)) int deep(int n, int what) {
  Guard g(n);
  if (n == 0) switch (what) {
    case 0: return 1;
    case 1: throw 42;
    case 2: throw Derived(5);
    case 3: throw "text";
    case 4: throw 2.5;
    case 5: throw 7LL;
  }
  return deep(n-1, what) + 1;
}
__attribute__((noinline)) int middle(int what) {
  try { return deep(2, what); }
  catch (const Base &b) { say("base"); output('0'+b.v); throw; }
  catch (long long) { say("long"); try { throw 'c'; } catch (char c) { output(c); } throw; }
}
__attribute__((noinline)) void none() noexcept { Guard g(9); middle(4); }
extern "C" int main(void) {
  for (int what = 0; what < 6; what++) {
    try { output('='); output('0' + middle(what)); }
    catch (int i) { say("int"); output('0' + i / 10); output('0' + i % 10); }
    catch (const char *text) { say(text); }
    catch (Other &o) { say("other"); output('0' + o.o); }
    catch (...) { say("any"); }
    output('\n');
  }
  none();
  return 0;
}
