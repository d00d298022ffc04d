import Foundation

extension ProcessMemory {
  /// Bytes that the process can still take before the system swaps or ends it: what Linux calls available, or what
  /// is left of the limit of its control group; elsewhere the physical memory.
  public static var available: Int {
    let physical = Int(clamping: ProcessInfo.processInfo.physicalMemory)
    let system =
      words("/proc/meminfo", line: "MemAvailable:").compactMap { Int($0) }.first.map { $0 * 1024 }
    guard let limit = number("/sys/fs/cgroup/memory.max"),
      let used = number("/sys/fs/cgroup/memory.current")
    else { return system ?? physical }
    return min(system ?? physical, max(0, limit - used))
  }

  /// The words of the first line that begins with one.
  private static func words(_ path: String, line: String) -> [Substring] {
    let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    return text.split(separator: "\n").first { $0.hasPrefix(line) }?.split(separator: " ") ?? []
  }

  /// nil where there is no number, such as `max`.
  private static func number(_ path: String) -> Int? {
    (try? String(contentsOfFile: path, encoding: .utf8)).flatMap {
      Int($0.filter { !$0.isWhitespace })
    }
  }
}
