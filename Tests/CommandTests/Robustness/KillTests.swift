import Foundation
import Testing

/// Kills the program before and in the middle of each change that it makes to the file system, one after the
/// other, so that no phase of writing a result is left to chance.
@Suite struct KillTests {
  private let folder: TemporaryFolder
  private let model: String

  init() throws {
    folder = try TemporaryFolder()
    model = try folder.write("model.yaml", smallModel)
    _ = try folder.write(
      "other.yaml", smallModel.replacingOccurrences(of: "50 MUSD", with: "70 MUSD"))
    _ = try folder.write("kill.c", KillTests.killer)
  }

  /// Counts changes of files; the one numbered KILL_AT is the last, and a write among them is cut in half.
  private static let killer = """
    #define _GNU_SOURCE
    #include <dlfcn.h>
    #include <fcntl.h>
    #include <signal.h>
    #include <stdarg.h>
    #include <stdio.h>
    #include <stdlib.h>
    #include <sys/stat.h>
    #include <unistd.h>
    static int is_last(void) {
      static long left = -1;
      if (left < 0) left = getenv("KILL_AT") ? atol(getenv("KILL_AT")) : 0;
      return left > 0 && --left == 0;
    }
    static void step(void) { if (is_last()) kill(getpid(), SIGKILL); }
    int open(const char *path, int flags, ...) {
      va_list rest;
      va_start(rest, flags);
      int mode = va_arg(rest, int);
      va_end(rest);
      if (flags & O_CREAT) step();
      return ((int (*)(const char *, int, ...))dlsym(RTLD_NEXT, "open"))(path, flags, mode);
    }
    ssize_t write(int file, const void *bytes, size_t count) {
      ssize_t (*real)(int, const void *, size_t) = dlsym(RTLD_NEXT, "write");
      if (file > 2 && is_last()) {
        real(file, bytes, count / 2);
        kill(getpid(), SIGKILL);
      }
      return real(file, bytes, count);
    }
    int fsync(int file) { step(); return ((int (*)(int))dlsym(RTLD_NEXT, "fsync"))(file); }
    int rename(const char *a, const char *b) {
      step();
      return ((int (*)(const char *, const char *))dlsym(RTLD_NEXT, "rename"))(a, b);
    }
    int renameat2(int d, const char *a, int e, const char *b, unsigned flags) {
      step();
      return ((int (*)(int, const char *, int, const char *, unsigned))dlsym(RTLD_NEXT, "renameat2"))(
          d, a, e, b, flags);
    }
    int mkdir(const char *path, mode_t mode) {
      step();
      return ((int (*)(const char *, mode_t))dlsym(RTLD_NEXT, "mkdir"))(path, mode);
    }
    int unlink(const char *path) {
      step();
      return ((int (*)(const char *))dlsym(RTLD_NEXT, "unlink"))(path);
    }
    int unlinkat(int d, const char *path, int flags) {
      step();
      return ((int (*)(int, const char *, int))dlsym(RTLD_NEXT, "unlinkat"))(d, path, flags);
    }
    int rmdir(const char *path) {
      step();
      return ((int (*)(const char *))dlsym(RTLD_NEXT, "rmdir"))(path);
    }
    """

  /// `$1`: every which kill is tried; the rest: the command.
  /// Prints how many kills there were, and what was neither the old result nor the new one.
  private static let script = """
    cc -shared -fPIC -o kill.so kill.c -ldl 2>cc.log
    stride=$1; shift
    made() { local m=$1 out=$2; shift 2; lodestone "$@" $m --out $out >/dev/null 2>&1; }
    made model.yaml old "$@"; made other.yaml new "$@"
    if diff -r old new >/dev/null; then echo "both models give the same"; exit; fi
    for before in none old; do
      for ((k = 1, kills = 0; k < 1000; k += stride)); do
        rm -rf result; if [ $before = old ]; then cp -r old result; fi
        code=0
        LD_PRELOAD=./kill.so KILL_AT=$k made other.yaml result "$@" || code=$?
        if [ $code = 0 ]; then diff -r result new || echo "differs"; break; fi
        if [ $code != 137 ]; then echo "code $code at $k"; fi
        kills=$((kills + 1))
        if [ $before = none ] && [ ! -e result ]; then continue; fi
        if [ $before = old ] && diff -r result old >/dev/null; then continue; fi
        diff -r result new >/dev/null || echo "half-written at $k, $before before"
      done
      if [ $kills -lt 3 ]; then echo "killed only $kills times"; fi
    done
    """

  @Test(
    .needsCompiler,
    arguments: [
      (1, ["solve"]), (3, ["frontier"]), (3, ["compare", "--scenario", "poor"]),
      (1, ["report", "--format", "md"]),
    ])
  func `a run killed at any moment leaves the old result whole, or the new one`(
    stride: Int, command: [String]
  ) throws {
    try expectWhole(stride, command)
  }

  @Test(.needsCompiler, .needsChartLibrary)
  func `so does one that writes a page`() throws {
    try expectWhole(1, ["report", "--format", "html"])
  }

  private func expectWhole(_ stride: Int, _ command: [String]) throws {
    let result = try Program.shell(KillTests.script, arguments: ["\(stride)"] + command, in: folder)
    #expect(result.code == 0 && result.output == "", "\(result.output)\(result.errors)")
  }
}
