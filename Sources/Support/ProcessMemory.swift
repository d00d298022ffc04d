import CSupport

/// How the process deals with memory that it frees.
public enum ProcessMemory {
  /// Keeps freed memory in the process. The solver allocates and frees the same large arrays at every solve; an
  /// allocator that returns them to the system and maps them anew takes a sixth of the time of thousands of
  /// short solves. For commands that do little else.
  public static func keepFreed() { support_keep_freed_memory() }
}
